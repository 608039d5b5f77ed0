// The command line's entry: arguments in, exit status out.

import { CommanderError } from 'commander';
import { InvariantError } from '../model/invariant.js';
import { JournalUnwritableError } from '../run/journal.js';
import { CommandError, exitStatus } from './exit-status.js';
import { buildProgram } from './program.js';
import { processTerminal, type Terminal } from './terminal.js';

/**
 * Runs one command and returns its exit status. Never throws.
 *
 * @param argv the arguments after the program's name
 */
export async function main(argv: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  let status: number = exitStatus.done;
  const program = buildProgram(terminal, (value) => {
    status = value;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return status;
  } catch (error) {
    return explain(error, terminal);
  }
}

function explain(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitStatus.done : exitStatus.badInput;
  if (error instanceof CommandError) {
    terminal.err(`${error.lines.join('\n')}\n`);
    return error.status;
  }
  if (error instanceof JournalUnwritableError) {
    terminal.err(
      `The journal can't be written: ${error.message}\n  Nothing was done after its last record. Make room on that disk, then \`succession resume\`.\n`,
    );
    return exitStatus.stopped;
  }
  const place = unusablePlace(error);
  if (place !== null) {
    terminal.err(`${place}\n  Runs and labs are kept under --home: name a folder that can be written.\n`);
    return exitStatus.badInput;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const what =
    error instanceof InvariantError ? 'This is a bug: what is written above can’t be.' : 'This is a bug.';
  terminal.err(
    `${text}\n${what} Nothing more is done; \`succession resume\` looks at the cluster before it goes on.\n`,
  );
  return exitStatus.internal;
}

/** Such as `ENOTDIR: not a directory, scandir '/etc/hosts/runs'`; null for what else may have gone wrong. */
function unusablePlace(error: unknown): string | null {
  if (!(error instanceof Error && 'code' in error && 'path' in error)) return null;
  return ['ENOTDIR', 'EACCES', 'EPERM', 'EROFS'].some((code) => code === error.code) ? error.message : null;
}
