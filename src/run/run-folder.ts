// Where runs live on disk: one folder a run, found again by its name or as the newest.

import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The files of one run. */
export interface RunFolder {
  readonly run: string;
  readonly path: string;
  readonly journal: string;
  readonly ledger: string;
  /** A copy of the cluster file that the run works with. */
  readonly cluster: string;
}

/** The files of `run` under `home`. */
export function runFolder(home: string, run: string): RunFolder {
  const path = join(home, 'runs', run);
  return {
    run,
    path,
    journal: join(path, 'journal.jsonl'),
    ledger: join(path, 'ledger.jsonl'),
    cluster: join(path, 'cluster.yaml'),
  };
}

/** A name for a new run that sorts by time: `20261123-063144-9f3a`. `now` in ms since the epoch. */
export function newRunName(now: number): string {
  const stamp = new Date(now)
    .toISOString()
    .replaceAll(/[-:]|\.\d+Z/g, '')
    .replace('T', '-');
  return `${stamp}-${randomBytes(2).toString('hex')}`;
}

/** The names of all runs under `home`, oldest first. */
export async function listRuns(home: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(join(home, 'runs'), { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
