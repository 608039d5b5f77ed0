// How a file with a secret is read: only when nobody else than its owner can.

import { open } from 'node:fs/promises';

/** The whole text. Rejects, with what to do, when others than its owner may read it. Nothing of it stands in the error. */
export async function readSecretFile(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { mode } = await file.stat();
    if ((mode & 0o077) !== 0) throw new Error(`${path} can be read by others: chmod 600 ${path}`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** A password: one line. As {@link readSecretFile}. */
export async function readPasswordFile(path: string): Promise<string> {
  return (await readSecretFile(path)).replace(/\r?\n$/, '');
}
