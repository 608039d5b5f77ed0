// What becomes of a command whose reader goes away, or whose question nobody answers.

import { closeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { CommandError, exitStatus } from './exit-status.js';

/** The other end is gone: a pipe's reader ended, a terminal was closed. */
const goneCodes: readonly unknown[] = ['EPIPE', 'EIO', 'ECONNRESET'];

/** The streams of this process. */
export interface Streams {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/**
 * A run must get to its step's end whoever listens: a reader that went away has had what it wanted, and a terminal that was
 * closed sends its own signal. Only what could not be written for another reason, a full disk say, makes the command fail.
 */
export function outliveReaders({ stdin, stdout, stderr }: Streams): void {
  for (const stream of [stdin, stderr])
    if (stream.listenerCount('error') === 0) stream.on('error', readerGone);
  if (stdout.listenerCount('error') === 0)
    stdout.on('error', (error: Error) => {
      if (!readerGone(error)) resultLost(error, stderr);
    });
}

function readerGone(error: Error): boolean {
  const code = 'code' in error ? error.code : null;
  if (code === 'EIO') process.once('exit', closeTerminal);
  return goneCodes.includes(code);
}

/** Node sets a terminal back as it was when it ends, and aborts where that fails; not so for what is closed (`ResetStdio`). */
function closeTerminal(): void {
  for (const fd of [0, 1, 2]) {
    try {
      closeSync(fd);
    } catch {
      // It was closed already.
    }
  }
}

function resultLost(error: Error, stderr: NodeJS.WritableStream): void {
  stderr.write(`The result could not be written: ${error.message}\n`);
  // The command may not have got to its own status yet.
  process.once('exit', () => {
    process.exitCode = exitStatus.internal;
  });
}

/** Asks once. Throws a stop for whoever answers with Ctrl-C, Ctrl-D or by leaving. */
export function askOnce({ stdin, stderr }: Omit<Streams, 'stdout'>, question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const prompt = createInterface({ input: stdin, output: stderr });
    prompt.once('close', () =>
      reject(new CommandError(exitStatus.stopped, ['', 'Not answered, so not done.'])),
    );
    prompt.question(question, (answer) => {
      resolve(answer);
      prompt.close();
    });
  });
}
