// How the members of a cluster stand, as a table.

import { type Ensemble, idOf, quorumOf } from '../model/ensemble.js';
import type { ServiceObservation } from '../run/platform.js';
import { leadersOf, type Sighting } from '../run/sighting.js';
import { markdownTable, table } from './figures.js';
import { plainPalette, type Palette } from './palette.js';

/** One host of `status`, as JSON. */
export interface MemberStatus {
  readonly id: number | null;
  readonly address: string;
  readonly mode: string | null;
  readonly epoch: number | null;
  readonly zxid: string | null;
  readonly version: string | null;
  readonly running: boolean | null;
  readonly enabled: boolean | null;
  /** Why the host could not be asked about its process and files; null when it was. */
  readonly unasked: string | null;
}

/** The document `succession.status/1`. */
export interface ClusterStatus {
  readonly schema: 'succession.status/1';
  readonly cluster: string;
  readonly leader: string | null;
  /** How many further servers may fail; -1 without a quorum. */
  readonly margin: number;
  readonly members: readonly MemberStatus[];
  /** The run that holds the cluster's lock, when one is known. */
  readonly run: string | null;
  /** Exhibitor, Mesos and the agents; absent for a plain ensemble. */
  readonly services?: ServiceStanding | undefined;
}

/** The services beside ZooKeeper; null: not told. */
export interface ServiceStanding {
  readonly masters: readonly {
    readonly address: string;
    readonly exhibitor: string | null;
    readonly mesos: { readonly elected: boolean; readonly recovered: boolean } | null;
  }[];
  readonly agents: {
    readonly listed: number;
    readonly registered: number;
    readonly others: readonly string[];
  };
  /** Why Mesos can't be asked under strict security; null: it can. */
  readonly login?: string | null | undefined;
}

/** The status of a cluster. In the middle of a change the leader's own list counts, not `expected`. */
export function clusterStatus(
  cluster: string,
  expected: Ensemble,
  sighting: Sighting,
  run: string | null,
  services: ServiceStanding | null,
): ClusterStatus {
  const leaders = leadersOf(sighting.services);
  const leader = leaders.length === 1 ? (leaders[0] ?? null) : null;
  const leading = leader === null ? undefined : sighting.hosts.get(leader);
  const ensemble = (leading?.kind === 'observed' ? leading.ensemble : null) ?? expected;
  const members = [...sighting.services.values()].map((service) => memberStatus(service, sighting, ensemble));
  const voices = members.filter((member) => member.mode !== null && member.mode !== 'observer');
  const serving = new Set(voices.flatMap((member) => (member.id === null ? [] : [member.id]))).size;
  const quorum = quorumOf(ensemble.length);
  return {
    schema: 'succession.status/1',
    cluster,
    leader,
    margin: serving >= quorum ? serving - quorum : -1,
    members: members.sort((a, b) => (a.id ?? 256) - (b.id ?? 256)),
    run,
    ...(services === null ? {} : { services }),
  };
}

function memberStatus(service: ServiceObservation, sighting: Sighting, ensemble: Ensemble): MemberStatus {
  const host = sighting.hosts.get(service.address);
  const seen = host?.kind === 'observed' ? host : null;
  return {
    // A newcomer that the leader's list does not name yet serves under the id that it claims.
    id:
      idOf(ensemble, service.address) ??
      (service.mode === null ? null : (seen?.serverId ?? service.serverId)),
    address: service.address,
    mode: service.mode,
    epoch: service.epoch,
    zxid: service.zxid,
    version: service.version,
    running: seen?.running ?? null,
    enabled: seen?.enabled ?? null,
    unasked: host?.kind === 'unknown' ? host.reason : null,
  };
}

function roleWithoutMode({ running }: MemberStatus): string {
  if (running === null) return 'unknown';
  return running ? 'not serving' : 'stopped';
}

/** The table, with one line on what may still fail. */
export function statusText(status: ClusterStatus, palette: Palette): string {
  const lines = [
    palette.strong(statusTitle(status)),
    ...table(statusRows(status)),
    ...statusNotes(status, palette),
  ];
  return `${lines.join('\n')}\n`;
}

/** The same for a ticket. */
export function statusMarkdown(status: ClusterStatus): string {
  const notes = statusNotes(status, plainPalette).map((line) => `- ${line}`);
  return `# ${statusTitle(status)}\n\n${markdownTable(statusRows(status)).join('\n')}\n\n${notes.join('\n')}\n`;
}

function statusTitle({ cluster, leader }: ClusterStatus): string {
  return `${cluster}: ${leader ?? 'nobody'} leads`;
}

function statusRows({ members, services }: ClusterStatus): readonly (readonly (string | number)[])[] {
  const heads = services === undefined ? [] : ['exhibitor', 'mesos'];
  return [
    ['id', 'address', 'role', 'epoch', 'version', 'starts at boot', ...heads],
    ...members.map((member) => [
      member.id ?? '-',
      member.address,
      member.mode ?? roleWithoutMode(member),
      member.epoch ?? '-',
      member.version ?? '-',
      member.enabled === null ? '-' : member.enabled ? 'yes' : 'no',
      ...serviceCells(services, member.address),
    ]),
  ];
}

function statusNotes(status: ClusterStatus, palette: Palette): readonly string[] {
  return [
    status.margin < 0
      ? palette.bad('No quorum.')
      : status.margin === 0
        ? palette.warn('One more failure stops the service.')
        : palette.good(`${status.margin} more may fail.`),
    ...agentLines(status.services, palette),
    ...(typeof status.services?.login === 'string'
      ? [palette.warn(`Mesos can't be asked: ${status.services.login}`)]
      : []),
    ...status.members.flatMap(({ address, unasked }) =>
      unasked === null ? [] : [palette.warn(`${address} could not be asked: ${unasked}`)],
    ),
    ...(status.run === null ? [] : [`Run ${status.run} holds the cluster's lock.`]),
  ];
}

function serviceCells(services: ServiceStanding | undefined, address: string): readonly string[] {
  if (services === undefined) return [];
  const { exhibitor = null, mesos = null } = services.masters.find((one) => one.address === address) ?? {};
  if (mesos === null) return [exhibitor ?? '-', '-'];
  const words = [...(mesos.elected ? ['elected'] : []), mesos.recovered ? 'recovered' : 'not recovered'];
  return [exhibitor ?? '-', words.join(', ')];
}

/** Beyond them only a number. */
const mostNamed = 5;

function agentLines(services: ServiceStanding | undefined, palette: Palette): readonly string[] {
  if (services === undefined || services.agents.listed === 0) return [];
  const { listed, registered, others } = services.agents;
  const line = `Agents registered: ${registered} of ${listed}`;
  if (others.length === 0) return [palette.good(`${line}.`)];
  const more = others.length > mostNamed ? ` and ${others.length - mostNamed} more` : '';
  return [palette.warn(`${line}; not ${others.slice(0, mostNamed).join(', ')}${more}.`)];
}
