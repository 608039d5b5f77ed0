// Nothing is done for a while: does the ensemble stay as it must be, and what happens to it meanwhile?

import type { ZooKeeperFamily } from '../model/family.js';
import type { Stage } from '../plan/plan.js';
import type { EngineHost } from './engine-host.js';
import type { Failure } from './failure.js';
import { observeStage } from './observe-stage.js';
import { settle } from './settle.js';

/** How a watch ended. Times in ms. */
export type WatchEnd =
  /** `elections`: as the epochs tell; null where nobody says its epoch. `longestBreakMs`: of any condition. */
  | { readonly kind: 'held'; readonly longestBreakMs: number; readonly elections: number | null }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'interrupted' };

/** The longest that a watch goes without a fresh look at the hosts, in ms. */
const WATCH_PIECE_MS = 60_000;

/**
 * Watches what the ensemble shows between two steps of `stage`: first until every condition holds, then for `holdMs`. What
 * breaks then must mend itself as quickly as a server must that nobody touches, else the watch fails.
 */
export async function watchEnsemble(
  host: EngineHost,
  stage: Stage,
  family: ZooKeeperFamily,
  holdMs: number,
): Promise<WatchEnd> {
  const { downMs } = host.settings;
  let until: number | null = null;
  let firstEpoch: number | null = null;
  let lastEpoch: number | null = null;
  let longestBreakMs = 0;
  do {
    const reading = await observeStage(host, stage, family);
    if (host.signal.aborted) return { kind: 'interrupted' };
    if (reading.kind === 'refused') return { kind: 'failed', failure: reading.failure };
    const pieceMs = until === null ? 0 : Math.min(WATCH_PIECE_MS, Math.max(until - host.now(), 0));
    const hasPassed = until !== null;
    const gate = await settle(host, reading.world, { holdMs: pieceMs, breakMs: downMs, hasPassed });
    if (gate.kind === 'failed') return { kind: 'failed', failure: gate.failure };
    if (gate.kind === 'interrupted') return gate;
    until ??= host.now() + holdMs;
    firstEpoch ??= gate.evidence.epoch;
    lastEpoch = gate.evidence.epoch;
    longestBreakMs = Math.max(longestBreakMs, gate.longestBreakMs);
  } while (host.now() < until);
  const elections = firstEpoch === null || lastEpoch === null ? null : lastEpoch - firstEpoch;
  return { kind: 'held', longestBreakMs, elections };
}
