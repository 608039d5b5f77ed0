// May the services of a master start? (`packages/bootstrap/extra/dcos_internal_utils/exhibitor.py`)

import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { quorumOf } from '../../../model/ensemble.js';
import type { BootstrapGate } from '../../../platform/dcos/versions.js';
import { askFourLetterWord } from '../../../probe/four-letter.js';
import { clientTls, readArtifacts } from '../exhibitor/artifacts.js';
import { ask } from '../web/ask.js';
import { parseJson } from '../web/json.js';
import { fieldOf } from './host-file.js';

/** The gate's word: what it says, and whether the service may start. */
export interface GateAnswer {
  readonly opens: 'yes' | 'no';
  readonly says: string;
}

/** Where the gate looks. */
export interface GatePlaces {
  readonly statusUrl: string;
  readonly pidFile: string;
  /** Holds the time of the pid file, in nanoseconds, for which a quorum was seen. */
  readonly stash: string;
  readonly processes: string;
  readonly zookeeperPort: number;
  /** What Exhibitor over TLS wants; null where it speaks plainly. */
  readonly tls?: () => { readonly ca: string; readonly cert: string; readonly key: string } | null;
}

/** The places of DC/OS. */
export const dcosGatePlaces: GatePlaces = {
  statusUrl: 'http://127.0.0.1:8181/exhibitor/v1/cluster/status',
  pidFile: '/var/lib/dcos/exhibitor/zk.pid',
  stash: '/var/lib/dcos/bootstrap/exhibitor_pid_stat',
  processes: '/proc',
  zookeeperPort: 2181,
  tls: () => {
    const artifacts = readArtifacts({ path: (absolute) => absolute });
    return artifacts === null ? null : clientTls(artifacts);
  },
};

/**
 * Asks once; systemd asks again. A ZooKeeper that still runs under the pid for which a quorum was once seen needs no
 * quorum now: that is how a service restarts in a cluster that has lost it.
 */
export async function exhibitorWait(
  gate: BootstrapGate,
  masterCount: number,
  places: GatePlaces,
): Promise<GateAnswer> {
  if (gate === 'own') return ownServer(masterCount, places.zookeeperPort);
  if (hasShortcut(places)) {
    return opened('Shortcut succeeeded, assuming local zk is in good config state, not waiting for quorum.');
  }
  const status = await askStatus(places);
  if (typeof status === 'string') return closed(status);
  const serving = status.filter((node) => fieldOf(node, 'description') === 'serving').length;
  const leaders = status.filter((node) => fieldOf(node, 'isLeader') === true).length;
  const quorum = quorumOf(masterCount);
  const isEnough = gate === 'all' ? serving === masterCount : serving >= quorum;
  if (!isEnough || leaders !== 1) {
    return closed(
      gate === 'all'
        ? `Expected ${masterCount} servers and 1 leader, got ${serving} servers and ${leaders} leaders`
        : `Require ${quorum}+ servers and 1 leader, have ${serving} servers and ${leaders} leaders`,
    );
  }
  stashPid(places);
  return opened(`Serving hosts: ${serving}, leaders: ${leaders}`);
}

async function askStatus(places: GatePlaces): Promise<readonly unknown[] | string> {
  const tls = places.tls?.() ?? undefined;
  const url = tls === undefined ? places.statusUrl : places.statusUrl.replace(/^http:/, 'https:');
  const heard = await ask(url, { tls, connectMs: 10_000, readMs: 30_000 });
  if (heard.kind === 'failed') return `Could not connect to exhibitor: ${heard.reason}`;
  if (heard.status !== 200) return `Could not get exhibitor status: ${url}, Status code: ${heard.status}`;
  const document = parseJson(heard.body);
  return Array.isArray(document) ? document : 'Exhibitor answered with no list';
}

/** 2.1.1 and later: Exhibitor is only logged there, so it is left out. */
async function ownServer(masterCount: number, port: number): Promise<GateAnswer> {
  const answer = await askFourLetterWord('127.0.0.1', port, 'srvr', { timeoutMs: 5000 });
  if (answer.kind !== 'answered') return closed(`ZooKeeper on 127.0.0.1:${port}: ${answer.kind}`);
  const mode = /^Mode: (\w+)$/m.exec(answer.text)?.[1];
  const accepted = masterCount === 1 ? ['standalone'] : ['leader', 'follower'];
  if (mode !== undefined && accepted.includes(mode)) return opened(`ZooKeeper is ${mode}`);
  return closed(`ZooKeeper's mode is ${mode ?? 'not known'}, not one of ${accepted.join(', ')}`);
}

function hasShortcut(places: GatePlaces): boolean {
  try {
    const stashed = readFileSync(places.stash, 'utf8').trim();
    if (stashed !== modifiedAt(places.pidFile)) return false;
    const pid = readFileSync(places.pidFile, 'utf8').trim();
    const words = readFileSync(`${places.processes}/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    // A java that was given a zoo.cfg last; the real gate wants both by their full paths.
    return words[0]?.endsWith('java') === true && words.at(-1)?.endsWith('zoo.cfg') === true;
  } catch {
    return false;
  }
}

function stashPid(places: GatePlaces): void {
  try {
    const time = modifiedAt(places.pidFile);
    mkdirSync(dirname(places.stash), { recursive: true });
    writeFileSync(places.stash, time);
  } catch {
    // No pid file, no shortcut.
  }
}

function modifiedAt(path: string): string {
  return String(statSync(path, { bigint: true }).mtimeNs);
}

function opened(word: string): GateAnswer {
  return { opens: 'yes', says: word };
}

function closed(word: string): GateAnswer {
  return { opens: 'no', says: word };
}
