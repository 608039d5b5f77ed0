// Whether another process on this machine works on the same run: a lock that the kernel releases on death.

import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { createServer, type ListenOptions } from 'node:net';

/** Gives the lock up. */
export type ReleaseProcessLock = () => Promise<void>;

/**
 * Takes the lock of a run's folder, or returns null when another process has it. An abstract Unix socket on Linux, and
 * elsewhere, where only simulations run, a port of this machine: no file is left behind, however the holder ends.
 */
export async function takeProcessLock(folder: string): Promise<ReleaseProcessLock | null> {
  const name = createHash('sha256')
    .update(await realpath(folder))
    .digest('hex')
    .slice(0, 24);
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      if ('code' in error && error.code === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen(placeOf(name, process.platform), () => {
      server.unref();
      resolve(
        () =>
          new Promise((closed) => {
            server.close(() => {
              closed();
            });
          }),
      );
    });
  });
}

/** Whether a process works on the run in this folder. */
export async function isWorkedOn(folder: string): Promise<boolean> {
  const release = await takeProcessLock(folder);
  await release?.();
  return release === null;
}

/** Where the lock with this hexadecimal name is held. */
export function placeOf(name: string, platform: NodeJS.Platform): ListenOptions {
  if (platform === 'linux') return { path: `\0succession-run-${name}` };
  return { host: '127.0.0.1', port: 20_000 + (Number.parseInt(name.slice(0, 8), 16) % 12_000) };
}
