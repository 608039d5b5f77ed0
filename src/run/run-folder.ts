// Where runs live on disk: one folder a run, found again by its name or as the newest.

import { randomBytes } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The files of one run. */
export interface RunFolder {
  readonly run: string;
  readonly path: string;
  readonly journal: string;
  readonly ledger: string;
  /** A copy of the cluster file that the run works with. */
  readonly cluster: string;
  /** What the run's process sees right now, for others; gone when it ends. */
  readonly live: string;
  /** Decisions that other processes leave for the run: `<id>.json` each. */
  readonly approvals: string;
  /** Of a simulation only: its plan, and its events, one a line. */
  readonly plan: string;
  readonly events: string;
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
    live: join(path, 'live.json'),
    approvals: join(path, 'approvals'),
    plan: join(path, 'plan.json'),
    events: join(path, 'events.log'),
  };
}

/** A name for a new run that sorts by time: `20261123-063144-9f3a`. `now` in ms since the epoch. */
export function newRunName(now: number): string {
  return `${timeStamp(now)}-${randomBytes(2).toString('hex')}`;
}

function timeStamp(ms: number): string {
  return new Date(ms)
    .toISOString()
    .replaceAll(/[-:]|\.\d+Z/g, '')
    .replace('T', '-');
}

/** What the name of a simulation begins with; the rest follows from all that it is made of. */
const simulationPrefix = 'sim-';

/** The name of a simulation: the same for the same plan, options, seed and version. `digest` stands for these. */
export function simulationName(seed: number, digest: string): string {
  return `${simulationPrefix}${seed}-${digest.slice(0, 8)}`;
}

/** The names of all runs under `home`, oldest first. */
export async function listRuns(home: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(join(home, 'runs'), { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    const keyed = await Promise.all(names.map(async (name) => ({ name, key: await orderOf(home, name) })));
    return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ name }) => name);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * The name itself; the name of a simulation does not tell when it ran, its folder does. Of one second it comes first: a
 * simulation that comes after a run of real servers does so seconds later, since those take longer.
 */
async function orderOf(home: string, name: string): Promise<string> {
  if (!name.startsWith(simulationPrefix)) return name;
  const { mtimeMs } = await stat(join(home, 'runs', name));
  return `${timeStamp(mtimeMs)}-!${name}`;
}
