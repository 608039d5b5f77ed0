// How many servers may fail, whichever they are, until nobody serves any more?

import { elect, surplus, type Service, type Voters } from '../proof/zookeeper/election.js';
import { membersOf, type Roster, type ServerSet } from '../proof/zookeeper/roster.js';

/** Whether somebody serves after an election among these; kept between calls for one roster. */
export type MarginMemory = Map<string, boolean>;

/**
 * How much is looked at: `exact` tries every set of failed servers; `leader` only the leader's own failure, beyond
 * which it counts. Both agree on whether the margin is 0; `leader` may be too high above that.
 */
export type MarginDepth = 'exact' | 'leader';

/**
 * The margin of a service: -1 when there is none, else how many further failures it survives. Followers may fail as
 * long as a quorum of the leader's list serves. When the leader is among the failed, those that are left must be able to
 * elect another one, which while two lists are in use is more than a matter of their number.
 */
export function marginOf(
  roster: Roster,
  voters: Voters,
  service: Service,
  depth: MarginDepth,
  memory: MarginMemory,
): number {
  if (service.leader < 0) return -1;
  // On 3.4 a leader stays on acknowledgements of non-members too; its writes would not be safe, so they don't count.
  const most = Math.max(0, surplus(roster, voters, service));
  const followers = membersOf(service.serving & ~(1 << service.leader));
  const survives = (others: ServerSet): boolean =>
    servesWithout(roster, voters, others | (1 << service.leader), memory);
  for (let failures = 1; failures <= (depth === 'exact' ? most : Math.min(1, most)); failures += 1) {
    if (!everySubset(followers, failures - 1, survives)) return failures - 1;
  }
  return most;
}

function servesWithout(
  roster: Roster,
  { holders, current, filled }: Voters,
  failed: ServerSet,
  memory: MarginMemory,
): boolean {
  const left = { from: holders.from & ~failed, to: holders.to & ~failed };
  const running = left.from | left.to;
  const key = `${left.from},${left.to},${current & running},${filled & running}`;
  const known = memory.get(key);
  if (known !== undefined) return known;
  const serves = elect(roster, { holders: left, current, filled }).leader >= 0;
  memory.set(key, serves);
  return serves;
}

/** Whether `holds` is true of every set of `size` of these servers. */
function everySubset(
  servers: readonly number[],
  size: number,
  holds: (subset: ServerSet) => boolean,
  start = 0,
  chosen: ServerSet = 0,
): boolean {
  if (size === 0) return holds(chosen);
  for (let index = start; index <= servers.length - size; index += 1) {
    const server = servers[index];
    if (server !== undefined && !everySubset(servers, size - 1, holds, index + 1, chosen | (1 << server))) {
      return false;
    }
  }
  return true;
}
