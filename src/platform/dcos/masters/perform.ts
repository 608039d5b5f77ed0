// How each action is done on a master: what it needs of the run's facts, its script, and what is proved from elsewhere.

import {
  type Address,
  describeEnsemble,
  type Ensemble,
  idOf,
  sortedEnsemble,
} from '../../../model/ensemble.js';
import { quote } from '../../../remote/quote.js';
import type { Transport } from '../../../remote/transport.js';
import type { Facts } from '../../../run/duty.js';
import type { Action, ActionContext, Outcome } from '../../../run/platform.js';
import {
  fenceScript,
  installScript,
  restartScript,
  startScript,
  stopScript,
  upgradeScript,
} from './action-script.js';
import type { DcosCluster } from '../cluster-file.js';
import { authorityKeyPath } from '../enterprise-places.js';
import { runDeed } from './deed.js';
import { electingMembers } from './electing-members.js';
import { portsScript, proveFence } from './fence-proof.js';
import { dcosVersion } from '../versions.js';

/** Two rounds of `systemctl stop`, and the looks after them. */
const stopMs = 7 * 60_000;
/** 10 min for Exhibitor and ZooKeeper, and what comes before. */
const startMs = 13 * 60_000;
const upgradeMs = 35 * 60_000;
const installMs = 45 * 60_000;

type Install = Action & { readonly kind: 'install' };
type Upgrade = Action & { readonly kind: 'upgrade' };

/** Does the action. Never throws; `unknown` when nobody knows how it ended. */
export async function performOnMaster(
  cluster: DcosCluster,
  transport: Transport,
  action: Action,
  context: ActionContext,
): Promise<Outcome> {
  const { address, kind } = action;
  switch (action.kind) {
    case 'stop':
      return runDeed(transport, { address, kind, script: stopScript, timeoutMs: stopMs }, context);
    case 'fence':
      return fence(cluster, transport, address, context);
    case 'start': {
      const script = startScript({ aside: asideOf(action, context) });
      return runDeed(transport, { address, kind, script, timeoutMs: startMs }, context);
    }
    case 'upgrade':
      return upgrade(cluster, transport, action, context);
    case 'install':
      return install(cluster, transport, action, context);
    case 'join':
    case 'add':
    case 'remove':
      return failed(`${kind} is no step of DC/OS`, 'make a plan by restarts: DC/OS has a static list');
  }
}

function asideOf(action: { readonly emptyReplicas?: true }, { id }: ActionContext): string | null {
  return action.emptyReplicas === true ? `succession-${id.replaceAll(/[^A-Za-z0-9._-]/g, '.')}` : null;
}

async function fence(
  cluster: DcosCluster,
  transport: Transport,
  address: Address,
  context: ActionContext,
): Promise<Outcome> {
  const done = await runDeed(
    transport,
    { address, kind: 'fence', script: fenceScript, timeoutMs: stopMs },
    context,
  );
  if (done.kind !== 'done') return done;
  const others = mastersKnown(cluster, context.facts).filter((other) => other !== address);
  return proveFence({ transport, address, others, signal: context.signal }, done.evidence);
}

/** Of the cluster file, and of the newest configuration: one of them is a member whatever the stage. */
function mastersKnown(cluster: DcosCluster, facts: Facts): readonly Address[] {
  return [...new Set([...cluster.masters, ...(facts['masterList']?.split(',') ?? [])])];
}

/** A list that is not the newest configuration's is one that the master has already: it only restarts. */
function upgrade(
  cluster: DcosCluster,
  transport: Transport,
  action: Upgrade,
  context: ActionContext,
): Promise<Outcome> {
  const { address, ensemble } = action;
  const list = describeEnsemble(ensemble);
  const aside = asideOf(action, context);
  const { upgradeUrl: url, configurationPackage } = context.facts;
  const isNewest = isOf(context.facts, ensemble) && url !== undefined && configurationPackage !== undefined;
  const { version } = cluster.dcos;
  const skipsChecks = dcosVersion(version)?.skipsChecks ?? false;
  const script = isNewest
    ? upgradeScript({ url, package: configurationPackage, version, list, skipsChecks, aside })
    : restartScript({ list, aside });
  const timeoutMs = isNewest ? upgradeMs : startMs;
  return runDeed(transport, { address, kind: 'upgrade', script, timeoutMs }, context);
}

async function install(
  cluster: DcosCluster,
  transport: Transport,
  action: Install,
  context: ActionContext,
): Promise<Outcome> {
  const { address, ensemble, stamp, leftovers } = action;
  const { signal, facts } = context;
  const url = facts['installUrl'];
  if (url === undefined || !isOf(facts, ensemble) || idOf(ensemble, address) === undefined) {
    return failed(
      `no configuration was generated for ${describeEnsemble(ensemble)}; the newest is for ${facts['masterList'] ?? 'none'}`,
      'resume: the configuration comes before the steps of its stage',
    );
  }
  const { bootstrap } = cluster;
  const path = `${bootstrap.directory}/genconf/ip-detect`;
  const detect = await transport.run(bootstrap.address, `cat ${quote(path)}`, { timeoutMs: 30_000, signal });
  if (detect.kind === 'unknown') return unknown(detect.reason, bootstrap.address);
  if (detect.status !== 0 || detect.stdout.trim() === '')
    return failed(
      `${path} can't be read on ${bootstrap.address}: ${detect.stderr.trim()}`,
      'see to that file, then go on',
    );
  const voting = await electingMembers({ transport, ensemble, newcomer: address, signal });
  if (voting.kind === 'too-few') return failed(voting.reason, voting.remedy);
  if (voting.kind === 'stopped') return unknown('stopped before anything was installed', address);
  const deaf = await deafTo(transport, address, voting.members, signal);
  if (deaf !== null) return deaf;
  const order = {
    url,
    address,
    list: describeEnsemble(ensemble),
    stamp,
    leftovers,
    reachable: voting.members,
    authorityKey: (facts['authorityKey'] ?? '') === '' ? null : authorityKeyPath,
  };
  const script = installScript(order);
  const deed = { address, kind: 'install', script, stdin: detect.stdout, timeoutMs: installMs };
  const outcome = await runDeed(transport, deed, context);
  return { ...outcome, evidence: [...voting.evidence, ...outcome.evidence] };
}

/** The other way: a refusal by the newcomer is an answer, silence is none. Null when nothing speaks against it. */
async function deafTo(
  transport: Transport,
  newcomer: Address,
  members: readonly Address[],
  signal: AbortSignal,
): Promise<Outcome | null> {
  const script = portsScript(newcomer, [2888, 3888]);
  const tried = await Promise.all(
    members.map(async (member) => ({
      member,
      result: await transport.run(member, script, { timeoutMs: 20_000, signal }),
    })),
  );
  for (const { member, result } of tried) {
    if (signal.aborted) return unknown('stopped before anything was installed', newcomer);
    if (result.kind !== 'exited' || !result.stdout.split('\n').includes('asked')) {
      const why = result.kind === 'exited' ? `status ${result.status}` : result.reason;
      return failed(
        `nobody knows whether ${member} reaches ${newcomer}: ${why}`,
        `see that commands reach ${member}, then go on; nothing was installed`,
      );
    }
    const silent = /^(\d+) silent$/m.exec(result.stdout)?.[1];
    if (silent === undefined) continue;
    return failed(
      `${member} gets no answer from port ${silent} of ${newcomer}, not even a refusal`,
      'open ports 2181, 2888, 3888 and 5050 between all masters, both ways; nothing was installed',
    );
  }
  return null;
}

function isOf({ masterList }: Facts, ensemble: Ensemble): boolean {
  if (masterList === undefined) return false;
  return describeEnsemble(sortedEnsemble([...new Set(masterList.split(','))])) === describeEnsemble(ensemble);
}

function failed(reason: string, remedy: string): Outcome {
  return { kind: 'failed', reason, evidence: [], remedy };
}

function unknown(reason: string, address: Address): Outcome {
  return { kind: 'unknown', reason, evidence: [], remedy: `see that commands reach ${address}, then go on` };
}
