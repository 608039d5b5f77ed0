// Whether another process on this machine works on the same run: a lock that the kernel releases on death.

import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { createServer } from 'node:net';

/** Gives the lock up. */
export type ReleaseProcessLock = () => Promise<void>;

/**
 * Takes the lock of a run's folder, or returns null when another process has it. An abstract Unix socket (Linux): no
 * file is left behind, however the holder ends.
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
    server.listen(`\0succession-run-${name}`, () => {
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
