// The program that holds a lab: its addresses, its servers and its end. `node keeper.js FOLDER`.

import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import type { Server, Socket } from 'node:net';
import { firstLine } from './first-line.js';
import { holdSubnet } from './held-subnet.js';
import { readLabPlan, writeKeeperCard } from './lab-files.js';
import { serverProcesses } from './server-processes.js';
import type { ServerProcesses } from './server-processes.js';

const directory = resolve(process.argv[2] ?? '.');
const plan = await readLabPlan(directory);
const held = await holdSubnet();
if (held === undefined) {
  process.stdout.write('no every 127.64.0.0 to 127.199.0.0 is taken at 2181, 2888 or 3888\n');
  process.exit(1);
}
const token = randomBytes(16).toString('hex');
const servers = serverProcesses(directory, plan);
const owners = new Set<Socket>();
let linger: NodeJS.Timeout | undefined;
let ending = false;

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void end());
takeOrders(held.control);
watchOwners();
await writeKeeperCard(directory, { pid: process.pid, subnet: held.subnet, token });
process.stdout.write('ok\n');

/** Every server dies with this process, however it ends; dying first only makes the wait short. */
async function end(): Promise<never> {
  await servers.killAll();
  process.exit(0);
}

/** Runs the clock while nobody owns the lab. */
function watchOwners(): void {
  clearTimeout(linger);
  linger = undefined;
  if (owners.size === 0 && plan.lingerMs !== null) linger = setTimeout(() => void end(), plan.lingerMs);
}

/** A connection carries one order, the line `TOKEN VERB [HOST]`, and its answer, the line `ok [TEXT]` or `no REASON`. */
function takeOrders(control: Server): void {
  control.on('connection', (socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      if (owners.delete(socket)) watchOwners();
    });
    void takeOrder(socket);
  });
}

async function takeOrder(socket: Socket): Promise<void> {
  const line = await firstLine(socket);
  const text = await answer(line ?? '', socket);
  // The connection ends with this process: so the one who asked for the end can wait for it.
  if (socket.writable) socket.write(`${text}\n`, () => ending && process.exit(0));
}

async function answer(line: string, socket: Socket): Promise<string> {
  const [given, verb, host = ''] = line.split(' ');
  if (given !== token) return 'no wrong token';
  if (verb === 'own') {
    owners.add(socket);
    watchOwners();
    return 'ok';
  }
  if (verb === 'end') {
    await servers.killAll();
    ending = true;
    return 'ok';
  }
  if (!plan.addresses.includes(host)) return `no there is no host ${host} in this lab`;
  return carryOut(servers, verb ?? '', host);
}

function carryOut(processes: ServerProcesses, verb: string, host: string): Promise<string> {
  switch (verb) {
    case 'start':
      return processes.start(host);
    case 'stop':
      return processes.stop(host);
    case 'kill':
      return processes.kill(host);
    case 'pause':
      return Promise.resolve(processes.signal(host, 'SIGSTOP'));
    case 'resume':
      return Promise.resolve(processes.signal(host, 'SIGCONT'));
    case 'running':
      return Promise.resolve(processes.signal(host, 0));
    default:
      return Promise.resolve(`no there is no order '${verb}'`);
  }
}
