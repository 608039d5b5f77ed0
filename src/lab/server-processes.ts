// The keeper's servers: how each is started so that it dies with the keeper, and how it is stopped.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { hostDirectory } from './lab-files.js';
import type { LabPlan } from './lab-files.js';

/** After this long a server that was asked to stop is killed. */
const stopLimitMs = 10_000;

const javaOptions = [
  '-Xmx256m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Xshare:auto',
  '-XX:-UsePerfData',
  '-Djava.net.preferIPv4Stack=true',
];

/** Deeds on one host each, answering `ok …` or `no …`. */
export interface ServerProcesses {
  /** Answers with the process id; harmless when it runs. */
  start(host: string): Promise<string>;
  /** SIGTERM, and SIGKILL after 10 s. Answers once the process is gone. */
  stop(host: string): Promise<string>;
  /** SIGKILL. Answers once the process is gone. */
  kill(host: string): Promise<string>;
  /** Sends a signal, 0 for none; answers with the process id, or `no` when there is none. */
  signal(host: string, signal: NodeJS.Signals | 0): string;
  killAll(): Promise<void>;
}

/** No server runs at first. */
export function serverProcesses(directory: string, plan: LabPlan): ServerProcesses {
  const running = new Map<string, ChildProcess>();

  const end = async (host: string, signal: NodeJS.Signals): Promise<string> => {
    const child = running.get(host);
    if (child === undefined) return 'ok';
    const gone = once(child, 'exit');
    child.kill(signal);
    // A paused process acts on SIGTERM only once it goes on.
    child.kill('SIGCONT');
    const impatience = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
    await gone;
    clearTimeout(impatience);
    return 'ok';
  };

  return {
    start: async (host) => {
      const present = running.get(host);
      if (present !== undefined) return `ok ${present.pid}`;
      const child = launch(directory, plan, host);
      running.set(host, child);
      child.once('exit', () => running.delete(host));
      try {
        await once(child, 'spawn');
        return `ok ${child.pid}`;
      } catch (error) {
        running.delete(host);
        return `no setpriv (of util-linux) did not start: ${error instanceof Error ? error.message : String(error)}`;
      }
    },
    stop: (host) => end(host, 'SIGTERM'),
    kill: (host) => end(host, 'SIGKILL'),
    signal: (host, signal) => {
      const child = running.get(host);
      return child?.kill(signal) === true ? `ok ${child.pid}` : 'no not running';
    },
    killAll: async () => {
      await Promise.all([...running.keys()].map((host) => end(host, 'SIGKILL')));
    },
  };
}

/**
 * The kernel kills the server when the thread that started it dies (PR_SET_PDEATHSIG, set by setpriv): nothing has to
 * watch, nothing can be killed before it acts, and no process id can be mistaken. A keeper that died before the
 * setting took hold is seen by the changed parent.
 */
function launch(directory: string, plan: LabPlan, host: string): ChildProcess {
  const home = hostDirectory(directory, host);
  const log = openSync(join(home, 'logs', 'zookeeper.log'), 'a');
  try {
    const server = [
      plan.java,
      ...javaOptions,
      '-cp',
      `${join(home, 'conf')}:${plan.classPath}`,
      'org.apache.zookeeper.server.quorum.QuorumPeerMain',
      join(home, 'conf', 'zoo.cfg'),
    ];
    const guarded = [
      '/bin/sh',
      '-c',
      '[ "$PPID" = "$0" ] || exit 1; exec "$@"',
      String(process.pid),
      ...server,
    ];
    return spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...guarded], {
      cwd: home,
      stdio: ['ignore', log, log],
    });
  } finally {
    closeSync(log);
  }
}
