// Is a replica whose data differ told from one that only reads transactions twice, by real servers' own counts?

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { killServer, type Lab, startServer, stopLab, waitServing } from '../../src/lab/lab.js';
import { hostDirectory } from '../../src/lab/lab-files.js';
import { sortedEnsemble } from '../../src/model/ensemble.js';
import { zookeeperPlatform } from '../../src/platform/zookeeper/platform.js';
import { createNode } from '../../src/probe/zookeeper-client.js';
import { type Connection, newSession, openConnection } from '../../src/probe/zookeeper-connection.js';
import { localTransport } from '../../src/remote/local.js';
import { type DigestTrack, type DigestTracks, trackDigests } from '../../src/run/digest-watch.js';
import { leadersOf, sightServices } from '../../src/run/sighting.js';
import { never, temporaryLab } from '../lab/temporary-lab.js';

const addresses = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
const [right, wrong] = [Buffer.from('as it was written'), Buffer.from('as it never was..')];
let lab: Lab;
let leader: string;
let follower: string;
let client: Connection;
let writes = 0;

beforeAll(async () => {
  lab = await temporaryLab(sortedEnsemble(addresses), { version: '3.8' });
  expect(await waitServing(lab.cluster, addresses, 60_000, never)).toEqual([]);
  leader = leadersOf(await look())[0] ?? '';
  follower = addresses.find((address) => address !== leader) ?? '';
  client = await openConnection({
    address: lab.hosts.find((host) => host.address === leader)?.standIn ?? '',
    port: 2181,
    session: newSession(),
    sessionTimeoutMs: 6000,
    handshakeMs: 5000,
  });
  for (let count = 0; count < 50; count += 1) await write();
});

afterAll(async () => {
  client.disconnect();
  await stopLab(lab.directory, 'remove');
});

function look(): ReturnType<typeof sightServices> {
  return sightServices(zookeeperPlatform(lab.cluster, localTransport()), addresses, never);
}

async function write(): Promise<void> {
  writes += 1;
  await createNode(client, `/write-${writes}`, right, 'persistent');
}

/** `FileTxnLog`: a header, and records of a checksum, a length, so many bytes and an end mark; zeros fill the file. */
const [headerBytes, prefixBytes, endBytes] = [16, 12, 1];

function endOfRecords(log: Buffer): number {
  for (let at = headerBytes; ;) {
    const length = at + prefixBytes <= log.length ? log.readInt32BE(at + 8) : 0;
    if (length === 0) return at;
    at += prefixBytes + length + endBytes;
  }
}

/** Adler-32, which the records carry. */
function checksum(bytes: Buffer): bigint {
  let [low, high] = [1, 0];
  for (const byte of bytes) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  return (BigInt(high) << 16n) | BigInt(low);
}

/** Every record twice, one whole log after the other: what a second sync in the same process leaves of its part. */
function doubled(log: Buffer): Buffer {
  const end = endOfRecords(log);
  return Buffer.concat([log.subarray(0, end), log.subarray(headerBytes, end), Buffer.alloc(64 * 1024)]);
}

/** The first write with other data, and a checksum that fits. */
function forged(log: Buffer): Buffer {
  const copy = Buffer.from(log);
  const found = copy.indexOf(right);
  const end = endOfRecords(copy);
  for (let at = headerBytes; at < end;) {
    const [start, next] = [at + prefixBytes, at + prefixBytes + copy.readInt32BE(at + 8)];
    if (found > start && found < next) {
      wrong.copy(copy, found);
      copy.writeBigInt64BE(checksum(copy.subarray(start, next)), at);
    }
    at = next + endBytes;
  }
  return copy;
}

/** Restarts the follower on a log that was changed meanwhile; what its count is known for in the end. */
async function restartedOn(change: (log: Buffer) => Buffer): Promise<DigestTrack | undefined> {
  expect(await killServer(lab.directory, follower)).toEqual({ kind: 'done' });
  const folder = join(hostDirectory(lab.directory, follower), 'data', 'version-2');
  for (const name of await readdir(folder)) {
    if (!name.startsWith('log.')) continue;
    const before = await readFile(join(folder, name));
    await writeFile(join(folder, name), change(before.subarray(0, endOfRecords(before) + 64 * 1024)));
  }
  expect(await startServer(lab.directory, follower)).toEqual({ kind: 'done' });
  expect(await waitServing(lab.cluster, [follower], 60_000, never)).toEqual([]);
  let tracks: DigestTracks = new Map();
  for (;;) {
    await write();
    tracks = trackDigests(tracks, await look());
    const track = tracks.get(follower);
    if (track === undefined || track.verdict !== 'unknown') return track;
  }
}

test('transactions that its log holds twice are counted once, and the data agree', async () => {
  const track = await restartedOn(doubled);
  expect(track).toMatchObject({ verdict: 'agrees' });
  expect(track?.count).toBeGreaterThan(0);
});

test('data that differ are counted with each write', async () => {
  expect(await restartedOn(forged)).toMatchObject({ verdict: 'differs' });
});
