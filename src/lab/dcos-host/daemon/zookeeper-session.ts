// How does a program keep one ZooKeeper session over lost connections, and notice that it is over?

import { type Connection, newSession, openConnection } from '../../../probe/zookeeper-connection.js';
import { hasCode, ZooKeeperError } from '../../../probe/zookeeper-error.js';

/** A session of its own; nothing is asked until {@link ZooKeeperSession.use}. */
export interface ZooKeeperSession {
  /** Rises with each session: ephemeral nodes of an earlier number are not ours any more. */
  incarnation(): number;
  /** Carries out `work` on the live connection. Rejects with a `ZooKeeperError`, as `work` may. */
  use<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
}

const handshakeMs = 3000;

/**
 * `servers` is asked at each new connection, and each of them tried in turn. After `sessionTimeoutMs` without any the
 * session is given up on this side too, as Mesos does ('Forcing ZooKeeper session expiration').
 */
export function zooKeeperSession(
  servers: () => readonly string[],
  sessionTimeoutMs: number,
): ZooKeeperSession {
  let session = newSession();
  let incarnation = 1;
  let connection: Connection | undefined;
  let turn = 0;
  let heardMs = performance.now();

  const renew = (): void => {
    connection?.disconnect();
    connection = undefined;
    session = newSession();
    incarnation += 1;
    heardMs = performance.now();
  };

  const connect = async (): Promise<Connection> => {
    if (connection?.lost === false) return connection;
    const addresses = servers();
    const address = addresses[turn % Math.max(1, addresses.length)];
    turn += 1;
    if (address === undefined) throw new ZooKeeperError('CONNECTIONLOSS', 'no server is known');
    connection = await openConnection({ address, port: 2181, session, sessionTimeoutMs, handshakeMs });
    heardMs = performance.now();
    return connection;
  };

  return {
    incarnation: () => incarnation,
    use: async (work) => {
      try {
        const result = await work(await connect());
        heardMs = performance.now();
        return result;
      } catch (error) {
        const late = performance.now() - heardMs > sessionTimeoutMs;
        if (hasCode(error, 'SESSIONEXPIRED') || (late && hasCode(error, 'CONNECTIONLOSS'))) renew();
        throw error;
      }
    },
  };
}
