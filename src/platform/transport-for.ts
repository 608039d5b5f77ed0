// Through what are the commands for a cluster's hosts sent?

import { localTransport } from '../remote/local.js';
import { sshTransport } from '../remote/ssh.js';
import type { Transport } from '../remote/transport.js';
import { readPasswordFile } from './secret-file.js';
import type { HostAccess } from './ssh-settings.js';

/** The transport that the cluster file asks for. Nothing is read or opened before the first command. Close it. */
export function transportFor({ transport, ssh }: HostAccess): Transport {
  if (transport === 'local') return localTransport();
  const { sudoPasswordFile, ...settings } = ssh ?? { sudo: 'none' };
  return sshTransport({
    ...settings,
    ...(sudoPasswordFile === undefined ? {} : { sudoPassword: () => readPasswordFile(sudoPasswordFile) }),
  });
}
