// Who serves, when all that is known is who runs, with which list, and who leads?

import {
  canJoin,
  finds,
  keepsLeading,
  noService,
  seesQuorum,
  type Service,
  type Voters,
} from '../proof/zookeeper/election.js';
import { membersOf, type Roster, type ServerSet } from '../proof/zookeeper/roster.js';

/**
 * The service that a leader's being there implies; none when `leader` is -1 or could not have a quorum. A server that
 * was a member before may follow since an election; a newcomer must have joined. Whoever could be following is taken
 * to be, since our own steps leave nobody running that can't, and a follower stays when another one goes down:
 * `asBefore` holds those that are down now as if they ran.
 */
export function inferService(roster: Roster, voters: Voters, asBefore: Voters, leader: number): Service {
  const running = voters.holders.from | voters.holders.to;
  if (leader < 0 || (running & (1 << leader)) === 0) return noService;
  let group = asBefore.holders.from | asBefore.holders.to;
  for (let before = 0; before !== group;) {
    before = group;
    for (const server of membersOf(group)) {
      if (server !== leader && !mayFollow(roster, asBefore, server, leader, group)) group &= ~(1 << server);
    }
  }
  const service = { leader, serving: group & running };
  return keepsLeading(roster, voters, service) ? service : noService;
}

function mayFollow(
  roster: Roster,
  voters: Voters,
  server: number,
  leader: number,
  group: ServerSet,
): boolean {
  if ((roster.newcomers & (1 << server)) !== 0) return canJoin(roster, voters, server, leader, group);
  return finds(roster, voters, server, leader) && seesQuorum(roster, voters, server, group);
}
