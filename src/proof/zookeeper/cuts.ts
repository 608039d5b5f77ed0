// Which followers can a partition or a stall take from a leader that keeps its quorum?

import { mayJoin, voices, type Hearing } from './possible-elections.js';
import { at, membersOf, type ServerSet } from './roster.js';

/**
 * Each single follower, and every set that is not reached from a larger one by somebody joining again: where all have one
 * list, those that leave a bare quorum. While two lists are in use, a server may need to hear more than such a quorum.
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
  const joinsAgain = (server: number, stay: ServerSet): boolean =>
    enough(stay & ~(1 << server)) && mayJoin(hearing, server, leader, stay & ~(1 << server));
  const cuts = new Set<ServerSet>();
  for (let stay = followers; ; stay = (stay - 1) & followers) {
    if (enough(stay | bit) && !membersOf(stay).some((server) => joinsAgain(server, stay | bit)))
      cuts.add(followers & ~stay);
    if (stay === 0) break;
  }
  for (const server of membersOf(followers)) if (enough(group & ~(1 << server))) cuts.add(1 << server);
  cuts.delete(0);
  return [...cuts];
}
