// How do a scenario's servers run on this machine, and what is on their disks?

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Distribution } from '../../src/lab/zookeeper-distribution.js';
import { idOf, type Ensemble } from '../../src/model/ensemble.js';
import { invariant } from '../../src/model/invariant.js';
import type { Letter } from './scenario.js';

/** Ticks are short so that runs are; the limits, in ticks, are ZooKeeper's usual ones. */
export const tickMs = 300;

/** Servers by letter, each in a folder and at an address of its own. Deeds resolve once they are done, not once the server serves. */
export interface RealServers {
  readonly addressOf: (letter: Letter) => string;
  /** Gives a server that is down this list, and the id that it has in it. */
  configure(letter: Letter, list: Ensemble): Promise<void>;
  /** Empties the disk of a server that is down. */
  wipe(letter: Letter): Promise<void>;
  /** An otherwise empty disk that has seen epoch 1: its owner outranks servers that have seen none. */
  favour(letter: Letter): Promise<void>;
  start(letter: Letter): Promise<void>;
  end(letter: Letter, signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  hang(letter: Letter): void;
  wake(letter: Letter): void;
  /** The list on its disk. */
  heldBy(letter: Letter): Ensemble;
  /** Runs, and does not hang. */
  awake(letter: Letter): boolean;
  /** Ends everything and removes the folders. */
  dispose(): Promise<void>;
}

const stopLimitMs = 5000;

/** Nothing runs at first. `addressOf` gives addresses that nobody else uses. */
export async function realServers(
  distribution: Distribution,
  addressOf: (letter: Letter) => string,
): Promise<RealServers> {
  const folder = await mkdtemp(join(tmpdir(), 'succession-conformance-'));
  const running = new Map<Letter, ChildProcess>();
  const hung = new Set<Letter>();
  const lists = new Map<Letter, Ensemble>();
  const end = async (letter: Letter, signal: NodeJS.Signals): Promise<void> => {
    const child = running.get(letter);
    if (child === undefined) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    // A hung process acts on SIGTERM only once it goes on.
    if (signal === 'SIGTERM') child.kill('SIGCONT');
    const impatience = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
    await gone;
    clearTimeout(impatience);
  };
  const dataOf = (letter: Letter): string => join(folder, letter, 'data');
  const configurationOf = (letter: Letter): string => join(folder, letter, 'zoo.cfg');
  return {
    addressOf,
    configure: async (letter, list) => {
      invariant(!running.has(letter), `${letter} is down when it gets a list`);
      lists.set(letter, list);
      await mkdir(dataOf(letter), { recursive: true });
      await writeFile(configurationOf(letter), configuration(dataOf(letter), letter, list, addressOf));
      await writeFile(join(dataOf(letter), 'myid'), `${idOf(list, letter) ?? 0}\n`);
    },
    wipe: async (letter) => {
      invariant(!running.has(letter), `${letter} is down when its disk is emptied`);
      await rm(join(dataOf(letter), 'version-2'), { recursive: true, force: true });
    },
    favour: async (letter) => {
      const disk = join(dataOf(letter), 'version-2');
      await mkdir(disk, { recursive: true });
      await writeFile(join(disk, 'currentEpoch'), '1');
      await writeFile(join(disk, 'acceptedEpoch'), '1');
    },
    start: async (letter) => {
      invariant(!running.has(letter), `${letter} is down when it is started`);
      const child = launch(distribution, configurationOf(letter));
      running.set(letter, child);
      child.once('exit', () => {
        running.delete(letter);
        hung.delete(letter);
      });
      await once(child, 'spawn');
    },
    end,
    hang: (letter) => {
      running.get(letter)?.kill('SIGSTOP');
      hung.add(letter);
    },
    wake: (letter) => {
      running.get(letter)?.kill('SIGCONT');
      hung.delete(letter);
    },
    heldBy: (letter) => lists.get(letter) ?? [],
    awake: (letter) => running.has(letter) && !hung.has(letter),
    dispose: async () => {
      await Promise.all([...running.keys()].map((letter) => end(letter, 'SIGKILL')));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function configuration(
  data: string,
  letter: Letter,
  list: Ensemble,
  addressOf: (letter: Letter) => string,
): string {
  invariant(idOf(list, letter) !== undefined, `${letter} is in the list that it gets`);
  const lines = [
    `tickTime=${tickMs}`,
    'initLimit=10',
    'syncLimit=5',
    'maxClientCnxns=0',
    `dataDir=${data}`,
    'clientPort=2181',
    `clientPortAddress=${addressOf(letter)}`,
    ...list.map((member) => `server.${member.id}=${addressOf(member.address)}:2888:3888`),
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * The kernel kills the server when the thread that started it dies. The disk is synced, though a kill would not need it:
 * without, 3.8.0 nearly always acknowledges a proposal of its DIFF before NEWLEADER, which a leader then ignores, so that
 * an exact quorum with one server behind never begins (ZOOKEEPER-4685).
 */
function launch(distribution: Distribution, configurationFile: string): ChildProcess {
  const server = [
    distribution.java,
    '-Xmx128m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-Xshare:auto',
    '-XX:-UsePerfData',
    '-Djava.net.preferIPv4Stack=true',
    '-Dzookeeper.admin.enableServer=false',
    '-Dzookeeper.jmx.log4j.disable=true',
    '-Dzookeeper.4lw.commands.whitelist=*',
    '-cp',
    distribution.classPath,
    'org.apache.zookeeper.server.quorum.QuorumPeerMain',
    configurationFile,
  ];
  return spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...server], { stdio: 'ignore' });
}
