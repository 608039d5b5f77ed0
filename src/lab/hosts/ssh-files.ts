// How the operator's ssh reaches a lab's hosts: a key, the hosts' keys, and a configuration that names both.

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { must } from './command.js';
import { machineDirectory, sshConfigPath } from './hosts-files.js';
import type { HostsPlan } from './hosts-files.js';

/** Writes them into the lab's folder: every host's key is known before the host boots. */
export async function writeSshFiles(directory: string, plan: HostsPlan): Promise<void> {
  await newKey(join(directory, 'key'), `${plan.name} operator`);
  const lines = await Promise.all(
    plan.machines.map(async ({ address }) => {
      await mkdir(machineDirectory(directory, address), { recursive: true });
      return knownHost(address, await newHostKey(directory, address));
    }),
  );
  await writeFile(join(directory, 'known_hosts'), lines.join(''));
  await writeFile(sshConfigPath(directory), configuration(directory, plan));
}

/** Gives the host another key for its next fresh disk, and returns its public half. Nobody is told. */
export async function newHostKey(directory: string, address: string): Promise<string> {
  const file = join(machineDirectory(directory, address), 'ssh_host_ed25519_key');
  await newKey(file, address);
  return readFile(`${file}.pub`, 'utf8');
}

async function newKey(file: string, comment: string): Promise<void> {
  await rm(file, { force: true });
  await must('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', file);
}

function knownHost(address: string, publicKey: string): string {
  const [type = '', key = ''] = publicKey.split(' ');
  return `${address} ${type} ${key}\n`;
}

/** curve25519 is the cheapest exchange of keys: a lab's ssh is all on two or four cores. */
function configuration(directory: string, plan: HostsPlan): string {
  return `# Reaches the hosts of the lab '${plan.name}', from within its network: succession lab run -- ssh -F ${join(directory, 'ssh_config')} ADDRESS
Host ${plan.machines.map(({ address }) => address).join(' ')}
  User core
  IdentityFile "${join(directory, 'key')}"
  IdentitiesOnly yes
  UserKnownHostsFile "${join(directory, 'known_hosts')}"
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  HostKeyAlgorithms ssh-ed25519
  KexAlgorithms curve25519-sha256
`;
}
