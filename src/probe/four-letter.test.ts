import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { askFourLetterWord } from './four-letter.js';

const cleanUps: (() => void)[] = [];
afterEach(() => cleanUps.splice(0).forEach((cleanUp) => cleanUp()));

/** A server that treats every connection this way; its port. */
function listen(serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    serve(socket);
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

describe('askFourLetterWord', () => {
  test('gathers the answer until the server closes', async () => {
    const port = await listen((socket) => {
      socket.once('data', (word: Buffer) => {
        socket.write(`${word.toString()}: `);
        setImmediate(() => socket.end('fine'));
      });
    });
    expect(await askFourLetterWord('127.0.0.1', port, 'srvr', { timeoutMs: 5000 })).toEqual({
      kind: 'answered',
      text: 'srvr: fine',
    });
  });

  test.each([
    ['closes', (socket: Socket) => socket.end()],
    ['resets', (socket: Socket) => socket.resetAndDestroy()],
  ])('takes a server that %s at once for one that answers nothing', async (_, serve) => {
    const port = await listen(serve);
    const answer = await askFourLetterWord('127.0.0.1', port, 'srvr', { timeoutMs: 5000 });
    expect(answer).toEqual({ kind: 'answered', text: '' });
  });

  test('tells a refused connection', async () => {
    const port = await listen(() => undefined);
    cleanUps.splice(0).forEach((cleanUp) => cleanUp());
    expect(await askFourLetterWord('127.0.0.1', port, 'srvr', { timeoutMs: 5000 })).toEqual({
      kind: 'refused',
    });
  });

  test('takes a server that hangs for silent', async () => {
    const port = await listen(() => undefined);
    expect(await askFourLetterWord('127.0.0.1', port, 'srvr', { timeoutMs: 50 })).toEqual({
      kind: 'silent',
      reason: 'connected, but no answer within 50 ms',
    });
  });

  test('is silent when it is given up', async () => {
    const port = await listen(() => undefined);
    const giveUp = new AbortController();
    const answer = askFourLetterWord('127.0.0.1', port, 'srvr', { timeoutMs: 60_000, signal: giveUp.signal });
    giveUp.abort();
    expect(await answer).toEqual({ kind: 'silent', reason: 'given up' });
  });
});
