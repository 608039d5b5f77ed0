import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { encodeBytes, encodeFrame, encodeInt, encodeLong } from './jute.js';
import { statNode } from './zookeeper-client.js';
import { type Connection, newSession, openConnection } from './zookeeper-connection.js';

const cleanUps: (() => void)[] = [];
afterEach(() => cleanUps.splice(0).forEach((cleanUp) => cleanUp()));

/** A server that meets the n-th frame of each connection with the n-th of these; its port. */
function listen(...answers: readonly ((socket: Socket) => void)[]): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let frame = 0;
    socket.on('error', () => undefined);
    socket.on('data', () => answers[frame++]?.(socket));
  });
  cleanUps.push(() => {
    server.close();
    sockets.forEach((socket) => socket.destroy());
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

function open(port: number, handshakeMs = 5000): Promise<Connection> {
  const connecting = openConnection({
    address: '127.0.0.1',
    port,
    session: newSession(),
    sessionTimeoutMs: 300,
    handshakeMs,
  });
  void connecting.then((connection) => cleanUps.push(() => connection.disconnect())).catch(() => undefined);
  return connecting;
}

const handshake =
  (grantedMs: number, id = 7n) =>
  (socket: Socket): void => {
    const password = encodeBytes(Buffer.alloc(16));
    socket.write(encodeFrame([encodeInt(0), encodeInt(grantedMs), encodeLong(id), password]));
  };
const reply =
  (xid: number, error: number, body: Buffer = Buffer.alloc(0)) =>
  (socket: Socket): void => {
    socket.write(encodeFrame([encodeInt(xid), encodeLong(0x1_0000_0005n), encodeInt(error), body]));
  };

describe('openConnection', () => {
  test.each([
    [
      'closes without a word',
      (socket: Socket) => socket.end(),
      'CONNECTIONLOSS',
      'closed before the handshake',
    ],
    ['gave the session up', handshake(0, 0n), 'SESSIONEXPIRED', 'session expired'],
    [
      'sends no such frame',
      (socket: Socket) => socket.write('HTTP/1.1 400\r\n'),
      'CONNECTIONLOSS',
      'frame of',
    ],
    [
      'sends too short a handshake',
      (socket: Socket) => socket.write(encodeFrame([encodeInt(0)])),
      'CONNECTIONLOSS',
      'bytes wanted',
    ],
  ])('rejects where the server %s', async (_, answer, code, message) => {
    const port = await listen(answer);
    await expect(open(port)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message) as string,
    });
  });

  test('rejects where the server hangs', async () => {
    await expect(open(await listen(), 30)).rejects.toThrow('no handshake within 30 ms');
  });

  test('rejects when it is given up', async () => {
    const port = await listen();
    const signal = AbortSignal.abort();
    const options = {
      address: '127.0.0.1',
      port,
      session: newSession(),
      sessionTimeoutMs: 300,
      handshakeMs: 5000,
    };
    await expect(openConnection({ ...options, signal })).rejects.toThrow('given up');
  });
});

describe('Connection', () => {
  test.each([
    ['closes', (socket: Socket) => socket.end(), 'closed by the server'],
    ['answers another request', reply(9, 0), 'reply 9 where 1 was due'],
    ['sends too short an answer', reply(1, 0, encodeInt(0)), 'bytes wanted'],
  ])('leaves every pending outcome unknown where the server %s', async (_, answer, because) => {
    const connection = await open(await listen(handshake(60_000), answer));
    const requests = await Promise.allSettled([statNode(connection, '/a'), statNode(connection, '/b')]);
    for (const request of requests) {
      expect(request).toMatchObject({
        reason: {
          code: 'CONNECTIONLOSS',
          message: expect.stringMatching(`${because}.*outcome unknown`) as string,
        },
      });
    }
    expect(connection.lost).toBe(true);
    await expect(statNode(connection, '/c')).rejects.toThrow('not sent');
  });

  test('is lost where the server falls silent, in spite of pings', async () => {
    const connection = await open(await listen(handshake(300)));
    await expect(statNode(connection, '/a')).rejects.toThrow(/silent for \d+ ms.*outcome unknown/);
  });

  test('names the error of a reply, remembers its zxid, and lives on', async () => {
    const connection = await open(
      await listen(handshake(60_000), reply(1, -102), reply(2, -999), reply(3, -101)),
    );
    await expect(statNode(connection, '/a')).rejects.toMatchObject({
      code: 'NOAUTH',
      message: '127.0.0.1: exists /a: NOAUTH',
    });
    await expect(statNode(connection, '/a')).rejects.toMatchObject({ code: 'UNNAMED' });
    expect(await statNode(connection, '/a')).toBeNull();
    expect(connection.session).toMatchObject({ id: 7n, lastZxidSeen: 0x1_0000_0005n });
  });
});
