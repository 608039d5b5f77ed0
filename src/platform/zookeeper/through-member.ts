// A session with one member of the ensemble, for as long as some work takes.

import type { Address } from '../../model/ensemble.js';
import { type Connection, newSession, openConnection } from '../../probe/zookeeper-connection.js';
import type { Cluster } from './cluster-file.js';
import { dialAddress } from './host-view.js';

/** Connects, does the work, and closes the session whatever comes. Throws what `openConnection` and the work throw. */
export async function throughMember<T>(
  cluster: Cluster,
  address: Address,
  signal: AbortSignal,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await openConnection({
    address: dialAddress(cluster, address),
    port: cluster.zookeeper.clientPort,
    session: newSession(),
    sessionTimeoutMs: 10_000,
    handshakeMs: 3000,
    signal,
  });
  try {
    return await work(connection);
  } finally {
    await connection.closeSession(1000);
  }
}
