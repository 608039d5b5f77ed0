// Which followers can a partition or a stall take from a leader that keeps its quorum?

import { voices, type Hearing } from './possible-elections.js';
import { at, type ServerSet } from './roster.js';

/**
 * Every set of followers without which the leader still has a quorum. The largest ones would not do: whoever is cut off
 * may be unable to join again, when its own list needs more voices than the leader's has left, or when its votes don't
 * reach the leader.
 *
 * @param counted whose acknowledgements count for the leader
 */
export function possibleCuts(
  hearing: Hearing,
  counted: ServerSet,
  leader: number,
  group: ServerSet,
): readonly ServerSet[] {
  const followers = group & ~(1 << leader);
  const cuts: ServerSet[] = [];
  for (let cut = followers; cut !== 0; cut = (cut - 1) & followers)
    if (voices(hearing, group & ~cut & counted) >= at(hearing.quorum, leader)) cuts.push(cut);
  return cuts;
}
