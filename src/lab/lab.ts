// How a lab of real ZooKeeper servers is brought up, looked at, hurt, and ended.

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { existsSync, openSync, closeSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Address, Ensemble, IdPolicy } from '../model/ensemble.js';
import { idOf } from '../model/ensemble.js';
import { invariant } from '../model/invariant.js';
import { readClusterFile, renderClusterFile } from '../platform/zookeeper/cluster-file.js';
import type { Cluster } from '../platform/zookeeper/cluster-file.js';
import { zookeeperPlatform } from '../platform/zookeeper/platform.js';
import { localTransport } from '../remote/local.js';
import { labCluster } from './lab-cluster.js';
import {
  clusterPath,
  credentialsPath,
  hostDirectory,
  planPath,
  readKeeperCard,
  readLabPlan,
} from './lab-files.js';
import type { LabPlan } from './lab-files.js';
import { firstLine } from './first-line.js';
import { writeHostFiles } from './host-files.js';
import { endKeeper, orderKeeper, ownLab } from './keeper-client.js';
import type { Ownership } from './keeper-client.js';
import type { Distribution } from './zookeeper-distribution.js';

/** What a lab is made of. */
export interface LabOptions {
  /** Absolute; made when it is not there, and not to hold a lab already. */
  readonly directory: string;
  readonly name: string;
  readonly idPolicy: IdPolicy;
  /** Installed and started. */
  readonly ensemble: Ensemble;
  /** Hosts with nothing installed: the newcomers of a plan. */
  readonly spareAddresses: readonly Address[];
  readonly distribution: Distribution;
  /** `tickTime`; DC/OS has 2000. */
  readonly tickMs: number;
  /** null: the lab stays until `stopLab`. Else it ends this long after its last owner has gone. */
  readonly lingerMs: number | null;
  /** Whether the servers may change their list themselves (`reconfigEnabled=true`); absent: their lists are static. */
  readonly reconfig?: boolean;
}

/** One line of the printed mapping. `id` is null for a host that is no member at first. */
export interface LabHost {
  readonly address: Address;
  readonly standIn: string;
  readonly id: number | null;
}

/** A lab that is up. */
export interface Lab {
  readonly directory: string;
  readonly clusterFile: string;
  readonly cluster: Cluster;
  readonly hosts: readonly LabHost[];
}

/**
 * A lab whose servers are started (they need a moment until they serve), or why there is none. A lab that lingers is
 * owned by this process from the start; else `ownership` is null.
 */
export type LabStart =
  | { readonly kind: 'up'; readonly lab: Lab; readonly ownership: Ownership | null }
  | { readonly kind: 'refused'; readonly reason: string; readonly remedy: string };

/** What one of the lab's hosts is doing. */
export interface LabHostStatus extends LabHost {
  readonly running: boolean;
  /** `myid` on its disk. */
  readonly serverId: number | null;
  readonly mode: 'leader' | 'follower' | 'observer' | 'standalone' | null;
  readonly evidence: string;
}

/** `none`: the folder holds no lab. `stale`: its keeper is dead, and with it every server; `stopLab` clears it up. */
export type LabStatus =
  | { readonly kind: 'none' }
  | { readonly kind: 'stale'; readonly directory: string }
  | { readonly kind: 'up'; readonly lab: Lab; readonly hosts: readonly LabHostStatus[] };

/** Whether an order to a lab's host was carried out. */
export type LabOrder = { readonly kind: 'done' } | { readonly kind: 'refused'; readonly reason: string };

/** Brings a lab up and installs its ensemble. On any failure nothing is left running. */
export async function startLab(options: LabOptions, signal: AbortSignal): Promise<LabStart> {
  const directory = resolve(options.directory);
  const addresses = [...options.ensemble.map((member) => member.address), ...options.spareAddresses];
  const { java, classPath } = options.distribution;
  await mkdir(directory, { recursive: true });
  const { lingerMs } = options;
  if (!(await claim(directory, { schema: 'succession.lab-plan/1', addresses, java, classPath, lingerMs }))) {
    return refused(`${directory} holds a lab already`, 'end it first: succession lab down');
  }
  const noKeeper = await startKeeper(directory);
  const ownership = lingerMs === null ? null : await ownLab(directory);
  const trouble = noKeeper ?? (await populate(directory, addresses, options, signal));
  if (trouble !== undefined) {
    await stopLab(directory, 'remove');
    return refused(trouble, 'see to it, then start the lab again');
  }
  return { kind: 'up', lab: await openLab(directory), ownership };
}

/** The first to write the lab's plan has the folder. */
async function claim(directory: string, plan: LabPlan): Promise<boolean> {
  try {
    await writeFile(planPath(directory), `${JSON.stringify(plan)}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Starts the keeper in a session of its own and waits until it holds a subnet. Says what went wrong, if anything. */
async function startKeeper(directory: string): Promise<string | undefined> {
  const program = keeperProgram();
  if (!existsSync(program)) return `${program} is missing: run npm run build`;
  const log = openSync(join(directory, 'keeper.log'), 'a');
  const keeper = spawn(process.execPath, [program, directory], {
    detached: true,
    stdio: ['ignore', 'pipe', log],
  });
  closeSync(log);
  const { stdout } = keeper;
  invariant(stdout !== null, "the keeper's standard output is a pipe");
  keeper.on('error', () => stdout.destroy());
  const word = (await firstLine(stdout)) ?? `it ended at once; see ${join(directory, 'keeper.log')}`;
  stdout.destroy();
  keeper.unref();
  return word === 'ok' ? undefined : `the lab's keeper: ${word.replace(/^no /, '')}`;
}

/** The keeper is a program of its own, and so always the built one, also where a test runs this module's source. */
function keeperProgram(): string {
  const built = import.meta.url.endsWith('.ts') ? '../../dist/lab/keeper.js' : './keeper.js';
  return fileURLToPath(new URL(built, import.meta.url));
}

async function populate(
  directory: string,
  addresses: readonly Address[],
  options: LabOptions,
  signal: AbortSignal,
): Promise<string | undefined> {
  const card = await readKeeperCard(directory);
  if (card === null) return 'the keeper left no card';
  for (const address of addresses) await writeHostFiles(directory, address, card);
  const { version } = options.distribution;
  const credentials = options.reconfig === true ? `super:${randomBytes(16).toString('hex')}` : null;
  if (credentials !== null) await writeFile(credentialsPath(directory), `${credentials}\n`, { mode: 0o600 });
  const cluster = labCluster({ ...options, directory, subnet: card.subnet, addresses, version, credentials });
  await writeFile(clusterPath(directory), renderClusterFile(cluster));
  const platform = zookeeperPlatform(cluster, localTransport());
  const { ensemble } = options;
  const shared = forMany(signal);
  const outcomes = await Promise.all(
    ensemble.map(({ address }) =>
      platform.perform(
        { kind: 'install', address, ensemble, stamp: 'lab/0', leftovers: 'refuse' },
        { id: 'lab-0', facts: {}, signal: shared },
      ),
    ),
  );
  for (const outcome of outcomes) if (outcome.kind !== 'done') return outcome.reason;
  return undefined;
}

/** The lab in this folder, up or not. Throws when the folder holds none, or a damaged one. */
export async function openLab(directory: string): Promise<Lab> {
  const clusterFile = clusterPath(directory);
  const read = await readClusterFile(clusterFile);
  if (!read.ok) throw new Error(read.faults.map((fault) => `${fault.place}: ${fault.message}`).join('\n'));
  const cluster = read.value;
  const hosts = cluster.hosts.map(({ address, standIn }) => ({
    address,
    standIn: standIn ?? address,
    id: idOf(cluster.ensemble, address) ?? null,
  }));
  return { directory, clusterFile, cluster, hosts };
}

/** What the lab's hosts are doing. Read-only. */
export async function labStatus(directory: string, signal: AbortSignal): Promise<LabStatus> {
  if (!existsSync(planPath(directory))) return { kind: 'none' };
  const { addresses } = await readLabPlan(directory);
  const answer = await orderKeeper(directory, `running ${addresses[0] ?? ''}`);
  if (answer.kind === 'gone' || !existsSync(clusterPath(directory))) return { kind: 'stale', directory };
  const lab = await openLab(directory);
  const platform = zookeeperPlatform(lab.cluster, localTransport());
  const shared = forMany(signal);
  const hosts = await Promise.all(
    lab.hosts.map(async (host): Promise<LabHostStatus> => {
      const service = await platform.observeService(host.address, shared);
      const seen = await platform.observeHost(host.address, shared);
      const running = seen.kind === 'observed' && seen.running;
      const serverId = seen.kind === 'observed' ? seen.serverId : null;
      return { ...host, running, serverId, mode: service.mode, evidence: service.evidence };
    }),
  );
  return { kind: 'up', lab, hosts };
}

/**
 * Waits until each address serves: it has a leader and has finished its sync. Returns the addresses that do not, when
 * `limitMs` is over; none is success.
 */
export async function waitServing(
  cluster: Cluster,
  addresses: readonly Address[],
  limitMs: number,
  signal: AbortSignal,
): Promise<readonly Address[]> {
  const platform = zookeeperPlatform(cluster, localTransport());
  const until = Date.now() + limitMs;
  const shared = forMany(signal);
  for (;;) {
    const seen = await Promise.all(addresses.map((address) => platform.observeService(address, shared)));
    const missing = seen.filter((service) => service.mode === null).map((service) => service.address);
    if (missing.length === 0 || signal.aborted || Date.now() > until) return missing;
    await new Promise((wake) => setTimeout(wake, 100));
  }
}

/** A signal that many may listen to at once: Node suspects a leak from the eleventh on. */
function forMany(signal: AbortSignal): AbortSignal {
  const shared = AbortSignal.any([signal]);
  setMaxListeners(0, shared);
  return shared;
}

/** Ends the lab: no server is left, and with `remove` no folder. Harmless when it is down, or when there is none. */
export async function stopLab(directory: string, folder: 'remove' | 'keep'): Promise<void> {
  const answer = await endKeeper(directory);
  if (answer.kind === 'no') throw new Error(`the keeper of ${directory} refused to end: ${answer.reason}`);
  if (folder === 'remove' && existsSync(planPath(directory)))
    await rm(directory, { recursive: true, force: true });
}

/** `kill -9`; answers once the process is gone. Harmless when it does not run. */
export function killServer(directory: string, address: Address): Promise<LabOrder> {
  return order(directory, 'kill', address);
}

/** Starts a server that was killed on what it holds; harmless when it runs. */
export function startServer(directory: string, address: Address): Promise<LabOrder> {
  return order(directory, 'start', address);
}

/** Stops every thread of the server: its sockets stay open, and it says nothing. */
export function pauseServer(directory: string, address: Address): Promise<LabOrder> {
  return order(directory, 'pause', address);
}

/** Ends a pause. */
export function resumeServer(directory: string, address: Address): Promise<LabOrder> {
  return order(directory, 'resume', address);
}

/** The machine's disk is lost: kills the server, and empties its data and configuration. */
export async function wipeServer(directory: string, address: Address): Promise<LabOrder> {
  const killed = await killServer(directory, address);
  if (killed.kind === 'refused') return killed;
  const home = hostDirectory(directory, address);
  await rm(join(home, 'data'), { recursive: true, force: true });
  await mkdir(join(home, 'data'));
  for (const file of ['conf/zoo.cfg', 'enabled']) await rm(join(home, file), { force: true });
  return { kind: 'done' };
}

async function order(directory: string, verb: string, address: Address): Promise<LabOrder> {
  const answer = await orderKeeper(directory, `${verb} ${address}`);
  switch (answer.kind) {
    case 'ok':
      return { kind: 'done' };
    case 'no':
      return { kind: 'refused', reason: answer.reason };
    case 'gone':
      return { kind: 'refused', reason: `the lab in ${directory} is down` };
  }
}

function refused(reason: string, remedy: string): LabStart {
  return { kind: 'refused', reason, remedy };
}
