// Which masters and replicas are present, and who leads? What ZooKeeper says below /mesos.
//
// Sources, Mesos 1.2.0: src/zookeeper/group.cpp, src/master/contender/zookeeper.cpp, src/log/network.hpp.

import { createNode, listChildren, makeNode, readNode } from '../../../probe/zookeeper-client.js';
import type { Connection } from '../../../probe/zookeeper-connection.js';
import { hasCode } from '../../../probe/zookeeper-error.js';
import { isRecord, numberOf, parseRecord, textOf } from '../web/json.js';

/** The two groups of replicas. */
export const replicaGroups = {
  registrar: '/mesos/log_replicas',
  overlay: '/mesos/overlay_log_replicas',
} as const;

/** A master as its `json.info` node tells it. */
export interface MasterInfo {
  readonly id: string;
  readonly address: string;
  readonly port: number;
}

/** A leader and the name of its node. */
export interface Leader extends MasterInfo {
  readonly node: string;
}

/** Data of nodes that never change, by path: only a new node is read. */
export type NodeCache = Map<string, string>;

const leaderPrefix = 'json.info_';

/** The master whose node has the lowest number, or null. */
export async function readLeader(connection: Connection, cache: NodeCache): Promise<Leader | null> {
  const [lowest] = (await childrenOf(connection, '/mesos')).filter((name) => name.startsWith(leaderPrefix));
  if (lowest === undefined) return null;
  const info = parseRecord((await dataOf(connection, `/mesos/${lowest}`, cache)) ?? '');
  const address = isRecord(info['address']) ? info['address'] : {};
  return {
    node: lowest,
    id: textOf(info, 'id'),
    address: textOf(address, 'ip'),
    port: numberOf(address, 'port', 0),
  };
}

/** The replicas that are present, as `address:port`, each once. */
export async function readReplicas(
  connection: Connection,
  group: string,
  cache: NodeCache,
): Promise<readonly string[]> {
  const peers = new Set<string>();
  for (const name of await childrenOf(connection, group)) {
    const data = await dataOf(connection, `${group}/${name}`, cache);
    const peer = /@(\S+)$/.exec(data ?? '')?.[1];
    if (peer !== undefined) peers.add(peer);
  }
  return [...peers];
}

/** Enters a group of replicas with an ephemeral node; answers with its name. */
export function joinReplicas(connection: Connection, group: string, id: string): Promise<string> {
  return enter(connection, group, '', id);
}

/** Stands for election; answers with the node's name. */
export function contend(connection: Connection, info: MasterInfo): Promise<string> {
  const data = {
    address: { hostname: info.address, ip: info.address, port: info.port },
    hostname: info.address,
    id: info.id,
    pid: `master@${info.address}:${info.port}`,
    port: info.port,
  };
  return enter(connection, '/mesos', leaderPrefix, JSON.stringify(data));
}

async function enter(connection: Connection, parent: string, prefix: string, data: string): Promise<string> {
  await makeNode(connection, parent);
  const made = await createNode(connection, `${parent}/${prefix}`, Buffer.from(data), 'ephemeral-sequential');
  return made.value.slice(parent.length + 1);
}

/** In the order of their numbers: these have ten digits. */
async function childrenOf(connection: Connection, path: string): Promise<readonly string[]> {
  try {
    const { value } = await listChildren(connection, path);
    return value.toSorted();
  } catch (error) {
    if (hasCode(error, 'NONODE')) return [];
    throw error;
  }
}

async function dataOf(connection: Connection, path: string, cache: NodeCache): Promise<string | null> {
  const known = cache.get(path);
  if (known !== undefined) return known;
  try {
    const { value } = await readNode(connection, path);
    cache.set(path, value.toString('utf8'));
    return value.toString('utf8');
  } catch (error) {
    if (hasCode(error, 'NONODE')) return null;
    throw error;
  }
}
