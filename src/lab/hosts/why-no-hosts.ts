// Whether this machine can run a lab of hosts, and what it lacks if not.

import { existsSync } from 'node:fs';
import { join } from 'node:path';

const needed: readonly (readonly [program: string, debianPackage: string])[] = [
  ['systemd-nspawn', 'systemd-container'],
  ['debootstrap', 'debootstrap'],
  ['ip', 'iproute2'],
  ['nft', 'nftables'],
  ['ssh-keygen', 'openssh-client'],
  ['mkfs.ext4', 'e2fsprogs'],
  ['perl', 'perl-base'],
];

/** Null when it can. */
export function whyNoHosts(): { readonly reason: string; readonly remedy: string } | null {
  if (process.platform !== 'linux')
    return { reason: 'hosts are Linux containers', remedy: 'use a Linux machine' };
  if (process.getuid?.() !== 0)
    return { reason: 'only root may start containers', remedy: 'run it with sudo' };
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin'];
  const missing = needed.filter(([program]) => !folders.some((folder) => existsSync(join(folder, program))));
  if (missing.length === 0) return null;
  return {
    reason: `not installed: ${missing.map(([program]) => program).join(', ')}`,
    remedy: `apt-get install ${missing.map(([, name]) => name).join(' ')}`,
  };
}
