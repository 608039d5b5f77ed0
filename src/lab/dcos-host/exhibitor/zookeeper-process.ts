// How does an Exhibitor start its ZooKeeper and stop it, and what does it write before?

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ensemble } from '../../../model/ensemble.js';
import { type Host, readText, writeText } from '../daemon/host.js';
import { zooCfgText } from './zoo-cfg.js';

/** Where Exhibitor keeps its server, on every version. */
export interface ZooKeeperPaths {
  readonly conf: string;
  readonly data: string;
  readonly log: string;
  readonly pid: string;
  readonly output: string;
}

/** One server, started anew as often as is needed. */
export interface ZooKeeperProcess {
  /** Kills what runs, writes `myid` and `zoo.cfg`, and starts. */
  restart(): Promise<void>;
  /** Resolves once no server of this host runs. */
  kill(): Promise<void>;
}

/** After this long a server that was asked to end is killed. */
const stopLimitMs = 5000;
const mainClass = 'org.apache.zookeeper.server.quorum.QuorumPeerMain';

const logging = `log4j.rootLogger=INFO, CONSOLE
log4j.appender.CONSOLE=org.apache.log4j.ConsoleAppender
log4j.appender.CONSOLE.layout=org.apache.log4j.PatternLayout
log4j.appender.CONSOLE.layout.ConversionPattern=%d{ISO8601} [myid:%X{myid}] - %-5p [%t:%C{1}@%L] - %m%n
`;

/** Paths of `packages/exhibitor/extra/start_exhibitor.py`. */
export function zooKeeperPaths(host: Host): ZooKeeperPaths {
  return {
    conf: host.path('/var/lib/dcos/exhibitor/conf'),
    data: host.path('/var/lib/dcos/exhibitor/zookeeper/snapshot'),
    log: host.path('/var/lib/dcos/exhibitor/zookeeper/transactions'),
    pid: host.path('/var/lib/dcos/exhibitor/zk.pid'),
    output: host.path('/var/lib/dcos/exhibitor/zookeeper/zookeeper.out'),
  };
}

/** Nothing runs at first, but what an Exhibitor before this one may have left behind. */
export function zooKeeperProcess(order: {
  readonly host: Host;
  readonly paths: ZooKeeperPaths;
  readonly ensemble: Ensemble;
  readonly ownId: number | undefined;
  readonly settings: Readonly<Record<string, string>>;
}): ZooKeeperProcess {
  const { host, paths, ensemble, ownId, settings } = order;
  let child: ChildProcess | undefined;

  const kill = async (): Promise<void> => {
    const pid = child?.pid ?? recordedPid(paths);
    if (pid === undefined || !isServer(pid, paths)) return;
    signal(pid, 'SIGTERM');
    const deadline = performance.now() + stopLimitMs;
    while (isServer(pid, paths)) {
      if (performance.now() > deadline) signal(pid, 'SIGKILL');
      await sleep(50);
    }
  };

  const prepare = (): void => {
    for (const folder of [paths.conf, paths.data, paths.log]) mkdirSync(folder, { recursive: true });
    // A stranger's id is taken away, and its server ends at once: 'myid file is missing'.
    if (ownId === undefined) rmSync(join(paths.data, 'myid'), { force: true });
    else writeText(join(paths.data, 'myid'), `${ownId}\n`);
    const cfg = { ensemble, settings, dataDir: paths.data, dataLogDir: paths.log, at: new Date() };
    writeText(join(paths.conf, 'zoo.cfg'), zooCfgText(cfg));
    writeText(join(paths.conf, 'log4j.properties'), logging);
  };

  return {
    kill,
    restart: async () => {
      await kill();
      prepare();
      const output = openSync(paths.output, 'a');
      const jars = host.path(`/usr/lib/zookeeper/${host.version.zookeeper}`);
      child = spawn('/usr/bin/java', javaArguments(jars, paths), { stdio: ['ignore', output, output] });
      child.on('error', (error) => process.stderr.write(`ZooKeeper did not start: ${error.message}\n`));
      closeSync(output);
      // The bootstrap gate compares this file's time with the one that it saw last.
      if (child.pid !== undefined) writeText(paths.pid, `${child.pid}\n`);
    },
  };
}

/** As `zkServer.sh start` does, with a small heap. */
function javaArguments(jars: string, paths: ZooKeeperPaths): readonly string[] {
  const lean = ['-Xmx64m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto', '-XX:-UsePerfData'];
  const java = ['-Djava.net.preferIPv4Stack=true', '-Dzookeeper.jmx.log4j.disable=true'];
  return [...lean, ...java, '-cp', `${jars}/*:${paths.conf}`, mainClass, join(paths.conf, 'zoo.cfg')];
}

function recordedPid(paths: ZooKeeperPaths): number | undefined {
  const pid = Number(readText(paths.pid)?.trim());
  return Number.isInteger(pid) && pid > 1 ? pid : undefined;
}

/** Whether this process is the server of these files: a number alone may have gone to another process. */
function isServer(pid: number, paths: ZooKeeperPaths): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return words.includes(mainClass) && words.includes(join(paths.conf, 'zoo.cfg'));
  } catch {
    return false;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself.
  }
}
