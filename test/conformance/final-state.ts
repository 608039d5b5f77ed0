// Which acknowledged writes are where in the end, and are the replicas the same?

import { setTimeout as sleep } from 'node:timers/promises';
import { listChildren, syncServer } from '../../src/probe/zookeeper-client.js';
import { type Connection, newSession, openConnection } from '../../src/probe/zookeeper-connection.js';
import { hasCode, ZooKeeperError } from '../../src/probe/zookeeper-error.js';
import type { RealEnd } from './outcome.js';
import type { Letter } from './scenario.js';
import { type Acknowledged, parentOf } from './writers.js';

const attempts = 5;

/** By member: what it lacks, and what it has otherwise than the first one. Nobody may be writing. */
export async function inspectReplicas(
  addressOf: (letter: Letter) => string,
  serving: readonly Letter[],
  writers: readonly Letter[],
  acknowledged: readonly Acknowledged[],
): Promise<Pick<RealEnd, 'lost' | 'differing'>> {
  const replicas = new Map<Letter, ReadonlySet<string>>();
  for (const letter of serving) {
    const nodes = await nodesOf(addressOf(letter), writers);
    if (nodes !== undefined) replicas.set(letter, nodes);
  }
  const [reference = new Set<string>()] = replicas.values();
  const each = (measure: (nodes: ReadonlySet<string>) => number): Record<Letter, number> =>
    Object.fromEntries([...replicas].map(([letter, nodes]) => [letter, measure(nodes)]));
  return {
    // A name is written once, so whoever has the node has the write.
    lost: each((nodes) => acknowledged.filter(({ via, name }) => !nodes.has(nodeOf(via, name))).length),
    differing: each((nodes) => differences(nodes, reference)),
  };
}

/** All that the writers left on one server after a sync; undefined when it never answers. */
async function nodesOf(
  address: string,
  writers: readonly Letter[],
): Promise<ReadonlySet<string> | undefined> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    let connection: Connection | undefined;
    try {
      connection = await openConnection({
        address,
        port: 2181,
        session: newSession(),
        sessionTimeoutMs: 6000,
        handshakeMs: 2000,
      });
      await syncServer(connection);
      const nodes = new Set<string>();
      for (const letter of writers) {
        for (const name of await childrenOf(connection, parentOf(letter))) nodes.add(nodeOf(letter, name));
      }
      return nodes;
    } catch (error) {
      if (!(error instanceof ZooKeeperError)) throw error;
      await sleep(300);
    } finally {
      await connection?.closeSession(500);
    }
  }
  return undefined;
}

async function childrenOf(connection: Connection, path: string): Promise<readonly string[]> {
  try {
    return (await listChildren(connection, path)).value;
  } catch (error) {
    if (hasCode(error, 'NONODE')) return [];
    throw error;
  }
}

function nodeOf(via: Letter, name: string): string {
  return `${via}/${name}`;
}

function differences(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  return [...a].filter((node) => !b.has(node)).length + [...b].filter((node) => !a.has(node)).length;
}
