// How the keeper runs a program of the system: to its end, and never without looking at it.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Runs it and returns what it printed. Throws with its own words when it fails. */
export async function must(program: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await execute(program, args, { timeout: 60_000 });
  return stdout;
}
