// The duty before a run that keeps what a run may change and nobody else keeps: the configuration, and the IAM's database.

import type { Address } from '../../../model/ensemble.js';
import type { Transport } from '../../../remote/transport.js';
import type { Duty, DutyContext, DutyReading } from '../../../run/duty.js';
import type { Outcome } from '../../../run/platform.js';
import {
  backupName,
  backupScript,
  dumpIamScript,
  forgetIamScript,
  findBackupScript,
  findIamScript,
  iamBackupPath,
  keepIamScript,
  sendIamScript,
  valuesOf,
} from '../configuration/bootstrap-scripts.js';
import { askHost, type ConfiguredCluster } from '../configuration/configuration-work.js';
import { storesOf } from './stores.js';
import { dcosVersion } from '../versions.js';

/** What is needed of a cluster file. */
export interface BackedUpCluster extends ConfiguredCluster {
  readonly dcos: { readonly version: string; readonly variant: 'open' | 'enterprise' };
}

const dumpMs = 600_000;

/**
 * `masters`: who may dump the IAM's database, in that order; the dump goes to the bootstrap node, whichever of them leaves.
 * Never stops anything: a copy of ZooKeeper's data would cost a member (docs/decisions/0012).
 */
export function backupDuty(
  cluster: BackedUpCluster,
  transport: Transport,
  masters: readonly Address[],
): Duty {
  const { bootstrap } = cluster;
  const file = `${bootstrap.directory}/genconf/config.yaml`;
  // What went wrong when it was tried: told by the next look, where it can be waived.
  let trouble: string | null = null;
  return {
    id: 'backup',
    kind: 'backup',
    sentence: `keep a copy of ${file}${storesOf(cluster).cockroach ? ' and of the IAM database' : ''}`,
    waivable: true,
    look: async (context) => {
      const copy = await askHost(
        transport,
        bootstrap.address,
        findBackupScript(bootstrap, context.id),
        context,
      );
      const reason = copy.kind === 'failed' ? copy.reason : trouble;
      if (copy.kind === 'failed' || reason !== null) return refused(reason ?? '');
      const sha = copy.values.get('backup');
      if (sha === undefined) return { kind: 'to-do', evidence: [`there is no copy of ${file} yet`] };
      const iam = storesOf(cluster).cockroach ? await findDump(cluster, transport, context) : [];
      if (iam === null) {
        const evidence = [`there is no dump of the IAM database on ${bootstrap.address} yet`];
        return { kind: 'to-do', evidence };
      }
      const kept = `${bootstrap.directory}/genconf/${backupName(context.id)} on ${bootstrap.address}, sha256 ${sha}`;
      return { kind: 'done', evidence: [kept, ...iam, ...notKept(cluster)] };
    },
    perform: async (context): Promise<Outcome> => {
      const left: string[] = [];
      trouble = await keep(cluster, transport, masters, context, left);
      if (trouble === null) return { kind: 'done', evidence: left };
      return { kind: 'unknown', reason: trouble, evidence: [], remedy: 'see the failure' };
    },
  };
}

/** Why it could not be kept, or null. `left`: gets what stayed on masters although it should not. */
async function keep(
  cluster: BackedUpCluster,
  transport: Transport,
  masters: readonly Address[],
  context: DutyContext,
  left: string[],
): Promise<string | null> {
  const { bootstrap } = cluster;
  const copy = await askHost(transport, bootstrap.address, backupScript(bootstrap, context.id), context);
  if (copy.kind === 'failed') return copy.reason;
  if (!storesOf(cluster).cockroach || (await findDump(cluster, transport, context)) !== null) return null;
  const reasons: string[] = [];
  for (const master of masters) {
    context.say(`dumping the IAM database on ${master}`);
    const dump = await askHost(transport, master, dumpIamScript(context.id), context, undefined, dumpMs);
    const trouble = dump.kind === 'failed' ? dump.reason : await bring(cluster, transport, master, context);
    const stayed = master === bootstrap.address ? null : await forget(transport, master, context);
    if (stayed !== null) left.push(stayed);
    if (trouble === null) return null;
    reasons.push(trouble);
  }
  return `no dump of the IAM database: ${reasons.join('; ')}`;
}

/** Brings the dump to the bootstrap node: a master may leave, or lose its disk. Null when it is there, whole. */
async function bring(
  { bootstrap }: BackedUpCluster,
  transport: Transport,
  master: Address,
  context: DutyContext,
): Promise<string | null> {
  const made = await askHost(transport, master, findIamScript(context.id), context);
  if (made.kind === 'failed') return made.reason;
  const options = { timeoutMs: dumpMs, signal: context.signal };
  const sent = await transport.run(master, sendIamScript(context.id), options);
  if (sent.kind === 'unknown') return `${master}: ${sent.reason}`;
  if (sent.status !== 0) return `${master}: the dump can't be read (status ${sent.status})`;
  const script = keepIamScript(context.id, made.values.get('sum') ?? '');
  const kept = await transport.run(bootstrap.address, script, { ...options, stdin: sent.stdout });
  if (kept.kind === 'unknown') return `${bootstrap.address}: ${kept.reason}`;
  if (kept.status === 0) return null;
  return `${bootstrap.address}: ${valuesOf(kept.stdout).get('failed') ?? `status ${kept.status}`}`;
}

/** What stayed on the master although it should not; null when nothing did. */
async function forget(transport: Transport, master: Address, context: DutyContext): Promise<string | null> {
  const options = { timeoutMs: dumpMs, signal: context.signal };
  const gone = await transport.run(master, forgetIamScript(context.id), options);
  if (gone.kind === 'exited' && gone.status === 0) return null;
  return `${master}: ${iamBackupPath(context.id)} could not be removed; remove it, it holds what users log in with`;
}

/** Null when the bootstrap node has none. */
async function findDump(
  { bootstrap }: BackedUpCluster,
  transport: Transport,
  context: DutyContext,
): Promise<readonly string[] | null> {
  const answer = await askHost(transport, bootstrap.address, findIamScript(context.id), context);
  const values = answer.kind === 'answered' ? answer.values : new Map<string, string>();
  const [bytes, sum] = [values.get('iam')?.trim(), values.get('sum')];
  if (bytes === undefined || sum === undefined) return null;
  return [`${iamBackupPath(context.id)} on ${bootstrap.address}, ${bytes} bytes, sha256 ${sum}`];
}

/** What is not kept, and how to (the manual of 1.11, replacing a master node; `packages/etcd/README.md` in dcos/dcos). */
function notKept({ dcos }: BackedUpCluster): readonly string[] {
  const { zookeeperBackup = false, etcd = false } = dcosVersion(dcos.version) ?? {};
  const how = zookeeperBackup
    ? '`/opt/mesosphere/bin/dcos-shell dcos-zk backup FILE.tar.gz`'
    : 'archive /var/lib/dcos/exhibitor/zookeeper without myid';
  return [
    `ZooKeeper's data was not copied, because that takes a member down: by hand, on one follower, with dcos-exhibitor stopped: ${how}, then start it again`,
    ...(etcd
      ? [
          "etcd's data was not copied: by hand, on any master: `/opt/mesosphere/bin/dcos-shell dcos-etcdctl backup FILE.tar.gz`",
        ]
      : []),
  ];
}

function refused(reason: string): DutyReading {
  return {
    kind: 'refused',
    failure: {
      code: 'backup',
      blame: 'cluster',
      message: `a copy could not be made, or not be looked for: ${reason}`,
      seen: [],
      expected: 'the configuration, and the IAM database where there is one, are kept',
      next: [
        'see that the host answers and has room, then resume',
        'or copy it by hand, and resume with --waive backup',
      ],
    },
  };
}
