// Trouble for a run on a lab of hosts: connections and processes that die, and files that somebody changes meanwhile.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap, type DcosLab } from './dcos-lab.js';
import type { CommandEnd, RunningCommand } from './command.js';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly words: readonly string[];
}

function processes(): readonly Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
        const parent = Number(/\) \S (\d+) /.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1]);
        return [{ pid: Number(name), parent, words }];
      } catch {
        return [];
      }
    });
}

/** Kills every ssh connection that the tool holds to the lab's hosts. Returns how many there were. */
export function dropConnections(lab: DcosLab): number {
  const config = join(lab.folder, 'ssh_config');
  const masters = processes().filter(
    ({ words }) => words[0] === 'ssh' && words.includes(config) && words.includes('ControlMaster=yes'),
  );
  for (const { pid } of masters) process.kill(pid, 'SIGKILL');
  return masters.length;
}

/** `kill -9` for the tool that `lab run` has started. */
export async function dieHard({ child, end }: RunningCommand): Promise<CommandEnd> {
  const tool = processes().find(({ parent }) => parent === child.pid);
  if (tool === undefined) throw new Error('there is no process to kill');
  process.kill(tool.pid, 'SIGKILL');
  return end;
}

/** A cluster file of the lab that goes in as `ops`, whose sudo wants a password. Returns its path. */
export function withPassword(lab: DcosLab, name: string, password: string): string {
  const secret = join(lab.home, `${name}.secret`);
  writeFileSync(secret, `${password}\n`, { mode: 0o600 });
  const file = join(lab.home, `${name}.yaml`);
  const text = readFileSync(lab.clusterFile, 'utf8')
    .replace('user: core', 'user: ops')
    .replace('sudo: passwordless', `sudo: password\n  sudoPasswordFile: ${secret}`);
  writeFileSync(file, text);
  return file;
}

/** Has `known_hosts` hold the key that the host shows today: what an operator does once it is verified. */
export async function learnHostKey(lab: DcosLab, host: string): Promise<void> {
  const file = join(lab.folder, 'known_hosts');
  const key = await lab.on(bootstrap, `ssh-keyscan -t ed25519 ${host} 2>/dev/null`);
  const others = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(`${host} `));
  writeFileSync(file, `${[...others, key.trim()].join('\n')}\n`);
}

/** Changes a file of `genconf/` by a sed expression, keeping what was. Returns how to take it back. */
export async function editGenconf(
  lab: DcosLab,
  file: string,
  expression: string,
): Promise<() => Promise<void>> {
  const path = `/root/dcos/genconf/${file}`;
  await lab.on(bootstrap, `cp -p ${path} ${path}.kept && sed -i '${expression}' ${path}`);
  return async () => {
    await lab.on(bootstrap, `mv ${path}.kept ${path}`);
  };
}

/** A machine with an empty disk that takes commands, its Docker as well. */
export async function freshHost(lab: DcosLab, host: string): Promise<void> {
  await lab.order('wipe', host);
  await lab.order('start', host);
  await dockerRuns(lab, host);
}

/** Waits until Docker answers on the host. */
export async function dockerRuns(lab: DcosLab, host: string): Promise<void> {
  await lab.on(
    host,
    'for i in $(seq 120); do docker ps >/dev/null 2>&1 && exit 0; sleep 0.5; done; docker ps',
  );
}
