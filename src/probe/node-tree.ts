// How are a tree of nodes, and what a canary left, removed again?

import { invariant } from '../model/invariant.js';
import { deleteNode, listChildren } from './zookeeper-client.js';
import { type Connection, newSession, openConnection } from './zookeeper-connection.js';
import { hasCode } from './zookeeper-error.js';

const deletesAtOnce = 200;

/**
 * Removes `root` and all below it through the server at this (dialled) address; what is gone already is passed over.
 * Rejects with a `ZooKeeperError`.
 */
export async function removeTree(
  address: string,
  root: string,
  options: { readonly clientPort: number; readonly signal?: AbortSignal },
): Promise<void> {
  invariant(/^\/[^/]/.test(root) && !/^\/zookeeper(\/|$)/.test(root), `'${root}' is a tree of ours`);
  const connection = await openConnection({
    ...options,
    address,
    port: options.clientPort,
    session: newSession(),
    sessionTimeoutMs: 10_000,
    handshakeMs: 5000,
  });
  try {
    await removeBelow(connection, root);
  } finally {
    await connection.closeSession(1000);
  }
}

async function removeBelow(connection: Connection, path: string): Promise<void> {
  if (await removeLeaf(connection, path)) return;
  const { value: children } = await listChildren(connection, path);
  for (let start = 0; start < children.length; start += deletesAtOnce) {
    const some = children.slice(start, start + deletesAtOnce);
    await Promise.all(some.map((child) => removeBelow(connection, `${path}/${child}`)));
  }
  await removeLeaf(connection, path);
}

/** Whether the node is gone. */
async function removeLeaf(connection: Connection, path: string): Promise<boolean> {
  try {
    await deleteNode(connection, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'NONODE')) return true;
    if (hasCode(error, 'NOTEMPTY')) return false;
    throw error;
  }
}
