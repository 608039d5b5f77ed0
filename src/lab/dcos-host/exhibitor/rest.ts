// What does an Exhibitor answer over REST?
//
// Source: exhibitor-core/src/main/java/com/netflix/exhibitor/core/rest in dcos/exhibitor f665447.

import type { Ensemble } from '../../../model/ensemble.js';
import { type Answer, type Call, json, plain } from '../web/serve.js';
import { children, nodeData } from './explorer.js';
import { type Instance, stateDescriptions } from './instance.js';
import { fourLetterWord } from './observed-zookeeper.js';
import { askPeer, basicCredentials, type Peer, peerStatus, statusOf, wrapAnswer } from './peers.js';
import { specOf } from './ensemble-spec.js';
import type { ZooKeeperPaths } from './zookeeper-process.js';

/** What can be asked for and is done behind the answer. */
export type Deed = 'restart' | 'stop' | 'start';

/** The switches of the control panel. */
export interface Switches {
  restarts: boolean;
  cleanup: boolean;
  backups: boolean;
}

/** One Exhibitor, as its REST interface sees it. */
export interface Exhibitor {
  readonly hostname: string;
  readonly ensemble: Ensemble;
  readonly ownId: number | undefined;
  readonly local: string;
  /** Of the user `admin`, or null where none is wanted. */
  readonly password: string | null;
  /** What it shows to the others where they want a certificate. */
  readonly tls: Peer['tls'];
  readonly checkMs: number;
  readonly settings: Readonly<Record<string, string>>;
  readonly paths: ZooKeeperPaths;
  readonly zookeeperHome: string;
  readonly switches: Switches;
  readonly log: readonly string[];
  instance(): Instance;
  queue(deed: Deed): void;
}

const prefix = '/exhibitor/v1/';

/** Answers one request. With a password only `cluster/status` is public (`exhibitor_web.xml` of dcos/dcos). */
export function answer(exhibitor: Exhibitor, call: Call): Answer | Promise<Answer> {
  const path = call.path.startsWith(prefix) ? call.path.slice(prefix.length).replace(/\/$/, '') : '';
  if (path !== 'cluster/status' && !isAdmitted(exhibitor, call)) {
    return { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="DCOS"' }, body: '' };
  }
  const [room = '', verb = '', ...rest] = path.split('/').map(decodeURIComponent);
  if (room === 'cluster') return answerCluster(exhibitor, call, verb, rest);
  if (room === 'config') return answerConfig(exhibitor, call, verb);
  if (room === 'explorer') return answerExplorer(exhibitor, call, verb);
  return plain('', 404);
}

function isAdmitted({ password }: Exhibitor, { headers }: Call): boolean {
  return password === null || headers.authorization === basicCredentials(password);
}

async function answerCluster(
  exhibitor: Exhibitor,
  call: Call,
  verb: string,
  [first, second]: readonly string[],
): Promise<Answer> {
  switch (verb) {
    case 'status':
      return json(await clusterStatus(exhibitor));
    case 'state':
      if (first !== undefined) return json(wrapAnswer(await passOn(exhibitor, first, 'cluster/state')));
      return json(ownState(exhibitor));
    case 'list':
      return listServers(exhibitor, call);
    case 'log':
      return json(`${exhibitor.log.toReversed().join('\n')}\n`);
    case '4ltr': {
      if (second !== undefined)
        return json(wrapAnswer(await passOn(exhibitor, second, `cluster/4ltr/${first ?? ''}`)));
      const text = await fourLetterWord(exhibitor.local, first ?? '');
      return json(text ?? '* unknown *');
    }
    case 'restart':
    case 'stop':
    case 'start':
      if (first !== undefined) return json(wrapAnswer(await passOn(exhibitor, first, `cluster/${verb}`)));
      exhibitor.queue(verb);
      return succeeded();
    case 'set':
      if (first === 'restarts' || first === 'cleanup' || first === 'backups') {
        exhibitor.switches[first] = second === 'true';
        return succeeded();
      }
      return plain('', 404);
    default:
      return plain('', 404);
  }
}

function succeeded(): Answer {
  return json({ message: 'OK', succeeded: true });
}

/** Its own server from its last check, the others by asking side by side; in the order of its own list. */
function clusterStatus(exhibitor: Exhibitor): Promise<readonly ReturnType<typeof statusOf>[]> {
  const { code, isLeader } = exhibitor.instance();
  return Promise.all(
    exhibitor.ensemble.map(async ({ address }) =>
      address === exhibitor.hostname
        ? statusOf(address, code, isLeader)
        : await peerStatus(address, exhibitor),
    ),
  );
}

function ownState(exhibitor: Exhibitor): Readonly<Record<string, unknown>> {
  const { code, isLeader } = exhibitor.instance();
  return { switches: exhibitor.switches, state: code, description: stateDescriptions[code], isLeader };
}

function passOn(exhibitor: Exhibitor, hostname: string, path: string): ReturnType<typeof askPeer> {
  const there = hostname === exhibitor.hostname ? exhibitor.local : hostname;
  return askPeer(there, path, exhibitor);
}

/** JSON, unless a form is what the caller asks for. */
function listServers({ ensemble }: Exhibitor, { headers }: Call): Answer {
  const servers = ensemble.map(({ address }) => address);
  if (headers.accept?.includes('application/x-www-form-urlencoded') !== true)
    return json({ servers, port: 2181 });
  const named = servers.map((address, index) => `server${index}=${address}`);
  const body = [`count=${servers.length}`, ...named, 'port=2181'].join('&');
  return { status: 200, headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body };
}

/** Changes are taken and change nothing: the static provider keeps what it was started with (`StaticConfigProvider`). */
async function answerConfig(exhibitor: Exhibitor, call: Call, verb: string): Promise<Answer> {
  if (call.method === 'POST' && (verb === 'set' || verb === 'set-rolling')) return succeeded();
  if (verb !== 'get-state') return plain('', 404);
  const ruok = await fourLetterWord(exhibitor.local, 'RUOK');
  const { paths } = exhibitor;
  return json({
    version: 'dev',
    running: ruok === 'imok',
    backupActive: false,
    standaloneMode: exhibitor.ensemble.length === 1,
    extraHeadingText: null,
    nodeMutationsAllowed: true,
    config: {
      rollInProgress: false,
      rollStatus: 'n/a',
      rollPercentDone: 0,
      hostname: exhibitor.hostname,
      serverId: exhibitor.ownId ?? -1,
      logIndexDirectory: '',
      zookeeperInstallDirectory: exhibitor.zookeeperHome,
      zookeeperConfigDirectory: paths.conf,
      zookeeperDataDirectory: paths.data,
      zookeeperLogDirectory: paths.log,
      zookeeperPidPath: paths.pid,
      serversSpec: specOf(exhibitor.ensemble),
      backupExtra: '',
      zooCfgExtra: exhibitor.settings,
      javaEnvironment: '',
      log4jProperties: '',
      clientPort: 2181,
      connectPort: 2888,
      electionPort: 3888,
      checkMs: exhibitor.checkMs,
      cleanupPeriodMs: 43_200_000,
      cleanupMaxFiles: 3,
      backupMaxStoreMs: 86_400_000,
      backupPeriodMs: 60_000,
      autoManageInstances: 0,
      autoManageInstancesSettlingPeriodMs: 180_000,
      autoManageInstancesFixedEnsembleSize: 0,
      autoManageInstancesApplyAllAtOnce: 1,
      observerThreshold: 999,
      controlPanel: {},
    },
  });
}

async function answerExplorer(exhibitor: Exhibitor, call: Call, verb: string): Promise<Answer> {
  const key = call.query.get('key') ?? '/';
  if (verb === 'node') return json(await children(exhibitor.local, key));
  if (verb === 'node-data') return json(await nodeData(exhibitor.local, key));
  return plain('', 404);
}
