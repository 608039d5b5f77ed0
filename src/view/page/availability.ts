// Which step a time without a write came from, and how what the canary measured is told to the page.

import { timedWork, type TimedWork } from './timed-work.js';
import type { RunState } from '../../run/run-state.js';

/** Writes in one slice of time. */
export interface WriteSlice {
  /** ms since the epoch. */
  readonly at: number;
  readonly acknowledged: number;
}

/** A time without an acknowledged write, ms since the epoch. */
export interface MeasuredGap {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What the canary measured, in a bounded number of slices of `sliceMs` each. */
export interface Availability {
  readonly sliceMs: number;
  readonly slices: readonly WriteSlice[];
  readonly gaps: readonly MeasuredGap[];
  readonly longestGapMs: number;
  readonly unavailableMs: number;
}

/** A gap with the work that caused it; null when nothing was being done. */
export interface ExplainedGap extends MeasuredGap {
  readonly cause: TimedWork | null;
}

/**
 * The work that a gap belongs to: what was under way when it began, else what began within it, for a gap begins at the
 * last write before it. Where several were, the one that the gap overlaps most.
 */
export function causeOf(gap: MeasuredGap, work: readonly TimedWork[]): TimedWork | null {
  let best: TimedWork | null = null;
  let most = 0;
  for (const one of work) {
    const overlap = Math.min(gap.toMs, one.toMs) - Math.max(gap.fromMs, one.fromMs);
    if (overlap > most) [best, most] = [one, overlap];
  }
  return best;
}

/** Every gap with its cause. */
export function explainGaps(gaps: readonly MeasuredGap[], state: RunState | null): readonly ExplainedGap[] {
  const work = state === null ? [] : timedWork(state);
  return gaps.map((gap) => ({ ...gap, cause: causeOf(gap, work) }));
}
