// How a lab of hosts is brought up, looked at, hurt, and ended.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Address } from '../../model/ensemble.js';
import { invariant } from '../../model/invariant.js';
import { firstLine } from '../first-line.js';
import type { Ownership } from '../keeper-client.js';
import type { LabOrder } from '../lab.js';
import { clusterYaml, namesHook } from './cluster-yaml.js';
import { clearLabGroups } from './control-groups.js';
import { endHosts, orderHosts, ownHosts } from './hosts-client.js';
import { machinesOf } from './hosts-file.js';
import type { HostsFile } from './hosts-file.js';
import {
  hostsClusterPath,
  hostsPlanPath,
  isHostsLab,
  namesHookPath,
  superuser,
  superuserPasswordPath,
  writeHostsCard,
} from './hosts-files.js';
import type { HostsPlan, SharedFolder } from './hosts-files.js';
import { hostImage } from './image.js';
import { makeInotifyRoom } from './inotify-room.js';
import { networkOf } from './lab-network.js';
import { parseStates } from './machine-states.js';
import type { MachineState } from './machine-states.js';
import { newHostKey, writeSshFiles } from './ssh-files.js';
import { whyNoHosts } from './why-no-hosts.js';

/** What a lab of hosts is made of. */
export interface HostsOptions {
  /** Made when it is not there, and not to hold a lab already. */
  readonly directory: string;
  readonly file: HostsFile;
  /** Beside the machine's node and this package. */
  readonly shared: readonly SharedFolder[];
  /** null: the lab stays until {@link stopHosts}. Else it ends this long after its last owner has gone, in ms. */
  readonly lingerMs: number | null;
  /** Hears of each part of the work, and how long it took in ms. */
  readonly onProgress: (part: string, tookMs: number | null) => void;
}

/** A lab whose hosts all answer, or why there is none. `ownership` is null where the lab stays by itself. */
export type HostsStart =
  | { readonly kind: 'up'; readonly directory: string; readonly ownership: Ownership | null }
  | { readonly kind: 'refused'; readonly reason: string; readonly remedy: string };

/** `stale`: the keeper is dead, and with it every machine; {@link stopHosts} clears it up. */
export type HostsStatus =
  | { readonly kind: 'none' }
  | { readonly kind: 'stale'; readonly directory: string }
  | {
      readonly kind: 'up';
      readonly directory: string;
      readonly clusterFile: string;
      readonly hosts: readonly MachineState[];
    };

const bootLimitMs = 120_000;
/** Sparse: an idle host's disk takes some 10 MiB. */
const diskMiB = 8192;

/** Boots every machine of the file and waits until each takes ssh. On any failure nothing is left running. */
export async function startHosts(options: HostsOptions, signal: AbortSignal): Promise<HostsStart> {
  const directory = resolve(options.directory);
  const { file, onProgress, lingerMs } = options;
  const missing = whyNoHosts();
  if (missing !== null) return { kind: 'refused', ...missing };
  const machines = machinesOf(file);
  const network = networkOf(machines.map((machine) => machine.address));
  if (network === undefined)
    return refused('the hosts are not in one network', 'choose addresses that begin with the same number');
  const image = await timed(onProgress, 'image', () =>
    hostImage(() => onProgress('building the image: a minute or two, once', null), signal),
  );
  if (image.kind === 'missing') return refused(image.what, image.remedy);
  const plan: HostsPlan = {
    schema: 'succession.hosts-plan/1',
    name: file.name,
    image: image.folder,
    network,
    machines,
    shared: [...ownFolders(), ...options.shared],
    cards: Object.fromEntries(machines.map(({ address, role }) => [address, card(file, address, role)])),
    names: file.dns.names,
    diskMiB,
    lingerMs,
  };
  await mkdir(directory, { recursive: true, mode: 0o700 });
  if (!(await claim(directory, plan)))
    return refused(`${directory} holds a lab already`, 'end it first: succession lab down');
  const limit = await makeInotifyRoom();
  if (limit !== null) onProgress(`fs.inotify.max_user_instances was ${limit}, too few for many hosts`, null);
  const trouble = await timed(onProgress, 'machines', () => bootAll(directory, plan, file));
  const ownership = lingerMs === null || trouble !== undefined ? null : await ownHosts(directory);
  if (trouble === undefined) return { kind: 'up', directory, ownership };
  await stopHosts(directory, 'remove');
  return refused(trouble, 'see to it, then start the lab again');
}

async function timed<T>(
  onProgress: HostsOptions['onProgress'],
  part: string,
  deed: () => Promise<T>,
): Promise<T> {
  const start = Date.now();
  const result = await deed();
  onProgress(part, Date.now() - start);
  return result;
}

/** The first to write the lab's plan has the folder. */
async function claim(directory: string, plan: HostsPlan): Promise<boolean> {
  if (existsSync(join(directory, 'lab.json'))) return false;
  const file = await open(hostsPlanPath(directory), 'wx').catch(() => null);
  await file?.writeFile(`${JSON.stringify(plan)}\n`);
  await file?.close();
  return file !== null;
}

/** Says what went wrong, if anything. */
async function bootAll(directory: string, plan: HostsPlan, file: HostsFile): Promise<string | undefined> {
  await writeSshFiles(directory, plan);
  await writeFile(hostsClusterPath(directory), clusterYaml(directory, file));
  await writeFile(namesHookPath(directory), namesHook(directory, file), { mode: 0o755 });
  await writeFile(superuserPasswordPath(directory), `${superuser.password}\n`, { mode: 0o600 });
  const noKeeper = await startKeeper(directory);
  if (noKeeper !== undefined) return noKeeper;
  const booted = await Promise.all(
    plan.machines.map(async ({ address }) => {
      const started = await giveOrder(directory, `start ${address}`);
      return started.kind === 'refused' ? started : waitReady(directory, address, bootLimitMs);
    }),
  );
  const troubles = booted.flatMap((one) => (one.kind === 'refused' ? [one.reason] : []));
  return troubles[0];
}

/** In namespaces of its own, and first in its process namespace: see keeper.ts. */
async function startKeeper(directory: string): Promise<string | undefined> {
  const program = fileURLToPath(
    new URL(
      import.meta.url.endsWith('.ts') ? '../../../dist/lab/hosts/keeper.js' : './keeper.js',
      import.meta.url,
    ),
  );
  if (!existsSync(program)) return `${program} is missing: run npm run build`;
  const log = await open(join(directory, 'keeper.log'), 'a');
  const namespaces = ['--mount', '--net', '--pid', '--fork', '--mount-proc', '--kill-child=KILL'];
  const keeper = spawn('unshare', [...namespaces, '--', process.execPath, program], {
    cwd: directory,
    detached: true,
    stdio: ['ignore', 'pipe', log.fd],
  });
  await log.close();
  const { stdout, pid } = keeper;
  invariant(stdout !== null, "the keeper's standard output is a pipe");
  keeper.on('error', () => stdout.destroy());
  if (pid !== undefined) await writeHostsCard(directory, pid);
  const word = await firstLine(stdout);
  stdout.destroy();
  keeper.unref();
  return word === 'ok' ? undefined : `the lab's keeper ended at once; see ${join(directory, 'keeper.log')}`;
}

/** The machine's node and this package, as the hosts see them. */
function ownFolders(): readonly SharedFolder[] {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  return [
    { here: process.execPath, there: '/usr/bin/node' },
    { here: join(root, 'dist'), there: '/usr/lib/succession/dist' },
    { here: join(root, 'package.json'), there: '/usr/lib/succession/package.json' },
  ];
}

/** `/etc/succession-lab/host.json`. */
function card(file: HostsFile, address: Address, role: string): string {
  const { dcos, bootstrap, timing } = file;
  const { version, variant, security } = dcos;
  return `${JSON.stringify({ address, role, bootstrap, dcos: version, variant, security, timing }, null, 2)}\n`;
}

/** What the lab's machines are doing. Read-only. */
export async function hostsStatus(directory: string): Promise<HostsStatus> {
  if (!isHostsLab(directory)) return { kind: 'none' };
  const answer = await orderHosts(directory, 'states');
  if (answer.kind === 'gone') return { kind: 'stale', directory };
  if (answer.kind === 'no') throw new Error(`the keeper of ${directory}: ${answer.reason}`);
  return {
    kind: 'up',
    directory,
    clusterFile: hostsClusterPath(directory),
    hosts: parseStates(answer.text),
  };
}

/** Ends the lab: nothing runs, and with `remove` there is no folder. Harmless when it is down, or when there is none. */
export async function stopHosts(directory: string, folder: 'remove' | 'keep'): Promise<void> {
  if (!isHostsLab(directory)) return;
  const answer = await endHosts(directory);
  if (answer.kind === 'no') throw new Error(`the keeper of ${directory} refused to end: ${answer.reason}`);
  await clearLabGroups(directory);
  if (folder === 'remove') await rm(directory, { recursive: true, force: true });
}

/** Gives one of the orders `start|stop|kill|reboot|wipe|partition|slow|heal|clock-skew|fill-disk HOST [ARGUMENT]`. */
export async function giveOrder(directory: string, order: string): Promise<LabOrder> {
  const answer = await orderHosts(directory, order);
  if (answer.kind === 'ok') return { kind: 'done' };
  const reason = answer.kind === 'no' ? answer.reason : `the lab in ${directory} is down`;
  return { kind: 'refused', reason };
}

/** Waits until the host's sshd answers. */
export async function waitReady(directory: string, host: Address, limitMs: number): Promise<LabOrder> {
  const ready = await giveOrder(directory, `ready ${host} ${limitMs}`);
  return ready.kind === 'done' ? ready : { kind: 'refused', reason: `${host}: ${ready.reason}` };
}

/** The host's disk is lost. With `new-key` the next disk comes with a host key that the operator has not seen. */
export async function wipeHost(
  directory: string,
  host: Address,
  hostKey: 'same-key' | 'new-key',
): Promise<LabOrder> {
  const wiped = await giveOrder(directory, `wipe ${host}`);
  if (wiped.kind === 'done' && hostKey === 'new-key') await newHostKey(directory, host);
  return wiped;
}

function refused(reason: string, remedy: string): HostsStart {
  return { kind: 'refused', reason, remedy };
}
