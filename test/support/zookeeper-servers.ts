// How do tests get a real ZooKeeper ensemble of their own, and rid of it again?

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Distribution, findDistribution, thisMachine } from '../../src/lab/zookeeper-distribution.js';
import { observeService } from '../../src/probe/observe-service.js';

/** Servers by address, ids from 1 in the order of the addresses. */
export interface Servers {
  start(address: string): void;
  /** Resolves when the process is gone. */
  kill(address: string, signal: NodeJS.Signals): Promise<void>;
  pause(address: string): void;
  unpause(address: string): void;
  /** Resolves when the server has a leader and has finished its sync. */
  serving(address: string): Promise<void>;
  /** Resolves with the address that leads, once one does. */
  leader(): Promise<string>;
  stopAll(): Promise<void>;
}

/** What servers of DC/OS 1.9 are, and Debian's. Throws with the remedy where one can't be had. */
export function distributions(): Promise<readonly Distribution[]> {
  return Promise.all(
    ['3.4.8', '3.8'].map(async (version) => {
      const result = await findDistribution(version, thisMachine());
      if (result.kind === 'missing') throw new Error(`${result.what}: ${result.remedy}`);
      return result.distribution;
    }),
  );
}

/** Writes the configurations of an ensemble on the standard ports, with these lines added; nothing runs yet. */
export async function prepareServers(
  distribution: Distribution,
  addresses: readonly string[],
  settings: readonly string[] = [],
): Promise<Servers> {
  const folder = await mkdtemp(join(tmpdir(), 'succession-probe-'));
  const running = new Map<string, ChildProcess>();
  const killAll = (): void => running.forEach((child) => child.kill('SIGKILL'));
  process.once('exit', killAll);
  for (const [index, address] of addresses.entries()) {
    const data = join(folder, address);
    await mkdir(data);
    await writeFile(join(data, 'myid'), `${index + 1}\n`);
    await writeFile(join(data, 'zoo.cfg'), configuration(data, address, addresses, settings));
  }
  const servers: Servers = {
    start: (address) => {
      const child = spawn(distribution.java, javaArguments(distribution, join(folder, address, 'zoo.cfg')), {
        stdio: 'ignore',
      });
      running.set(address, child);
    },
    kill: async (address, signal) => {
      const child = running.get(address);
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      await new Promise((resolve) => {
        child.once('exit', resolve);
        child.kill(signal);
      });
    },
    pause: (address) => void running.get(address)?.kill('SIGSTOP'),
    unpause: (address) => void running.get(address)?.kill('SIGCONT'),
    serving: async (address) => {
      for (;;) {
        const seen = await observeService(address, 2181, {});
        if (seen.mode !== null) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    leader: async () => {
      for (;;) {
        const seen = await Promise.all(addresses.map((address) => observeService(address, 2181, {})));
        const leaders = seen.filter(({ mode }) => mode === 'leader');
        if (leaders[0] !== undefined && leaders.length === 1) return leaders[0].address;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    stopAll: async () => {
      await Promise.all(addresses.map((address) => servers.kill(address, 'SIGKILL')));
      process.removeListener('exit', killAll);
      await rm(folder, { recursive: true, force: true });
    },
  };
  return servers;
}

/** A whole ensemble, up and serving. */
export async function startServers(
  distribution: Distribution,
  addresses: readonly string[],
  settings: readonly string[] = [],
): Promise<Servers> {
  const servers = await prepareServers(distribution, addresses, settings);
  addresses.forEach((address) => servers.start(address));
  await Promise.all(addresses.map((address) => servers.serving(address)));
  return servers;
}

function configuration(
  data: string,
  address: string,
  addresses: readonly string[],
  settings: readonly string[],
): string {
  const lines = [
    'tickTime=300',
    'initLimit=10',
    'syncLimit=5',
    `dataDir=${data}`,
    'clientPort=2181',
    ...settings,
    `clientPortAddress=${address}`,
    ...addresses.map((member, index) => `server.${index + 1}=${member}:2888:3888`),
  ];
  return `${lines.join('\n')}\n`;
}

function javaArguments(distribution: Distribution, configurationFile: string): readonly string[] {
  return [
    '-Xmx128m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-Dzookeeper.admin.enableServer=false',
    '-Dzookeeper.jmx.log4j.disable=true',
    '-Dzookeeper.4lw.commands.whitelist=*',
    '-cp',
    distribution.classPath,
    'org.apache.zookeeper.server.quorum.QuorumPeerMain',
    configurationFile,
  ];
}
