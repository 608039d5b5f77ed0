// How does a new master learn what all masters must agree on? Through ZooKeeper. (`packages/bootstrap/extra/dcos_internal_utils/bootstrap.py`)

import { randomBytes, randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createNode, makeNode, readNode } from '../../../probe/zookeeper-client.js';
import type { Connection } from '../../../probe/zookeeper-connection.js';
import { hasCode } from '../../../probe/zookeeper-error.js';

/** Something of which there is one in a cluster: in a node of ZooKeeper, and in a file on each master. */
interface Shared {
  readonly node: string;
  readonly file: string;
  readonly mode: number;
  readonly make: () => string;
}

const clusterId: Shared = {
  node: '/cluster-id',
  file: '/var/lib/dcos/cluster-id',
  mode: 0o644,
  make: randomUUID,
};
const authSecret: Shared = {
  node: '/dcos/auth-token-secret',
  file: '/var/lib/dcos/dcos-oauth/auth-token-secret',
  mode: 0o600,
  make: () => randomBytes(32).toString('hex'),
};

/** Settles what the variant shares; answers with a complaint when a master's file says otherwise than ZooKeeper. */
export async function shareIdentity(
  connection: Connection,
  variant: 'open' | 'enterprise',
): Promise<string | undefined> {
  for (const shared of variant === 'open' ? [clusterId, authSecret] : [clusterId]) {
    const agreed = await agree(connection, shared);
    if (!existsSync(shared.file)) {
      mkdirSync(dirname(shared.file), { recursive: true });
      writeFileSync(shared.file, agreed);
      chmodSync(shared.file, shared.mode);
    } else if (readFileSync(shared.file, 'utf8').trim() !== agreed) {
      return `${shared.file} differs from ${shared.node} in ZooKeeper`;
    }
  }
  return undefined;
}

/** The first master's proposal counts; it proposes what its file says, if it has one. */
async function agree(connection: Connection, shared: Shared): Promise<string> {
  const own = existsSync(shared.file) ? readFileSync(shared.file, 'utf8').trim() : shared.make();
  const parent = shared.node.slice(0, shared.node.lastIndexOf('/'));
  if (parent !== '') await makeNode(connection, parent);
  try {
    await createNode(connection, shared.node, Buffer.from(own), 'persistent');
  } catch (error) {
    if (!hasCode(error, 'NODEEXISTS')) throw error;
  }
  return (await readNode(connection, shared.node)).value.toString('utf8').trim();
}
