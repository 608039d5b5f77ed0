// A stand-in for the list that a running ensemble keeps itself: who can lead by it, and when does a change come through?

import {
  type Address,
  describeEnsemble,
  type Ensemble,
  idOf,
  quorumOf,
  sameEnsemble,
} from '../../model/ensemble.js';
import type { Servers, SimulatedServer } from './server.js';

/** Who serves, and who may lead them. */
export interface CommittedService {
  /** Take part, with a vote or without; nobody where they are no quorum of the list. */
  readonly serving: readonly Address[];
  /** Those of them that have a vote, by ascending id. */
  readonly voters: readonly Address[];
}

/** What a quorum of the list, if there is one, lets the servers of phase `in` be. */
export function serviceUnder(list: Ensemble, servers: Servers): CommittedService {
  const serving = [...servers.values()]
    .filter((one) => one.process?.phase === 'in')
    .map((one) => one.address);
  const voters = votersAmong(list, serving);
  return voters.length < quorumOf(list.length) ? { serving: [], voters: [] } : { serving, voters };
}

/** Why a change from `from` to `to` does not come through, or null. `answering`: follow the leader, and do not hang. */
export function refusalOf(
  committed: Ensemble,
  from: Ensemble,
  to: Ensemble,
  answering: readonly Address[],
): string | null {
  if (!sameEnsemble(committed, from)) return `the list is ${describeEnsemble(committed)}`;
  const without = [from, to].find((list) => votersAmong(list, answering).length < quorumOf(list.length));
  return without === undefined ? null : `no quorum of ${describeEnsemble(without)}`;
}

/** The members of a list among these, by ascending id. */
export function votersAmong(list: Ensemble, addresses: readonly Address[]): readonly Address[] {
  return list.map((member) => member.address).filter((address) => addresses.includes(address));
}

/** A server is told the list: it loads it, and writes it on its disk. */
export function learn(server: SimulatedServer, list: Ensemble, version: number): void {
  server.list = list;
  server.listVersion = version;
  if (server.process !== null) server.process.list = list;
}

/** Whether a server that starts finds itself in its list; otherwise it ends at once ('My id … not in the peer list', 3.8.0). */
export function mayStart({ list, address }: SimulatedServer): boolean {
  return list !== null && idOf(list, address) !== undefined;
}

/** A version as servers write it: the zxid of a change in the first epoch. */
export function versionText(version: number): string {
  return `0x1${version.toString(16).padStart(8, '0')}`;
}
