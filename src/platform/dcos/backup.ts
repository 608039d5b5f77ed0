// The duty before a run that keeps what a run may change and nobody else keeps: the configuration, and the IAM's database.

import type { Address } from '../../model/ensemble.js';
import type { Transport } from '../../remote/transport.js';
import type { Duty, DutyContext, DutyReading } from '../../run/duty.js';
import type { Outcome } from '../../run/platform.js';
import {
  backupName,
  backupScript,
  dumpIamScript,
  findBackupScript,
  findIamScript,
  iamBackupPath,
} from './bootstrap-scripts.js';
import { askHost, type ConfiguredCluster } from './configuration-work.js';
import { dcosVersion } from './versions.js';

/** What is needed of a cluster file. */
export interface BackedUpCluster extends ConfiguredCluster {
  readonly dcos: { readonly version: string; readonly variant: 'open' | 'enterprise' };
  readonly masters: readonly Address[];
}

const dumpMs = 600_000;

/** Never stops anything: a copy of ZooKeeper's data would cost a member, and is left to a person. */
export function backupDuty(cluster: BackedUpCluster, transport: Transport): Duty {
  const { bootstrap } = cluster;
  const file = `${bootstrap.directory}/genconf/config.yaml`;
  // What went wrong when it was tried: told by the next look, where it can be waived.
  let trouble: string | null = null;
  return {
    id: 'backup',
    kind: 'backup',
    sentence: `keep a copy of ${file}${hasIam(cluster) ? ' and of the IAM database' : ''}`,
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
      const iam = hasIam(cluster) ? await findDump(cluster, transport, context) : [];
      if (iam === null) return { kind: 'to-do', evidence: ['there is no dump of the IAM database yet'] };
      const kept = `${bootstrap.directory}/genconf/${backupName(context.id)} on ${bootstrap.address}, sha256 ${sha}`;
      return { kind: 'done', evidence: [kept, ...iam, notKept(cluster)] };
    },
    perform: async (context): Promise<Outcome> => {
      trouble = await keep(cluster, transport, context);
      if (trouble === null) return { kind: 'done', evidence: [] };
      return { kind: 'unknown', reason: trouble, evidence: [], remedy: 'see the failure' };
    },
  };
}

/** Why it could not be kept, or null. */
async function keep(
  cluster: BackedUpCluster,
  transport: Transport,
  context: DutyContext,
): Promise<string | null> {
  const { bootstrap, masters } = cluster;
  const copy = await askHost(transport, bootstrap.address, backupScript(bootstrap, context.id), context);
  if (copy.kind === 'failed') return copy.reason;
  if (!hasIam(cluster) || (await findDump(cluster, transport, context)) !== null) return null;
  const reasons: string[] = [];
  for (const master of masters) {
    context.say(`dumping the IAM database on ${master}`);
    const dump = await askHost(transport, master, dumpIamScript(context.id), context, undefined, dumpMs);
    if (dump.kind === 'answered') return null;
    reasons.push(dump.reason);
  }
  return `no dump of the IAM database: ${reasons.join('; ')}`;
}

function hasIam({ dcos }: BackedUpCluster): boolean {
  const cockroach = dcosVersion(dcos.version)?.cockroach ?? 'none';
  return cockroach === 'both' || (cockroach === 'enterprise' && dcos.variant === 'enterprise');
}

/** Null when no master has one. */
async function findDump(
  cluster: BackedUpCluster,
  transport: Transport,
  context: DutyContext,
): Promise<readonly string[] | null> {
  const answers = await Promise.all(
    cluster.masters.map((master) => askHost(transport, master, findIamScript(context.id), context)),
  );
  const found = answers.flatMap((answer, index) => {
    const bytes = answer.kind === 'answered' ? answer.values.get('iam')?.trim() : undefined;
    const path = iamBackupPath(context.id);
    return bytes === undefined ? [] : [`${path} on ${cluster.masters[index] ?? ''}, ${bytes} bytes`];
  });
  return found.length === 0 ? null : found;
}

/** What is not kept, and how to (the manual of 1.11, replacing a master node). */
function notKept({ dcos }: BackedUpCluster): string {
  const how =
    dcosVersion(dcos.version)?.zookeeperBackup === true
      ? '`/opt/mesosphere/bin/dcos-shell dcos-zk backup FILE.tar.gz`'
      : 'archive /var/lib/dcos/exhibitor/zookeeper without myid';
  return `ZooKeeper's data was not copied, because that takes a member down: by hand, on one follower, with dcos-exhibitor stopped: ${how}, then start it again`;
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
