// The lock of a cluster: a node in the ensemble itself, so that it holds for operators on any machine.

import { z } from 'zod';
import type { Address } from '../../model/ensemble.js';
import { createNode, deleteNode, makeNode, readNode, syncServer } from '../../probe/zookeeper-client.js';
import type { Connection } from '../../probe/zookeeper-connection.js';
import { hasCode } from '../../probe/zookeeper-error.js';
import type { ClusterLock, LockHolder, LockResult, LockView } from '../../run/cluster-lock.js';
import type { ClientReach } from './client-reach.js';
import { throughMember } from './through-member.js';

/** Persistent: the lock of a run that was killed stays until the run is resumed or given up. */
const folder = '/succession';
const path = `${folder}/lock`;

/** Above an election, which takes up to some 3 s, with a slow machine's margin. */
const limitMs = 20_000;
const pauseMs = 250;

const holderSchema: z.ZodType<LockHolder> = z.object({
  run: z.string(),
  owner: z.string(),
  since: z.string(),
});

type Released = Awaited<ReturnType<ClusterLock['release']>>;

/** The lock of the ensemble that these addresses serve. They are tried in order, again and again for 20 s. */
export function zookeeperLock(reach: ClientReach, addresses: readonly Address[]): ClusterLock {
  return {
    acquire: (holder, signal) =>
      tryAll(reach, addresses, signal, (connection) => acquire(connection, holder)),
    release: async (run, signal) => {
      // A deletion whose answer was lost has happened when the node is gone at the next look.
      let attempt: 'none' | 'sent' = 'none';
      return tryAll(reach, addresses, signal, async (connection): Promise<Released> => {
        const current = await readLock(connection);
        if (current === null) return { kind: attempt === 'sent' ? 'released' : 'not-ours' };
        if (current.run !== run) return { kind: 'not-ours' };
        attempt = 'sent';
        await deleteNode(connection, path);
        return { kind: 'released' };
      });
    },
    holder: (signal) =>
      tryAll(reach, addresses, signal, async (connection): Promise<LockView> => {
        const by = await readLock(connection);
        return by === null ? { kind: 'free' } : { kind: 'held', by };
      }),
  };
}

/** A creation whose answer was lost shows at the next try as held by us. */
async function acquire(connection: Connection, holder: LockHolder): Promise<LockResult> {
  await makeNode(connection, folder);
  try {
    await createNode(connection, path, Buffer.from(JSON.stringify(holder)), 'persistent');
    return { kind: 'acquired' };
  } catch (error) {
    if (!hasCode(error, 'NODEEXISTS')) throw error;
  }
  const by = await readLock(connection);
  if (by === null) return acquire(connection, holder);
  return by.run === holder.run ? { kind: 'held-by-us' } : { kind: 'held', by };
}

/** Null when nobody holds it. A node that we can't read is held all the same. */
async function readLock(connection: Connection): Promise<LockHolder | null> {
  await syncServer(connection);
  try {
    const text = (await readNode(connection, path)).value.toString('utf8');
    const parsed = holderSchema.safeParse(parseJson(text));
    return parsed.success ? parsed.data : { run: 'unreadable', owner: text.slice(0, 100), since: 'unknown' };
  } catch (error) {
    if (hasCode(error, 'NONODE')) return null;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Does the work through the first address that lets it be done; unknown when none did in time. */
async function tryAll<T>(
  reach: ClientReach,
  addresses: readonly Address[],
  signal: AbortSignal,
  work: (connection: Connection) => Promise<T>,
): Promise<T | { readonly kind: 'unknown'; readonly reason: string }> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  let reason = 'there was no address to ask';
  while (!limit.aborted && addresses.length > 0) {
    for (const address of addresses) {
      if (limit.aborted) break;
      try {
        return await throughMember(reach, address, limit, work);
      } catch (error) {
        reason = `${address}: ${error instanceof Error ? error.message : String(error)}`;
      }
    }
    await new Promise((wake) => setTimeout(wake, pauseMs));
  }
  return { kind: 'unknown', reason };
}
