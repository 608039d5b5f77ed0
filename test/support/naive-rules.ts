// Which action of a run breaks a rule? Written from the rules alone, on what the stand-in servers really do.

import { type Address, type Ensemble, idOf, quorumOf, sameEnsemble } from '../../src/model/ensemble.js';
import type { Stage } from '../../src/plan/plan.js';
import type { Action } from '../../src/run/platform.js';
import type { SimulatedServer } from '../../src/lab/simulation/server.js';
import type { SimulatedServers } from '../../src/lab/simulation/servers.js';

/** Why `action` may not be begun now, or null. */
export function forbidden(servers: SimulatedServers, action: Action, stage: Stage): string | null {
  const { committed } = servers.service;
  if (committed !== null) return forbiddenToRunning(servers, action, committed);
  const host = servers.server(action.address);
  const all = [...servers.servers.values()];
  const serving = all.map((one) => one.address).filter((address) => servers.isSeenServing(address));
  if (action.kind === 'fence' && host.process !== null) return 'a running server is fenced';
  if (action.kind === 'install' && host.stamp !== action.stamp) {
    const id = idOf(action.ensemble, action.address);
    const holder = all.find((one) => one !== host && one.serverId === id && couldRun(one));
    if (holder !== undefined) return `${holder.address} could still run with the id ${id}`;
    const quorum = quorumOf(servers.server(servers.leader ?? action.address).process?.list.length ?? 0);
    // The only member of all can't serve beside a second one that has yet to come.
    const alone = stage.from.length === 1 && serving.length === 0;
    if (!alone && serving.filter((address) => address !== action.address).length < quorum)
      return 'an empty disk while no quorum of others serves';
  }
  const takesDown = host.process !== null && action.kind !== 'start';
  const isIdle = serving.length > 0 && !serving.includes(action.address);
  if (!takesDown || isIdle || stage.fullStop) return null;
  const missing = membersToServe(servers, stage).find(
    (address) =>
      address !== action.address &&
      !waitsForOthers(servers, address) &&
      (serving.length > 0 ? !serving.includes(address) : servers.server(address).process === null),
  );
  return missing === undefined ? null : `${missing} does not serve already`;
}

/** The same where the running ensemble keeps its list itself. */
function forbiddenToRunning(servers: SimulatedServers, action: Action, list: Ensemble): string | null {
  const host = servers.server(action.address);
  const isMember = idOf(list, action.address) !== undefined;
  switch (action.kind) {
    case 'fence':
      return host.process !== null ? 'a running server is fenced' : isMember ? 'a member is fenced' : null;
    case 'stop':
      // Whoever's data differs does harm with its vote.
      return isMember && !host.diverged ? 'a server is stopped while it has a vote' : null;
    case 'add':
      return servers.isSeenServing(action.address) || isMember
        ? null
        : 'a server gets a vote before it follows';
    case 'join': {
      const id = idOf(action.ensemble, action.address);
      const holder = [...servers.servers.values()].find(
        (one) => one !== host && one.serverId === id && couldRun(one),
      );
      return holder === undefined ? null : `${holder.address} could still run with the id ${id}`;
    }
    case 'remove':
    case 'start':
      return null;
    case 'install':
    case 'upgrade':
      return `${action.kind} restarts a member`;
  }
}

/** Runs, and holds another list than the leader: it may be unable to follow until others have its list too. */
function waitsForOthers(servers: SimulatedServers, address: Address): boolean {
  const list = servers.server(address).process?.list;
  const { leader } = servers.service;
  const led = leader === null ? undefined : servers.server(leader).process?.list;
  return list !== undefined && led !== undefined && !sameEnsemble(list, led);
}

/** Those that stay, but for lost members that this stage has still to bring back, and machines that are gone. */
function membersToServe(servers: SimulatedServers, stage: Stage): readonly Address[] {
  const staying = stage.from
    .map((one) => one.address)
    .filter((one) => idOf(stage.ensemble, one) !== undefined);
  return staying.filter((address) => {
    const { process, enabled, serverId } = servers.server(address);
    const isGone = !enabled && serverId === null;
    return process !== null || !(stage.fresh.includes(address) || isGone);
  });
}

/** Which rule the servers break as they stand, whatever led there; null when none. */
export function broken(servers: SimulatedServers, stage: Stage): string | null {
  const all = [...servers.servers.values()];
  const ids = all.flatMap((one) => (one.process === null ? [] : [one.process.serverId]));
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) return `two servers run with the id ${twice}`;
  if (servers.service.lostWrites !== null) return servers.service.lostWrites;
  // All that serve have the one list that is in force.
  if (servers.service.committed !== null) return null;
  return twoQuorums(all.filter(couldRun), stage);
}

function couldRun(server: SimulatedServer): boolean {
  return server.process !== null || (server.enabled && server.list !== null);
}

/** Whether two groups without a common server could each satisfy the quorum of every list that one of them holds. */
function twoQuorums(servers: readonly SimulatedServer[], { from, ensemble }: Stage): string | null {
  const holders = (list: Ensemble): number =>
    servers.filter((one) => sameEnsemble(one.process?.list ?? one.list ?? [], list)).length;
  if (sameEnsemble(from, ensemble)) return null;
  const [a, b] = [holders(from), holders(ensemble)];
  const isQuorum = (ofFrom: number, ofTo: number): boolean =>
    ofFrom + ofTo >=
    Math.max(1, ofFrom > 0 ? quorumOf(from.length) : 0, ofTo > 0 ? quorumOf(ensemble.length) : 0);
  for (let ofFrom = 0; ofFrom <= a; ofFrom += 1) {
    for (let ofTo = 0; ofTo <= b; ofTo += 1) {
      if (isQuorum(ofFrom, ofTo) && isQuorum(a - ofFrom, b - ofTo))
        return `two quorums are possible: ${ofFrom} of ${a} on the old list, ${ofTo} of ${b} on the new one`;
    }
  }
  return null;
}
