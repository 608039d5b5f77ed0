// A plain ZooKeeper cluster behind the engine's ports. Addresses are the plan's on this side, the dialled ones beyond.

import { RunningCanary } from '../../probe/canary.js';
import { observeService } from '../../probe/observe-service.js';
import { removeTree } from '../../probe/node-tree.js';
import { roundTrip } from '../../probe/round-trip.js';
import type { Transport } from '../../remote/transport.js';
import type { Canary } from '../../run/canary.js';
import type { Platform } from '../../run/platform.js';
import type { ClientReach } from './client-reach.js';
import type { Cluster } from './cluster-file.js';
import { dialAddress, plannedEnsemble } from './host-view.js';
import { observeHost } from './observe-host.js';
import { perform } from './perform.js';

/** The cluster over this transport. */
export function zookeeperPlatform(cluster: Cluster, transport: Transport): Platform {
  const { clientPort } = cluster.zookeeper;
  return {
    observeService: async (address, signal) => {
      const reading = await observeService(dialAddress(cluster, address), clientPort, { signal });
      const ensemble = reading.ensemble === null ? null : plannedEnsemble(cluster, reading.ensemble);
      return { ...reading, address, ensemble };
    },
    observeHost: async (address, signal) => {
      const seen = await observeHost(cluster, transport, address, signal);
      if (seen.kind === 'unknown') return seen;
      const { zooCfg: _, ...observation } = seen;
      return observation;
    },
    perform: (action, { signal }) => perform(cluster, transport, action, signal),
    roundTrip: (addresses, signal) =>
      roundTrip(addresses, clientPort, (address) => dialAddress(cluster, address), signal),
  };
}

/** Where a run's canary writes, and where it keeps its ledger. */
export interface CanaryPlace {
  /** The node that everything is written under, such as `/succession/<run>`. */
  readonly root: string;
  readonly ledgerFile: string;
  readonly clients: number;
  /** Between two writes of a client, in ms. */
  readonly pauseMs: number;
}

/** A canary for an ensemble: started once, stopped once. */
export function zookeeperCanary({ clientPort, dial }: ClientReach, place: CanaryPlace): Canary {
  const canary = new RunningCanary({ ...place, clientPort, dial });
  return {
    start: (addresses) => canary.start(addresses),
    moveTo: (addresses) => canary.moveTo(addresses),
    read: () => canary.read(),
    stop: () => canary.stop(),
    audit: async (addresses, signal) => {
      try {
        return { kind: 'audited', members: await canary.audit(addresses, signal) };
      } catch (error) {
        return { kind: 'unknown', reason: error instanceof Error ? error.message : String(error) };
      }
    },
    clear: async (addresses, signal) => {
      for (const address of addresses) {
        try {
          await removeTree(dial(address), place.root, { clientPort, signal });
          return;
        } catch {
          // Another member may let it be done.
        }
      }
    },
  };
}
