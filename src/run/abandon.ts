// How a run is given up for good, so that the cluster is free for another.

import type { ClusterLock } from './cluster-lock.js';
import { Journal, readJournal } from './journal.js';
import { takeProcessLock } from './process-lock.js';
import type { RunFolder } from './run-folder.js';
import { foldJournal } from './run-state.js';

/** What giving up needs. */
export interface AbandonHost {
  readonly lock: Pick<ClusterLock, 'release'>;
  readonly now: () => number;
  readonly by: string;
  readonly signal: AbortSignal;
}

/** How it ended. Nothing was changed unless `abandoned`; `over`: the run was finished or given up before. */
export type AbandonEnd =
  | { readonly kind: 'abandoned'; readonly was: 'open' | 'over' }
  | { readonly kind: 'busy' | 'unknown'; readonly reason: string };

/**
 * Releases the cluster from `run` and writes that into its journal, where there is one to write. `folder` is null for
 * a run of another machine.
 */
export async function abandonRun(
  host: AbandonHost,
  folder: RunFolder | null,
  run: string,
): Promise<AbandonEnd> {
  const release = folder === null ? null : await takeProcessLock(folder.path);
  if (folder !== null && release === null)
    return { kind: 'busy', reason: `A process works on run ${run}. Stop it first.` };
  try {
    const released = await host.lock.release(run, host.signal);
    if (released.kind === 'unknown') {
      return {
        kind: 'unknown',
        reason: `The cluster does not say who holds it: ${released.reason}. Try again when it serves.`,
      };
    }
    return { kind: 'abandoned', was: folder === null ? 'open' : await note(host, folder) };
  } finally {
    await release?.();
  }
}

async function note(host: AbandonHost, folder: RunFolder): Promise<'open' | 'over'> {
  const reading = await readJournal(folder.journal);
  const state = reading.kind === 'read' ? foldJournal(reading.records) : null;
  if (state === null || state.status === 'finished' || state.status === 'abandoned') return 'over';
  const journal = await Journal.continue(folder.journal, { now: host.now, onRecord: () => undefined });
  await journal.append({ kind: 'run-abandoned', by: host.by, reason: 'given up by the operator' });
  await journal.close();
  return 'open';
}
