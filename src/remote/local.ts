// How a command runs on this machine.

import { spawn } from 'node:child_process';
import type { CommandOptions, CommandResult, Transport } from './transport.js';

/** A command that prints more than this is ended: nothing that we ask for comes near. */
const outputLimitBytes = 16 * 1024 * 1024;

/** This machine stands for every host: the lab's transport. */
export function localTransport(): Transport {
  return {
    run: (_host, command, options) => runLocally(command, options),
    close: () => Promise.resolve(),
  };
}

/**
 * Runs the command in a process group of its own, which is killed whole when time is up. What the command itself put
 * into another session (a daemon) lives on.
 */
function runLocally(command: string, options: CommandOptions): Promise<CommandResult> {
  if (options.signal.aborted)
    return Promise.resolve({ kind: 'unknown', reason: 'stopped before it was run' });
  return new Promise((resolve) => {
    const child = spawn('/bin/sh', ['-c', command], { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let bytes = 0;

    const killGroup = (): void => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // The group is gone: that is what was wanted.
      }
    };
    const settle = (result: CommandResult): void => {
      clearTimeout(timer);
      options.signal.removeEventListener('abort', onAbort);
      resolve(result);
    };
    const giveUp = (reason: string): void => {
      killGroup();
      child.stdout.destroy();
      child.stderr.destroy();
      settle({ kind: 'unknown', reason });
    };
    const onAbort = (): void => giveUp('stopped while it ran');
    const timer = setTimeout(() => giveUp(`no answer within ${options.timeoutMs} ms`), options.timeoutMs);
    options.signal.addEventListener('abort', onAbort, { once: true });

    const collect = (chunks: Buffer[]) => (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > outputLimitBytes) giveUp(`printed more than ${outputLimitBytes} bytes`);
      else chunks.push(chunk);
    };
    child.stdout.on('data', collect(stdout));
    child.stderr.on('data', collect(stderr));
    // A command may end without reading its input; then the pipe breaks, which says nothing of its outcome.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.stdin ?? '');
    child.on('error', (error) =>
      settle({ kind: 'unknown', reason: `/bin/sh did not start: ${error.message}` }),
    );
    child.on('close', (status, signal) => {
      settle(
        status === null
          ? { kind: 'unknown', reason: `ended by ${signal ?? 'a signal'}` }
          : {
              kind: 'exited',
              status,
              stdout: Buffer.concat(stdout).toString('utf8'),
              stderr: Buffer.concat(stderr).toString('utf8'),
            },
      );
    });
  });
}
