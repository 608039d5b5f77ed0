// Who are the members of a stand-in's cluster on the masters? ZooKeeper keeps them, since it is there.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  createNode,
  deleteNode,
  listChildren,
  makeNode,
  readNode,
  statNode,
} from '../../../probe/zookeeper-client.js';
import { newSession, openConnection, type Connection } from '../../../probe/zookeeper-connection.js';
import { hasCode } from '../../../probe/zookeeper-error.js';
import { fieldOf } from './host-file.js';
import { textsOf } from './pkgpanda-repository.js';

/** `/cockroach` or `/etcd`: its node `nodes` is DC/OS' own, a JSON list of addresses that never shrinks. */
export type MembersRoot = '/cockroach' | '/etcd';

/** One member. An id is never used twice: a host that lost its disk comes back as another member. */
export interface Member {
  readonly id: number;
  readonly address: string;
  readonly joinedAtMs: number;
  readonly state: 'live' | 'dead';
  /** A member that was told to leave stays in the list. */
  readonly membership: 'member' | 'left';
}

const limitMs = 5000;

/** Runs `work` with a session at the master's own ZooKeeper. */
export async function withZooKeeper<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await openConnection({
    address: '127.0.0.1',
    port: 2181,
    session: newSession(),
    sessionTimeoutMs: 10_000,
    handshakeMs: limitMs,
  });
  try {
    return await work(connection);
  } finally {
    await connection.closeSession(limitMs);
  }
}

/** The members in the order of their ids. */
export async function readMembers(connection: Connection, root: MembersRoot): Promise<readonly Member[]> {
  const ids = (await childrenOf(connection, `${root}/lab`)).map(Number).sort((a, b) => a - b);
  return Promise.all(
    ids.map(async (id) => {
      const path = `${root}/lab/${id}`;
      const record: unknown = JSON.parse((await readNode(connection, path)).value.toString('utf8'));
      const marks = await childrenOf(connection, path);
      return {
        id,
        address: String(fieldOf(record, 'address')),
        joinedAtMs: Number(fieldOf(record, 'joinedAtMs')),
        state: marks.includes('live') ? 'live' : 'dead',
        membership: marks.includes('left') ? 'left' : 'member',
      };
    }),
  );
}

/** Marks a member as one that left. */
export async function markLeft(connection: Connection, root: MembersRoot, id: number): Promise<void> {
  await makeNode(connection, `${root}/lab/${id}/left`);
}

/** Whose disk a member is. */
export interface MemberSelf {
  readonly address: string;
  readonly idFile: string;
}

/** Joins, or comes back under the id that the disk remembers; answers with the id. The session keeps the member alive. */
export async function joinMembers(
  connection: Connection,
  root: MembersRoot,
  self: MemberSelf,
): Promise<number> {
  const id = rememberedId(self.idFile) ?? (await addMember(connection, root, self));
  try {
    await createNode(connection, `${root}/lab/${id}/live`, Buffer.alloc(0), 'ephemeral');
  } catch (error) {
    // The session of a process that was killed a moment ago: it ends soon, and the unit starts again.
    throw hasCode(error, 'NODEEXISTS') ? new Error('an earlier session has not ended yet') : error;
  }
  return id;
}

/** Becomes a member, which the disk remembers, without being alive yet. */
export async function addMember(
  connection: Connection,
  root: MembersRoot,
  { address, idFile }: MemberSelf,
): Promise<number> {
  await makeNode(connection, `${root}/lab`);
  const id = await newId(connection, root, address);
  mkdirSync(dirname(idFile), { recursive: true });
  writeFileSync(idFile, `${id}\n`);
  return id;
}

/** Takes the address out of `nodes`. */
export async function unlist(connection: Connection, root: MembersRoot, address: string): Promise<void> {
  const known = await listedAddresses(connection, root);
  if (!known.includes(address)) return;
  const text = JSON.stringify({ nodes: known.filter((one) => one !== address) });
  await deleteNode(connection, `${root}/nodes`);
  await createNode(connection, `${root}/nodes`, Buffer.from(text), 'persistent');
}

/** What stands in `nodes`. */
export async function listedAddresses(connection: Connection, root: MembersRoot): Promise<readonly string[]> {
  const path = `${root}/nodes`;
  return (await statNode(connection, path)) === null ? [] : listed(connection, path);
}

/** Puts the address into `nodes` when it lacks it: `packages/cockroach/extra/register.py`. Another's entry may get lost, so call it again. */
export async function keepListed(connection: Connection, root: MembersRoot, address: string): Promise<void> {
  const path = `${root}/nodes`;
  const known = await listedAddresses(connection, root);
  if (known.includes(address)) return;
  const text = JSON.stringify({ nodes: [...known, address] });
  try {
    if (known.length > 0) await deleteNode(connection, path);
    await createNode(connection, path, Buffer.from(text), 'persistent');
  } catch (error) {
    if (!hasCode(error, 'NODEEXISTS') && !hasCode(error, 'NONODE')) throw error;
  }
}

async function listed(connection: Connection, path: string): Promise<readonly string[]> {
  const document: unknown = JSON.parse((await readNode(connection, path)).value.toString('utf8'));
  return textsOf(fieldOf(document, 'nodes'));
}

async function newId(connection: Connection, root: MembersRoot, address: string): Promise<number> {
  for (;;) {
    const ids = (await childrenOf(connection, `${root}/lab`)).map(Number);
    const id = Math.max(0, ...ids) + 1;
    const record = JSON.stringify({ address, joinedAtMs: Date.now() });
    try {
      await createNode(connection, `${root}/lab/${id}`, Buffer.from(record), 'persistent');
      return id;
    } catch (error) {
      if (!hasCode(error, 'NODEEXISTS')) throw error;
    }
  }
}

/** The id that a disk remembers. */
export function rememberedId(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8').trim());
  } catch {
    return undefined;
  }
}

async function childrenOf(connection: Connection, path: string): Promise<readonly string[]> {
  try {
    return (await listChildren(connection, path)).value;
  } catch (error) {
    if (hasCode(error, 'NONODE')) return [];
    throw error;
  }
}
