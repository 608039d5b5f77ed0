// What stand-in servers do where the running ensemble keeps its list itself: elections, joins, and changes of the list.

import {
  type Address,
  describeEnsemble,
  type Ensemble,
  idOf,
  quorumOf,
  sameEnsemble,
} from '../../src/model/ensemble.js';
import type { ModelServers } from './model-servers.js';

/** The ensemble changes its list from `from` to `to`. Why it does not, or null. */
export function changeCommitted(servers: ModelServers, from: Ensemble, to: Ensemble): string | null {
  const { committed, leader } = servers;
  if (committed === null) return 'the lists are static';
  if (sameEnsemble(committed, to)) return null;
  if (!sameEnsemble(committed, from)) return `the list is ${describeEnsemble(committed)}`;
  for (const list of [from, to])
    if (votersAmong(list, servers.serving).length < quorumOf(list.length))
      return `no quorum of ${describeEnsemble(list)}`;
  servers.committed = to;
  for (const address of servers.serving) learn(servers, address, to);
  if (leader !== null && idOf(to, leader) === undefined)
    lead(servers, votersAmong(to, servers.serving)[0] ?? null);
  return null;
}

/** Leadership goes to `address`, when it has a vote and follows. */
export function moveCommittedLeader(servers: ModelServers, address: Address, list: Ensemble): boolean {
  const may = servers.serving.includes(address) && idOf(list, address) !== undefined;
  if (may) lead(servers, address);
  return may;
}

/** A server's process ends, or begins on what its disk holds. */
export function moveCommitted(
  servers: ModelServers,
  kind: 'stop' | 'start',
  address: Address,
  list: Ensemble,
): void {
  const server = servers.server(address);
  if (kind === 'stop') {
    server.process = null;
    servers.serving = servers.serving.filter((one) => one !== address);
  } else {
    server.hasFiles = true;
    // 'My id … not in the peer list': it ends at once (seen on 3.8.0).
    if (server.list === null || idOf(server.list, address) === undefined) return;
    server.process = { startedAt: servers.now, list: server.list, serverId: server.serverId, mismatches: 0 };
  }
  const all = [...servers.servers.values()];
  const running = all.filter((one) => one.process !== null).map((one) => one.address);
  const voters = votersAmong(list, running);
  if (voters.length < quorumOf(list.length)) {
    servers.leader = null;
    servers.serving = [];
    return;
  }
  const best = voters.filter((one) => servers.server(one).data === 'complete').at(-1) ?? voters.at(-1);
  if (servers.leader === null || !voters.includes(servers.leader)) lead(servers, best ?? null);
  servers.serving = running;
  for (const one of running) {
    servers.server(one).data = 'complete';
    learn(servers, one, list);
  }
  for (const one of all) if (one.process === null && one.data === 'complete') one.data = 'old';
}

function lead(servers: ModelServers, address: Address | null): void {
  if (address !== null && servers.server(address).data !== 'complete')
    servers.lostWrites ??= `${address} leads without every write`;
  servers.leader = address;
  servers.epoch += 1;
  servers.electedAt = servers.now;
}

/** A server is told the list: it loads it, and writes it on its disk. */
function learn(servers: ModelServers, address: Address, list: Ensemble): void {
  const server = servers.server(address);
  server.list = list;
  if (server.process !== null) server.process = { ...server.process, list };
}

function votersAmong(list: Ensemble, addresses: readonly Address[]): readonly Address[] {
  return list.map((member) => member.address).filter((address) => addresses.includes(address));
}
