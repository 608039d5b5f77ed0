// The program that holds a lab of hosts: its network, its disks, its machines and its end. `node keeper.js`, in the folder.

// It is process 1 of a process namespace, in a mount and a network namespace of its own (`unshare`, hosts-lab.ts). So
// when it ends, however it ends, the kernel ends every process of the lab, unmounts every disk, and takes the network.

import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { firstLine } from '../first-line.js';
import { must } from './command.js';
import { disks } from './disks.js';
import { readHostsPlan } from './hosts-files.js';
import { clockSkew, fillDisk, freeDisk, skewClock } from './inner-faults.js';
import { keeperSocket } from './keeper-socket.js';
import { machineStates } from './machine-states.js';
import { machines } from './machines.js';
import { labSwitch } from './switch.js';

const directory = process.cwd();
const plan = await readHostsPlan(directory);
// Named network namespaces and nspawn's own files live here, out of the machine's sight.
await must('mount', '-t', 'tmpfs', 'tmpfs', '/run');
const network = labSwitch(plan);
await network.lay();
const disk = disks(directory, plan);
const all = machines(directory, plan, disk, network);
const owners = new Set<Socket>();
let linger: NodeJS.Timeout | undefined;
let ending = false;

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => process.exit(0));
await rm(keeperSocket, { force: true });
const control = createServer((socket) => {
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    if (owners.delete(socket)) watchOwners();
  });
  void takeOrder(socket);
});
control.listen(keeperSocket, () => process.stdout.write('ok\n'));
watchOwners();

/** Runs the clock while nobody owns the lab. */
function watchOwners(): void {
  clearTimeout(linger);
  linger = undefined;
  if (owners.size === 0 && plan.lingerMs !== null) linger = setTimeout(() => process.exit(0), plan.lingerMs);
}

/** A connection carries one order, the line `VERB [HOST [ARGUMENT]]`, and its answer, the line `ok [TEXT]` or `no REASON`. */
async function takeOrder(socket: Socket): Promise<void> {
  const line = (await firstLine(socket)) ?? '';
  const text = await answer(line, socket).catch(
    (error: unknown) => `no ${error instanceof Error ? error.message : String(error)}`,
  );
  if (socket.writable) socket.write(`${text.replaceAll('\n', ' ')}\n`, () => ending && process.exit(0));
}

async function answer(line: string, socket: Socket): Promise<string> {
  const [verb = '', host = '', argument = ''] = line.split(' ');
  switch (verb) {
    case 'own':
      owners.add(socket);
      watchOwners();
      return 'ok';
    case 'end':
      await Promise.all(plan.machines.map(({ address }) => all.kill(address)));
      ending = true;
      return 'ok';
    case 'states':
      return `ok ${JSON.stringify(await machineStates(plan, all, disk, network))}`;
    default:
      if (!plan.machines.some(({ address }) => address === host))
        return `no there is no host ${host} in this lab`;
      return carryOut(verb, host, argument);
  }
}

async function carryOut(verb: string, host: string, argument: string): Promise<string> {
  switch (verb) {
    case 'start':
      await all.start(host);
      return 'ok';
    case 'stop':
      await all.stop(host);
      return 'ok';
    case 'kill':
      await all.kill(host);
      return 'ok';
    case 'reboot':
      await all.reboot(host);
      return 'ok';
    case 'ready':
      return (await all.ready(host, Number(argument)))
        ? 'ok'
        : `no its sshd did not answer within ${argument} ms`;
    case 'wipe':
      await all.kill(host);
      await disk.wipe(host);
      return 'ok';
    case 'partition':
      await network.cut(host, argument === '' ? null : argument);
      return 'ok';
    case 'slow':
      await network.slow(host, Number(argument));
      return 'ok';
    case 'heal':
      await network.heal(host);
      return onDisk(host, async (root) => {
        await freeDisk(root);
        await setClock(host, root, 0);
      });
    case 'clock-skew':
      return onDisk(host, (root) => setClock(host, root, Number(argument)));
    case 'fill-disk':
      return onDisk(host, fillDisk);
    default:
      return `no there is no order '${verb}'`;
  }
}

async function onDisk(host: string, deed: (root: string) => Promise<void>): Promise<string> {
  const { root, fresh } = await disk.mount(host);
  if (fresh) return 'no its disk is empty: start it first';
  await deed(root);
  return 'ok';
}

/** sshd starts anew, its connections stay: only then it can open sessions that have the clock. */
async function setClock(host: string, root: string, seconds: number): Promise<void> {
  if ((await clockSkew(root)) === seconds) return;
  await skewClock(root, seconds);
  await all.inside(host, 'systemctl', 'reload', 'ssh');
}
