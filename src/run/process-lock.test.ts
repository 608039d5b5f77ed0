import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { placeOf, takeProcessLock } from './process-lock.js';

test('one holder at a time, and free again once it is released', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'succession-lock-'));
  const release = await takeProcessLock(folder);
  expect(release).not.toBeNull();
  expect(await takeProcessLock(folder)).toBeNull();
  await release?.();
  const again = await takeProcessLock(folder);
  expect(again).not.toBeNull();
  await again?.();
  await rm(folder, { recursive: true });
});

test('where there are no abstract sockets, a port of this machine that can be held once', async () => {
  const place = placeOf('0123456789abcdef01234567', 'darwin');
  const [one, two] = [createServer(), createServer()];
  await new Promise<void>((resolve) => one.listen(place, resolve));
  const refused = await new Promise((resolve) => {
    two.once('error', (error) => resolve('code' in error && error.code));
    two.listen(place);
  });
  expect(refused).toBe('EADDRINUSE');
  await new Promise((resolve) => one.close(resolve));
});
