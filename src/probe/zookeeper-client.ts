// Which operations on nodes do we ask a ZooKeeper server for?

import { encodeBytes, encodeFlag, encodeInt, encodeText } from './jute.js';
import type { Connection, Reply } from './zookeeper-connection.js';
import { hasCode } from './zookeeper-error.js';

/** Operation numbers: `ZooDefs.OpCode`. */
const operations = { create: 1, delete: 2, exists: 3, getData: 4, getChildren: 8, sync: 9 } as const;
const anyVersion = -1;
/** One entry, every permission, scheme `world`, for `anyone`: ZooKeeper's own `OPEN_ACL_UNSAFE`. */
const openToAll = Buffer.concat([encodeInt(1), encodeInt(31), encodeText('world'), encodeText('anyone')]);
const noWatch = encodeFlag('no');

/** `CreateMode`: an ephemeral node ends with its session; a sequential one gets a number behind its name. */
export type Lifetime = 'persistent' | 'ephemeral' | 'ephemeral-sequential';
const createFlags: Readonly<Record<Lifetime, number>> = {
  persistent: 0,
  ephemeral: 1,
  'ephemeral-sequential': 3,
};

/** Of a node's metadata, what we compare: the transaction that created it. */
export interface NodeStat {
  readonly czxid: bigint;
}

/**
 * Creates a node; answers with its path. All functions here reject with a `ZooKeeperError`; after `CONNECTIONLOSS`
 * the node may exist or not.
 */
export function createNode(
  connection: Connection,
  path: string,
  data: Uint8Array,
  lifetime: Lifetime,
): Promise<Reply<string>> {
  const flags = encodeInt(createFlags[lifetime]);
  const body = [encodeText(path), encodeBytes(data), openToAll, flags];
  return connection.request(operations.create, body, `create ${path}`, (answer) => answer.readText());
}

/** The node's metadata as this server has them, or null when it has no such node. */
export async function statNode(connection: Connection, path: string): Promise<NodeStat | null> {
  const body = [encodeText(path), noWatch];
  try {
    const reply = await connection.request(operations.exists, body, `exists ${path}`, (answer) => ({
      czxid: answer.readLong(),
    }));
    return reply.value;
  } catch (error) {
    if (hasCode(error, 'NONODE')) return null;
    throw error;
  }
}

/** The node's data as this server has them. */
export function readNode(connection: Connection, path: string): Promise<Reply<Buffer>> {
  const body = [encodeText(path), noWatch];
  return connection.request(operations.getData, body, `get ${path}`, (answer) => answer.readBytes());
}

/** The names of a node's children, in no order. */
export function listChildren(connection: Connection, path: string): Promise<Reply<readonly string[]>> {
  const body = [encodeText(path), noWatch];
  return connection.request(operations.getChildren, body, `children of ${path}`, (answer) =>
    answer.readTexts(),
  );
}

/** Deletes a node that has no children, whatever its version. */
export function deleteNode(connection: Connection, path: string): Promise<Reply<null>> {
  const body = [encodeText(path), encodeInt(anyVersion)];
  return connection.request(operations.delete, body, `delete ${path}`, () => null);
}

/** Answers once this server has applied everything that its leader had committed before. */
export function syncServer(connection: Connection): Promise<Reply<null>> {
  return connection.request(operations.sync, [encodeText('/')], 'sync', () => null);
}

/** Creates a persistent node and the ancestors that it lacks; what is there stays as it is. */
export async function makeNode(connection: Connection, path: string): Promise<void> {
  try {
    await createNode(connection, path, Buffer.alloc(0), 'persistent');
  } catch (error) {
    const parent = path.slice(0, path.lastIndexOf('/'));
    if (hasCode(error, 'NONODE') && parent !== '') {
      await makeNode(connection, parent);
      await makeNode(connection, path);
    } else if (!hasCode(error, 'NODEEXISTS')) throw error;
  }
}
