// A DC/OS cluster behind the engine's port.

import { observeService } from '../../probe/observe-service.js';
import { roundTrip } from '../../probe/round-trip.js';
import type { Transport } from '../../remote/transport.js';
import type { Platform } from '../../run/platform.js';
import { askMasters } from './services/ask-masters.js';
import type { DcosCluster } from './cluster-file.js';
import { judgeMasters, openGates } from './services/conditions.js';
import { observeMaster } from './masters/observe-host.js';
import { performOnMaster } from './masters/perform.js';
import { serviceWays } from './services/service-ways.js';
import { dcosVersion } from './versions.js';

/** ZooKeeper's client port in DC/OS. */
export const clientPort = 2181;

/** The cluster over this transport. */
export function dcosPlatform(cluster: DcosCluster, transport: Transport): Platform {
  const version = dcosVersion(cluster.dcos.version);
  const ways = serviceWays(cluster, transport);
  return {
    observeService: (address, signal) => observeService(address, clientPort, { signal }),
    observeHost: (address, signal) => observeMaster(transport, address, signal),
    perform: (action, context) => performOnMaster(cluster, transport, action, context),
    furtherConditions: async (moment, signal) =>
      version === undefined
        ? []
        : judgeMasters(version, moment, await askMasters(cluster, version, ways, moment, signal)),
    isComplete: (moment) =>
      version !== undefined && openGates(version, moment).length === moment.expectation.running.length,
    roundTrip: (addresses, signal) => roundTrip(addresses, clientPort, (address) => address, signal),
  };
}
