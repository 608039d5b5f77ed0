// What commands need to know of a cluster, whatever its kind: its file, read, and the ports behind it.

import { parse } from 'yaml';
import { type Address, type Ensemble, idOf, type IdPolicy, sortedEnsemble } from '../model/ensemble.js';
import type { Checked } from '../model/fault.js';
import type { Plan, PlatformName } from '../plan/plan.js';
import type { ServiceGate } from '../plan/service-findings.js';
import { readDocument } from '../platform/cluster-document.js';
import { type DcosCluster, parseDcosClusterFile, updateMasters } from '../platform/dcos/cluster-file.js';
import { clientPort, dcosPlatform } from '../platform/dcos/platform.js';
import { dcosSurroundings } from '../platform/dcos/surroundings.js';
import { dcosVersion } from '../platform/dcos/versions.js';
import type { NotifySettings } from '../platform/notify-settings.js';
import { transportFor } from '../platform/transport-for.js';
import { clientReach, type ClientReach } from '../platform/zookeeper/client-reach.js';
import { updateClusterFile } from '../platform/zookeeper/cluster-file-edit.js';
import { type Cluster, parseClusterFile } from '../platform/zookeeper/cluster-file.js';
import { zookeeperPlatform } from '../platform/zookeeper/platform.js';
import type { Transport } from '../remote/transport.js';
import type { Surroundings } from '../run/duty.js';
import type { Platform } from '../run/platform.js';
import { settingsForPlan } from '../run/session.js';
import { type RunSettings, supervisedSettings } from '../run/settings.js';
import { tickOf } from './tick.js';

/** A cluster as its file describes it. */
export interface LiveCluster {
  readonly name: string;
  readonly platform: PlatformName;
  readonly idPolicy: IdPolicy;
  /** The members expected now. */
  readonly ensemble: Ensemble;
  /** The ZooKeeper that is expected to run. */
  readonly zookeeperVersion: string;
  /** The hosts that the file names; `others`: whether a plan may speak of more. */
  readonly hosts: { readonly listed: readonly Address[]; readonly others: 'allowed' | 'unknown' };
  /** When the services of a restarted member may start; null where there are none. */
  readonly serviceGate: ServiceGate | null;
  /** The key of the file that names the members. */
  readonly membersKey: string;
  /** Who is told of runs, as the file says; null when it says nothing. */
  readonly notify: NotifySettings | null;
  /** For the lock and the canary. */
  readonly reach: ClientReach;
  /** Close it. */
  transport(): Transport;
  platformOver(transport: Transport): Platform;
  /** The work around the stages of a plan; null where there is none. */
  surroundingsOver(transport: Transport, plan: Plan): Surroundings | null;
  /** Null for a plain ensemble. */
  readonly dcos: DcosCluster | null;
  settingsFor(plan: Plan): RunSettings;
  /** Writes these members into the file at `path`; every other byte stays. */
  updateMembers(path: string, ensemble: Ensemble): Promise<Checked<string>>;
}

/** Reads a cluster file of either kind: the cluster, or everything that is wrong with the file, with its lines. */
export async function readLiveCluster(path: string): Promise<Checked<LiveCluster>> {
  const text = await readDocument(path);
  if (!text.ok) return text;
  if (platformIn(text.value) === 'dcos') {
    const parsed = parseDcosClusterFile(text.value, path);
    return parsed.ok ? { ok: true, value: liveDcos(parsed.value) } : parsed;
  }
  const parsed = parseClusterFile(text.value, path);
  return parsed.ok ? { ok: true, value: liveZookeeper(parsed.value) } : parsed;
}

/** What the file says that it is of. What is no document at all is told by whoever reads the whole. */
function platformIn(text: string): unknown {
  try {
    const document: unknown = parse(text);
    return document !== null && typeof document === 'object' && 'platform' in document
      ? document.platform
      : undefined;
  } catch {
    return undefined;
  }
}

/** A plain ensemble. */
export function liveZookeeper(cluster: Cluster): LiveCluster {
  return {
    name: cluster.name,
    platform: 'zookeeper',
    idPolicy: cluster.idPolicy,
    ensemble: cluster.ensemble,
    zookeeperVersion: cluster.zookeeper.version,
    hosts: { listed: cluster.hosts.map((host) => host.address), others: 'unknown' },
    serviceGate: null,
    membersKey: 'ensemble',
    notify: cluster.notify ?? null,
    reach: clientReach(cluster),
    transport: () => transportFor(cluster),
    platformOver: (transport) => zookeeperPlatform(cluster, transport),
    surroundingsOver: () => null,
    dcos: null,
    settingsFor: (plan) => settingsForPlan(plan, tickOf(cluster)),
    updateMembers: (path, ensemble) => updateClusterFile(path, ensemble),
  };
}

/** `tickTime` in DC/OS (`packages/exhibitor/extra/start_exhibitor.py` in dcos/dcos). */
const dcosTickMs = 2000;

function liveDcos(cluster: DcosCluster): LiveCluster {
  const version = dcosVersion(cluster.dcos.version);
  return {
    name: cluster.name,
    platform: 'dcos',
    idPolicy: 'sorted',
    ensemble: sortedEnsemble(cluster.masters),
    zookeeperVersion: version?.zookeeper ?? '3.4.8',
    hosts: { listed: cluster.masters, others: 'allowed' },
    serviceGate: version?.bootstrapGate ?? null,
    membersKey: 'masters',
    notify: cluster.notify ?? null,
    reach: { clientPort, dial: (address) => address },
    transport: () => transportFor({ transport: 'ssh', ssh: cluster.ssh }),
    platformOver: (transport) => dcosPlatform(cluster, transport),
    surroundingsOver: (transport, plan) => dcosSurroundings(cluster, transport, plan),
    dcos: cluster,
    settingsFor: (plan) => ({
      ...supervisedSettings(dcosTickMs, plan.expected.unavailableMs),
      settleMs: cluster.settleMs,
    }),
    updateMembers: (path, ensemble) =>
      updateMasters(
        path,
        ensemble.map((member) => member.address),
      ),
  };
}

/** Every address that the cluster or the plan knows, those of the plan's end first: they outlast the run. */
export function addressesOf(cluster: LiveCluster, plan: Plan | null): readonly Address[] {
  const planned = plan === null ? [] : [plan.to, plan.from, ...plan.stages.map((stage) => stage.ensemble)];
  const members = [...planned, cluster.ensemble].flat().map((member) => member.address);
  return [...new Set([...members, ...cluster.hosts.listed])];
}

/** The plan's addresses that the cluster can't reach, since its file does not list them. */
export function strangersIn(cluster: LiveCluster, plan: Plan): readonly Address[] {
  if (cluster.hosts.others === 'allowed') return [];
  const { listed } = cluster.hosts;
  const named = [plan.from, plan.to].flat().map((member) => member.address);
  return [...new Set(named)].filter((address) => !listed.includes(address));
}

/** The plan's first members that the file does not have under their ids. */
export function foreignIn(cluster: LiveCluster, plan: Plan): Ensemble {
  return plan.from.filter((member) => idOf(cluster.ensemble, member.address) !== member.id);
}
