// A session with one member of the ensemble, for as long as some work takes.

import type { Address } from '../../model/ensemble.js';
import { type Connection, newSession, openConnection } from '../../probe/zookeeper-connection.js';
import type { ClientReach } from './client-reach.js';

/** Connects, does the work, and closes the session whatever comes. Throws what `openConnection` and the work throw. */
export async function throughMember<T>(
  { clientPort, dial }: ClientReach,
  address: Address,
  signal: AbortSignal,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await openConnection({
    address: dial(address),
    port: clientPort,
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
