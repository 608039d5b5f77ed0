// Which followers can a partition or a stall take from a leader that keeps its quorum?

import { voices, type Hearing } from './possible-elections.js';
import { at, membersOf, type ServerSet } from './roster.js';

/**
 * Each single follower, and each largest set that leaves a bare quorum. Smaller sets need no place of their own: whoever
 * was cut off and can hear the leader may join it again at once.
 *
 * @param counted whose acknowledgements count for the leader
 */
export function possibleCuts(
  hearing: Hearing,
  counted: ServerSet,
  leader: number,
  group: ServerSet,
): readonly ServerSet[] {
  const bit = 1 << leader;
  const followers = group & ~bit;
  const enough = (stay: ServerSet): boolean => voices(hearing, stay & counted) >= at(hearing.quorum, leader);
  const cuts = new Set<ServerSet>();
  for (let stay = followers; ; stay = (stay - 1) & followers) {
    if (enough(stay | bit) && membersOf(stay).every((server) => !enough((stay & ~(1 << server)) | bit)))
      cuts.add(followers & ~stay);
    if (stay === 0) break;
  }
  for (const server of membersOf(followers)) if (enough(group & ~(1 << server))) cuts.add(1 << server);
  cuts.delete(0);
  return [...cuts];
}
