// Can a crowd that elects a leader lack a write that was acknowledged?

import type { PointTables } from './point-tables.js';
import { count, type ServerSet } from './roster.js';
import type { EnsembleState } from './state.js';

/**
 * Whether a write may have been acknowledged by servers of which none is in `vetted`: as many of the other holders as
 * the last leader needed. Two that ran with one id from the start were one voice.
 */
export function mayMissWrites(state: EnsembleState, vetted: ServerSet, table: PointTables): boolean {
  const { counted, quorum } = table.lists[state.holdersList];
  const others = state.holders & ~vetted & counted;
  let voices = count(others);
  for (const pair of table.oldTwins) if ((others & pair) === pair) voices -= 1;
  return voices >= quorum;
}

/** Whether even a crowd of `fewest`, with as few holders in it as can be, leaves too few of them out for a write. */
export function meetsEveryWrite(
  state: EnsembleState,
  looking: ServerSet,
  fewest: number,
  { lists }: PointTables,
): boolean {
  const { counted, quorum } = lists[state.holdersList];
  const holders = state.holders & counted;
  const met = fewest - count(looking & ~holders);
  return count(holders) - Math.max(0, met) < quorum;
}
