// How clients reach the members of an ensemble, whatever platform they are of.

import type { Address } from '../../model/ensemble.js';
import type { Cluster } from './cluster-file.js';
import { dialAddress } from './host-view.js';

/** All that a client needs to know. */
export interface ClientReach {
  readonly clientPort: number;
  /** The address to connect to for one of the plan's. */
  readonly dial: (address: Address) => string;
}

/** Of a plain ensemble. */
export function clientReach(cluster: Cluster): ClientReach {
  return {
    clientPort: cluster.zookeeper.clientPort,
    dial: (address) => dialAddress(cluster, address),
  };
}
