// What a live cluster says of itself, for planning: who is a member, who leads, which version runs.

import { sameEnsemble, describeEnsemble } from '../model/ensemble.js';
import { leadersOf, reconfigurableHost, sight, type Sighting } from '../run/sighting.js';
import { describeServices } from '../run/sighting.js';
import { deadline } from './deadline.js';
import { CommandError, exitStatus } from './exit-status.js';
import { valueOf } from './change-options.js';
import { type LiveCluster, readLiveCluster } from './live-cluster.js';
import type { LiveSide } from './plan-document.js';

/** Reads a cluster file. Throws bad input with the place of the fault. */
export async function readCluster(file: string): Promise<LiveCluster> {
  return valueOf(await readLiveCluster(file));
}

/** Observes all hosts of a cluster once. */
export async function observeCluster(cluster: LiveCluster): Promise<Sighting> {
  const transport = cluster.transport();
  try {
    return await sight(cluster.platformOver(transport), cluster.hosts.listed, deadline(30_000));
  } finally {
    await transport.close();
  }
}

/** The present of a live cluster. Throws with exit status 5 when it is not what its file says. */
export async function liveSide(cluster: LiveCluster, file: string): Promise<LiveSide> {
  const sighting = await observeCluster(cluster);
  for (const member of cluster.ensemble) {
    const host = sighting.hosts.get(member.address);
    const list = host?.kind === 'observed' ? host.ensemble : null;
    if (list !== null && !sameEnsemble(list, cluster.ensemble)) {
      throw new CommandError(exitStatus.notAsExpected, [
        `${member.address} holds ${describeEnsemble(list)}, and ${file} says ${describeEnsemble(cluster.ensemble)}.`,
        ...describeServices(sighting.services).map((line) => `  ${line}`),
        `  Set \`${cluster.membersKey}\` in ${file} to what the cluster really is, or finish the change that is under way.`,
      ]);
    }
  }
  const leaders = leadersOf(sighting.services);
  const versions = [...sighting.services.values()].flatMap((service) =>
    service.version === null ? [] : [service.version],
  );
  return {
    platform: cluster.platform,
    cluster: cluster.name,
    ...(cluster.serviceGate === null ? {} : { serviceGate: cluster.serviceGate }),
    idPolicy: cluster.idPolicy,
    current: cluster.ensemble,
    leader: leaders.length === 1 ? (leaders[0] ?? null) : null,
    zookeeper: versions[0] ?? cluster.zookeeperVersion,
    reconfigure: reconfigurableHost(sighting) !== null,
    silent: cluster.ensemble
      .map((member) => member.address)
      .filter(
        (address) =>
          sighting.hosts.get(address)?.kind !== 'observed' &&
          (sighting.services.get(address)?.mode ?? null) === null,
      ),
    unseen: cluster.ensemble.flatMap(({ address }) => {
      const host = sighting.hosts.get(address);
      const serves = (sighting.services.get(address)?.mode ?? null) !== null;
      return host?.kind === 'unknown' && serves ? [{ address, reason: host.reason }] : [];
    }),
    down: cluster.ensemble
      .map((member) => member.address)
      .filter((address) => {
        const host = sighting.hosts.get(address);
        return host?.kind === 'observed' && !host.running;
      }),
  };
}
