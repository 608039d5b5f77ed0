// What does Exhibitor's explorer show of a node?

import { listChildren, readNode } from '../../../probe/zookeeper-client.js';
import { type Connection, newSession, openConnection } from '../../../probe/zookeeper-connection.js';

const limitMs = 5000;

/** The children of a node, empty when there is no such node or no server. */
export async function children(server: string, key: string): Promise<readonly object[]> {
  const names = await withServer(server, async (connection) => {
    const reply = await listChildren(connection, key);
    return reply.value;
  });
  const parent = key === '/' ? '' : key;
  return (names ?? []).toSorted().map((title) => ({
    title,
    key: `${parent}/${title}`,
    isLazy: true,
    isFolder: true,
    expand: false,
  }));
}

/** A node's bytes, in hexadecimal and as text. */
export async function nodeData(server: string, key: string): Promise<object> {
  const data = await withServer(server, async (connection) => {
    const reply = await readNode(connection, key);
    return reply.value;
  });
  if (data === null) return { bytes: '', str: '', stat: '* not found* ' };
  return { bytes: data.toString('hex').replaceAll(/..(?!$)/g, '$& '), str: data.toString('utf8'), stat: '' };
}

async function withServer<T>(
  server: string,
  work: (connection: Connection) => Promise<T>,
): Promise<T | null> {
  let connection: Connection | undefined;
  try {
    connection = await openConnection({
      address: server,
      port: 2181,
      session: newSession(),
      sessionTimeoutMs: limitMs,
      handshakeMs: limitMs,
    });
    return await work(connection);
  } catch {
    return null;
  } finally {
    await connection?.closeSession(1000);
  }
}
