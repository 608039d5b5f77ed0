// How do simulated servers look to the model of elections and joins?

import type { Address, Ensemble } from '../../model/ensemble.js';
import type { ZooKeeperFamily } from '../../model/family.js';
import { type Moment, votersOf } from '../../plan/predict.js';
import {
  finds,
  keepsLeading,
  noService,
  seesQuorum,
  surplus,
  type Service,
} from '../../proof/zookeeper/election.js';
import { membersOf, type Roster, rosterOf, type ServerSet } from '../../proof/zookeeper/roster.js';
import { describeList, heldList, serverAt, type Servers, type SimulatedServer } from './server.js';

/** The two lists that are in use: the last one that was given to anybody, and the one before it. */
export interface ListsInUse {
  readonly from: Ensemble;
  readonly to: Ensemble;
}

/** The roster of these lists. */
export function rosterOfLists(lists: ListsInUse, family: ZooKeeperFamily): Roster {
  return rosterOf({ ...lists, fresh: [], family });
}

/** The model's view of the servers; only processes in phase `in` run there. */
export function momentOfServers(
  roster: Roster,
  lists: ListsInUse,
  servers: Servers,
  service: { readonly leader: Address | null; readonly serving: readonly Address[] },
): Moment {
  const having = (has: (server: SimulatedServer) => boolean): ServerSet =>
    roster.addresses.reduce(
      (set, address, at) => (has(serverAt(servers, address)) ? set | (1 << at) : set),
      0,
    );
  const to = having((server) => heldList(server) === describeList(lists.to));
  const leader = service.leader === null ? -1 : roster.addresses.indexOf(service.leader);
  const serving = having((server) => service.serving.includes(server.address));
  return {
    ...(leader < 0 ? noService : { leader, serving }),
    running: having((server) => server.process?.phase === 'in'),
    from: having((server) => heldList(server) === describeList(lists.from)) & ~to,
    to,
    fenced: 0,
    installed: roster.all,
    current: having((server) => server.data === 'complete'),
    filled: having((server) => server.data !== 'none'),
  };
}

/** Whether `leader` could lead all who serve at this moment: they find it, and a quorum of its members is among them. */
export function couldLead(roster: Roster, moment: Moment, leader: number): boolean {
  const voters = votersOf(roster, moment);
  const followed = membersOf(moment.serving).every(
    (server) =>
      server === leader ||
      (finds(roster, voters, server, leader) && seesQuorum(roster, voters, server, moment.serving)),
  );
  const service = { leader, serving: moment.serving };
  return followed && keepsLeading(roster, voters, service) && surplus(roster, voters, service) >= 0;
}

/** Whether the leader has a quorum of its list when only these of its followers answer. */
export function hasQuorum(roster: Roster, moment: Moment, service: Service): boolean {
  return keepsLeading(roster, votersOf(roster, moment), service);
}
