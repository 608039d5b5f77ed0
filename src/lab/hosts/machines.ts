// The lab's machines: how each is switched on and off, and how it is seen whether it runs.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Address } from '../../model/ensemble.js';
import { must } from './command.js';
import { clearControlGroups, controlGroups } from './control-groups.js';
import type { Disks } from './disks.js';
import { nameOf, writeFirstFiles } from './first-files.js';
import { machineDirectory } from './hosts-files.js';
import type { HostsPlan } from './hosts-files.js';
import type { Switch } from './switch.js';

/** SIGRTMIN+4 and SIGRTMIN+5: what systemd takes as the power button, and as the one for a reboot. */
const powerOff = 38;
const rebootNow = 39;
/** A machine that does not go down in this time has its plug pulled. */
const patienceMs = 40_000;
/** With --keep-unit a container that wants to boot anew ends with this status (EXIT_FORCE_RESTART in systemd). */
const wantsReboot = 133;

/** Deeds on one machine each. All resolve once the deed is done, and are harmless when there is nothing to do. */
export interface Machines {
  /** Resolves once it boots; {@link Machines.ready} tells when it answers. */
  start(address: Address): Promise<void>;
  /** As the power button does: everything is stopped in order. */
  stop(address: Address): Promise<void>;
  /** As a pulled plug does. */
  kill(address: Address): Promise<void>;
  /** Goes down in order and boots again. */
  reboot(address: Address): Promise<void>;
  /** Whether its sshd takes a connection within the time. */
  ready(address: Address, limitMs: number): Promise<boolean>;
  isOn(address: Address): boolean;
  /** Runs a program in the machine, as its root. Nothing happens when it is off. */
  inside(address: Address, ...command: readonly string[]): Promise<void>;
}

/** No machine is on at first. */
export function machines(directory: string, plan: HostsPlan, disk: Disks, network: Switch): Machines {
  const running = new Map<Address, { readonly child: ChildProcess; readonly over: Promise<void> }>();

  /** The process id of its systemd, the one child of nspawn. */
  const leader = async (address: Address): Promise<number | undefined> => {
    const pid = running.get(address)?.child.pid;
    if (pid === undefined) return undefined;
    const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
    const first = Number(text.trim().split(' ')[0]);
    return first > 0 ? first : undefined;
  };

  const boot = async (address: Address): Promise<void> => {
    const { root, fresh } = await disk.mount(address);
    if (fresh) await writeFirstFiles(directory, plan, address, root);
    await network.plug(address, 'in');
    const child = launch(directory, plan, address, root);
    const over = outlive(address, child);
    running.set(address, { child, over });
    over.catch(complain);
    await once(child, 'spawn');
  };

  const outlive = async (address: Address, child: ChildProcess): Promise<void> => {
    await once(child, 'exit');
    running.delete(address);
    await (child.exitCode === wantsReboot ? boot(address) : network.plug(address, 'out'));
  };

  const end = async (address: Address, signal: number): Promise<void> => {
    const machine = running.get(address);
    if (machine === undefined) return;
    const { child } = machine;
    const pullPlug = async (): Promise<void> => {
      const inner = await leader(address);
      if (inner === undefined) child.kill('SIGKILL');
      else process.kill(inner, 'SIGKILL');
    };
    const inner = await leader(address);
    if (signal === 9 || inner === undefined) await pullPlug();
    else process.kill(inner, signal);
    const impatience = setTimeout(() => void pullPlug(), patienceMs);
    await machine.over;
    clearTimeout(impatience);
  };

  return {
    start: async (address) => {
      if (!running.has(address)) await boot(address);
    },
    stop: (address) => end(address, powerOff),
    kill: (address) => end(address, 9),
    reboot: async (address) => {
      if (!running.has(address)) return boot(address);
      await end(address, rebootNow);
    },
    ready: (address, limitMs) => answers(address, limitMs),
    isOn: (address) => running.has(address),
    inside: async (address, ...command) => {
      const pid = await leader(address);
      if (pid !== undefined) await must('nsenter', '--all', '--target', String(pid), ...command);
    },
  };
}

/** The container is a child of the keeper, in its process namespace: nothing of it can outlive the keeper. */
function launch(directory: string, plan: HostsPlan, address: Address, root: string): ChildProcess {
  const groups = controlGroups(directory, address);
  clearControlGroups(groups);
  const log = openSync(join(machineDirectory(directory, address), 'console.log'), 'a');
  const enter = groups
    .map((_, index) => `mkdir -p "$${index + 1}" && echo 0 > "$${index + 1}/cgroup.procs"`)
    .join('\n');
  try {
    const nspawn = [
      'systemd-nspawn',
      '--quiet',
      '--register=no',
      '--keep-unit',
      '--settings=no',
      '--boot',
      `--directory=${root}`,
      `--machine=${nameOf(address)}`,
      `--hostname=${nameOf(address)}`,
      `--network-namespace-path=/run/netns/${address}`,
      '--console=pipe',
      '--link-journal=no',
      '--resolv-conf=off',
      '--timezone=off',
      ...plan.shared.map(({ here, there }) => `--bind-ro=${here}:${there}`),
    ];
    const script = `set -e\n${enter}\nshift ${groups.length}\nexec "$@"`;
    return spawn('sh', ['-c', script, 'sh', ...groups, ...nspawn], { stdio: ['ignore', log, log] });
  } finally {
    closeSync(log);
  }
}

async function answers(address: Address, limitMs: number): Promise<boolean> {
  const until = Date.now() + limitMs;
  for (;;) {
    if (await takesConnection(address)) return true;
    if (Date.now() > until) return false;
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

function takesConnection(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port: 22, timeout: 1000 });
    const finish = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    // A greeting, not just an open port.
    socket.once('data', () => finish(true));
    socket.once('error', () => finish(false));
    socket.once('close', () => finish(false));
    socket.once('timeout', () => finish(false));
  });
}

function complain(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}
