// The tick of a cluster, from its settings.

import type { Cluster } from '../platform/zookeeper/cluster-file.js';

/** ZooKeeper's `tickTime` in ms; 2000 when the file does not say, as in ZooKeeper's own sample and in DC/OS. */
export function tickOf(cluster: Cluster): number {
  const tick = Number(cluster.zookeeper.settings['tickTime'] ?? 2000);
  return Number.isFinite(tick) && tick > 0 ? tick : 2000;
}
