// Through what are the commands for a cluster's hosts sent?

import { open } from 'node:fs/promises';
import { localTransport } from '../remote/local.js';
import { sshTransport } from '../remote/ssh.js';
import type { Transport } from '../remote/transport.js';
import type { HostAccess } from './ssh-settings.js';

/** The transport that the cluster file asks for. Nothing is read or opened before the first command. Close it. */
export function transportFor({ transport, ssh }: HostAccess): Transport {
  if (transport === 'local') return localTransport();
  const { sudoPasswordFile, ...settings } = ssh ?? { sudo: 'none' };
  return sshTransport({
    ...settings,
    ...(sudoPasswordFile === undefined ? {} : { sudoPassword: () => readPassword(sudoPasswordFile) }),
  });
}

/** Rejects when others than its owner may read it. */
async function readPassword(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { mode } = await file.stat();
    if ((mode & 0o077) !== 0) throw new Error(`${path} can be read by others: chmod 600 ${path}`);
    return (await file.readFile('utf8')).replace(/\r?\n$/, '');
  } finally {
    await file.close();
  }
}
