// How does one value come to be the same on every master? Whoever is first creates it in ZooKeeper.

import { setTimeout as sleep } from 'node:timers/promises';
import { createNode, makeNode, readNode } from '../../../probe/zookeeper-client.js';
import type { Connection } from '../../../probe/zookeeper-connection.js';
import { hasCode, ZooKeeperError } from '../../../probe/zookeeper-error.js';
import { giveUp } from './host.js';
import type { ZooKeeperSession } from './zookeeper-session.js';

const limitMs = 60_000;
const retryMs = 1000;

/** The node's value, which is what `make` gives when there is no such node. Ends the program after a minute without ZooKeeper. */
export async function sharedValue(
  session: ZooKeeperSession,
  path: string,
  make: () => Promise<string>,
): Promise<string> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    try {
      return await session.use((connection) => takeOrMake(connection, path, make));
    } catch (error) {
      if (!(error instanceof ZooKeeperError)) throw error;
      if (performance.now() > deadline) giveUp(`${path} could not be read from ZooKeeper: ${error.message}`);
    }
    await sleep(retryMs);
  }
}

async function takeOrMake(
  connection: Connection,
  path: string,
  make: () => Promise<string>,
): Promise<string> {
  try {
    const { value } = await readNode(connection, path);
    return value.toString('utf8');
  } catch (error) {
    if (!hasCode(error, 'NONODE')) throw error;
  }
  const parent = path.slice(0, path.lastIndexOf('/'));
  if (parent !== '') await makeNode(connection, parent);
  const made = await make();
  try {
    await createNode(connection, path, Buffer.from(made), 'persistent');
    return made;
  } catch (error) {
    // Another master was quicker: its value is the cluster's.
    if (hasCode(error, 'NODEEXISTS')) return takeOrMake(connection, path, make);
    throw error;
  }
}
