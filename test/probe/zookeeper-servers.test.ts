import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { removeTree } from '../../src/probe/node-tree.js';
import { observeService } from '../../src/probe/observe-service.js';
import { roundTrip } from '../../src/probe/round-trip.js';
import {
  createNode,
  deleteNode,
  listChildren,
  makeNode,
  readNode,
  statNode,
  syncServer,
} from '../../src/probe/zookeeper-client.js';
import {
  type Connection,
  newSession,
  openConnection,
  type Session,
} from '../../src/probe/zookeeper-connection.js';
import { prepareServers, distributions, type Servers } from '../support/zookeeper-servers.js';

const empty = Buffer.alloc(0);
const itself = (address: string): string => address;

describe.each(await distributions())('three servers of $version', (distribution) => {
  const addresses = ['127.201.1.1', '127.201.1.2', '127.201.1.3'];
  const [first = '', second = '', third = ''] = addresses;
  const connections: Connection[] = [];
  let servers: Servers;

  async function open(address: string, session: Session = newSession()): Promise<Connection> {
    const connection = await openConnection({
      address,
      port: 2181,
      session,
      sessionTimeoutMs: 10_000,
      handshakeMs: 5000,
    });
    connections.push(connection);
    return connection;
  }

  beforeAll(async () => {
    servers = await prepareServers(distribution, addresses);
  });
  afterAll(async () => {
    connections.forEach((connection) => connection.disconnect());
    await servers.stopAll();
  });

  test('a server is observed as it comes up: refused, not serving, leader and followers', async () => {
    expect(await observeService(first, 2181, {})).toMatchObject({
      port: 'refused',
      mode: null,
      serverId: null,
    });

    servers.start(first);
    await expect
      .poll(() => observeService(first, 2181, {}), { timeout: 30_000 })
      .toMatchObject({
        port: 'open',
        mode: null,
        zxid: null,
        evidence: 'port open, not serving',
      });

    servers.start(second);
    await servers.serving(first);
    await servers.serving(second);
    servers.start(third);
    await servers.serving(third);
    expect(await observeService(second, 2181, {})).toMatchObject({
      port: 'open',
      mode: 'leader',
      epoch: 1,
      zxid: expect.stringMatching(/^0x1[0-9a-f]{8}$/) as string,
      version: expect.stringMatching(distribution.version) as string,
      serverId: 2,
      syncedFollowers: 2,
    });
    expect(await observeService(third, 2181, {})).toMatchObject({
      mode: 'follower',
      serverId: 3,
      syncedFollowers: null,
      leaderUptimeMs: null,
    });
  });

  test.runIf(distribution.version.startsWith('3.8'))('what 3.4 does not tell, 3.8 does', async () => {
    const seen = await observeService(second, 2181, {});
    expect(seen).toMatchObject({ quorumSize: 3, digestMismatches: 0 });
    expect(seen.ensemble).toEqual(addresses.map((address, index) => ({ id: index + 1, address })));
    const later = await observeService(second, 2181, {});
    expect(later.leaderUptimeMs).toBeGreaterThanOrEqual(seen.leaderUptimeMs ?? Infinity);
  });

  test('nodes are written, read, listed and deleted', async () => {
    const connection = await open(first);
    await makeNode(connection, '/deeds/of/nodes');
    await makeNode(connection, '/deeds/of/nodes');
    const made = await createNode(connection, '/deeds/of/nodes/ä', Buffer.from('daten'), 'persistent');
    expect(made.value).toBe('/deeds/of/nodes/ä');
    expect(connection.session.lastZxidSeen).toBe(made.zxid);

    const other = await open(second);
    await syncServer(other);
    expect((await readNode(other, '/deeds/of/nodes/ä')).value.toString()).toBe('daten');
    expect((await listChildren(other, '/deeds/of/nodes')).value).toEqual(['ä']);
    expect(await statNode(other, '/deeds/of/nodes/ä')).toEqual({ czxid: made.zxid });

    await expect(createNode(other, '/deeds/of/nodes/ä', empty, 'persistent')).rejects.toMatchObject({
      code: 'NODEEXISTS',
    });
    await expect(deleteNode(other, '/deeds')).rejects.toMatchObject({ code: 'NOTEMPTY' });
    await expect(readNode(other, '/nothing')).rejects.toMatchObject({ code: 'NONODE' });
    expect(await statNode(other, '/nothing')).toBeNull();

    await deleteNode(other, '/deeds/of/nodes/ä');
    expect(await statNode(other, '/deeds/of/nodes/ä')).toBeNull();
    await removeTree(first, '/deeds', { clientPort: 2181 });
    await syncServer(other);
    expect(await statNode(other, '/deeds')).toBeNull();
  });

  test("a create's reply carries the czxid, however many clients write at once", async () => {
    const clients = await Promise.all([...addresses, ...addresses].map((address) => open(address)));
    await Promise.all(
      clients.flatMap((client, index) =>
        Array.from({ length: 100 }, async (_, number) => {
          const made = await createNode(client, `/czxid-${index}-${number}`, empty, 'ephemeral');
          expect(await statNode(client, made.value)).toEqual({ czxid: made.zxid });
        }),
      ),
    );
    await Promise.all(clients.map((client) => client.closeSession(5000)));
  });

  test('a session goes on at another server, and its nodes end with it', async () => {
    const before = await open(first);
    await createNode(before, '/ephemeral', empty, 'ephemeral');
    before.disconnect();
    const after = await open(second, before.session);
    expect(await statNode(after, '/ephemeral')).not.toBeNull();
    await after.closeSession(5000);
    const other = await open(second);
    expect(await statNode(other, '/ephemeral')).toBeNull();
    await expect(open(first, before.session)).rejects.toMatchObject({ code: 'SESSIONEXPIRED' });
  });

  test('a server that is behind what a client has seen does not take it', async () => {
    const session = { ...newSession(), lastZxidSeen: 0x7_0000_0000n };
    await expect(open(first, session)).rejects.toThrow('closed before the handshake');
  });

  test('a round trip passes over all servers, and over one', async () => {
    const { signal } = new AbortController();
    expect(await roundTrip(addresses, 2181, itself, signal)).toMatchObject({ kind: 'passed' });
    expect(await roundTrip([third], 2181, itself, signal)).toMatchObject({ kind: 'passed' });
    const connection = await open(first);
    await syncServer(connection);
    expect((await listChildren(connection, '/')).value).toEqual(['zookeeper']);
  });

  test('a server that hangs is silent, and is the one that a round trip names', async () => {
    servers.pause(third);
    const seen = await observeService(third, 2181, { timeoutMs: 300 });
    expect(seen).toMatchObject({
      port: 'silent',
      mode: null,
      evidence: expect.stringMatching('silent') as string,
    });
    expect(await roundTrip(addresses, 2181, itself, AbortSignal.timeout(3000))).toMatchObject({
      kind: 'failed',
      address: third,
      reason: expect.stringMatching('given up') as string,
    });
    servers.unpause(third);
  });

  test('a server without quorum takes no round trip', async () => {
    await servers.kill(first, 'SIGKILL');
    await servers.kill(third, 'SIGKILL');
    await expect
      .poll(async () => (await observeService(second, 2181, {})).mode, { timeout: 30_000 })
      .toBeNull();
    expect(await roundTrip([second], 2181, itself, new AbortController().signal)).toMatchObject({
      kind: 'failed',
      address: second,
      reason: expect.stringMatching('closed before the handshake') as string,
    });
  });
});
