import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { hostHeaders } from './page-door.js';
import { isTaken } from './serve-page.js';

test('at the usual port a browser names the host alone', () => {
  expect(hostHeaders('127.0.0.1', 80)).toContain('127.0.0.1');
  expect(hostHeaders('127.0.0.1', 80)).toContain('localhost:80');
  expect(hostHeaders('::1', 8080)).toEqual(['[::1]:8080', 'localhost:8080', '127.0.0.1:8080']);
});

test('a port is taken while somebody listens there', async () => {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  expect(await isTaken('127.0.0.1', port)).toBe(true);
  await new Promise((resolve) => server.close(resolve));
  expect(await isTaken('127.0.0.1', port)).toBe(false);
});
