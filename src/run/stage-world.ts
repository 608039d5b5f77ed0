// Which state of a stage the observations amount to, or why they amount to none.

import {
  type Address,
  addressesIn,
  describeEnsemble,
  type Ensemble,
  idOf,
  sameEnsemble,
} from '../model/ensemble.js';
import type { ZooKeeperFamily } from '../model/family.js';
import type { Stage } from '../plan/plan.js';
import type { Holds, ServerState, StageWorld } from '../plan/world.js';
import type { Failure } from './failure.js';
import type { HostObservation } from './platform.js';
import { leadersOf, type Sighting } from './sighting.js';

/** What the journal adds to what is seen. */
export interface StageContext {
  readonly stage: Stage;
  readonly family: ZooKeeperFamily;
  /** What our installs of this stage leave on a disk. */
  readonly stamp: string;
  /** The hosts of steps that were begun and not seen to end: they may be half-way. */
  readonly touching: readonly Address[];
  /** Hosts whose data differed: they start again from an empty disk, marked by a stamp of its own. */
  readonly reseeds: readonly Address[];
  /** Members whose machines are gone for good: nobody asks them. */
  readonly gone?: readonly Address[];
  /** Whether the stage has begun: before that, every member of its first ensemble must be up. */
  readonly begun: boolean;
}

/** A state of the stage, or the first observation that fits none. */
export type WorldReading =
  /** `unwritten`: servers that run with the right list, while a step that broke off left another one in their file. */
  | { readonly kind: 'world'; readonly world: StageWorld; readonly unwritten: readonly Address[] }
  | { readonly kind: 'refused'; readonly failure: Failure };

/** Reads the state of a stage off what was seen. Never guesses: what fits no state of the stage is refused. */
export function readStageWorld(context: StageContext, sighting: Sighting): WorldReading {
  const { stage } = context;
  const addresses = addressesIn(stage.from, stage.ensemble);
  const servers: ServerState[] = [];
  for (const address of addresses) {
    const server = readServer(context, sighting, address);
    if ('code' in server) return { kind: 'refused', failure: server };
    servers.push(server);
  }
  const leaders = leadersOf(sighting.services).filter((address) => addresses.includes(address));
  if (leaders.length > 1) return { kind: 'refused', failure: twoLeaders(leaders, sighting) };
  return {
    kind: 'world',
    unwritten: context.touching.filter((address) => isUnwritten(context, sighting, address)),
    world: {
      from: stage.from,
      to: stage.ensemble,
      fresh: stage.fresh,
      ...(context.reseeds.length > 0 ? { reseeds: context.reseeds } : {}),
      ...(context.gone === undefined || context.gone.length === 0 ? {} : { gone: context.gone }),
      fullStop: stage.fullStop,
      family: context.family,
      servers,
      leader: leaders[0] ?? null,
    },
  };
}

function isUnwritten({ stage }: StageContext, { hosts, services }: Sighting, address: Address): boolean {
  const host = hosts.get(address);
  const loaded = services.get(address)?.ensemble ?? null;
  if (host === undefined || host.kind === 'unknown' || !host.running || loaded === null) return false;
  return sameEnsemble(loaded, stage.ensemble) && !sameEnsemble(host.ensemble ?? [], stage.ensemble);
}

/** What a re-seeded disk carries, so that it is told from the one before. */
export function reseedStamp(stamp: string): string {
  return `${stamp}/reseed`;
}

function readServer(context: StageContext, sighting: Sighting, address: Address): ServerState | Failure {
  const host = sighting.hosts.get(address);
  if (context.gone?.includes(address) === true && !context.stage.fresh.includes(address))
    return { address, running: false, fenced: true, installed: true, holds: 'from' };
  if (host === undefined || host.kind === 'unknown')
    return hostUnknown(address, host?.reason ?? 'it was not asked');
  const { stage } = context;
  const fenced = !host.running && !host.enabled;
  const reseed = context.reseeds.includes(address);
  const fresh = reseed || stage.fresh.includes(address);
  const stamped = host.stamp === (reseed ? reseedStamp(context.stamp) : context.stamp);
  // An install that broke off before its first start left a stamp and no data: it is done again.
  const installed = !fresh || (stamped && (host.running || host.hasData));
  const base = { address, running: host.running, fenced, installed };
  if (idOf(stage.ensemble, address) === undefined) return { ...base, holds: 'from' };
  if (!installed) {
    const rebuilt = idOf(stage.from, address) !== undefined;
    if (host.running && !rebuilt && !reseed && !context.touching.includes(address)) return strangerRuns(host);
    const held = reseed ? listHeld(context, sighting, host) : rebuilt ? 'from' : 'nothing';
    if (typeof held === 'string') return { ...base, holds: held };
    // A re-seed that broke off may have left half a file.
    return host.running ? held : { ...base, holds: rebuilt ? 'from' : 'nothing' };
  }
  const holds = listHeld(context, sighting, host);
  if (typeof holds !== 'string') return holds;
  if (!host.running && !mayBeDown(context, address)) return memberDown(host, sighting);
  return { ...base, holds };
}

/** Down by our own doing: half-way through its step, in a full stop, or coming back with its own disk (a rollback). */
function mayBeDown({ stage, touching, begun }: StageContext, address: Address): boolean {
  const returns = idOf(stage.from, address) === undefined && !stage.fresh.includes(address);
  return touching.includes(address) || returns || (stage.fullStop && begun);
}

function listHeld(context: StageContext, sighting: Sighting, host: HostObservation): Holds | Failure {
  const { stage } = context;
  const service = sighting.services.get(host.address);
  const loaded = host.running ? (service?.ensemble ?? null) : null;
  const staleProcess =
    host.startedAt !== null && host.configuredAt !== null && host.startedAt < host.configuredAt;
  if (loaded === null && staleProcess) {
    // The process has not read the file: only our own interrupted upgrade leaves a member so.
    return context.touching.includes(host.address)
      ? 'from'
      : unexpectedList(host, 'its configuration was changed after it started');
  }
  const list = loaded ?? host.ensemble;
  if (list === null) return unexpectedList(host, 'no server list was found');
  const holds = sameEnsemble(list, stage.ensemble) ? 'to' : sameEnsemble(list, stage.from) ? 'from' : null;
  if (holds === null) return unexpectedList(host, `it holds ${describeEnsemble(list)}`, stage);
  const held: Ensemble = holds === 'to' ? stage.ensemble : stage.from;
  if (!staleProcess && host.serverId !== (idOf(held, host.address) ?? null)) {
    return unexpectedList(host, `its myid is ${host.serverId ?? 'missing'}`, stage);
  }
  return holds;
}

/** A host that can't be asked. */
export function hostUnknown(address: Address, reason: string): Failure {
  return {
    code: 'host-unknown',
    blame: 'cluster',
    message: `${address} can't be asked: ${reason}`,
    seen: [`${address}: ${reason}`],
    expected: 'every host of the stage describes its server',
    next: [`see to what keeps commands from ${address}, then resume`],
  };
}

/** Something runs on a newcomer that this run did not start. */
export function strangerRuns(host: HostObservation): Failure {
  return {
    code: 'leftover-data',
    blame: 'operator',
    message: `a ZooKeeper that this run did not install runs on the newcomer ${host.address}`,
    seen: [
      `${host.address}: running since ${when(host.startedAt)}, stamp ${host.stamp ?? 'none'}`,
      ...remarksOf(host),
    ],
    expected: 'nothing runs on a newcomer before its install',
    next: [`stop that server and clear its data on ${host.address}, then resume`],
  };
}

/** A member that should run does not. */
export function memberDown(host: HostObservation, sighting: Sighting): Failure {
  return {
    code: 'member-down',
    blame: 'cluster',
    message: `${host.address} is down, and not by this run`,
    seen: [
      `${host.address}: no process; ${sighting.services.get(host.address)?.evidence ?? 'no answer'}`,
      ...remarksOf(host),
    ],
    expected: 'every member that is not being worked on runs',
    next: [`find out why it ended (its log on ${host.address}), start it again, then resume`],
  };
}

function unexpectedList(host: HostObservation, what: string, stage?: Stage): Failure {
  return {
    code: 'unexpected-configuration',
    blame: 'operator',
    message: `${host.address} is not configured as this stage knows it: ${what}`,
    seen: [
      `${host.address}: myid ${host.serverId ?? 'missing'}, list ${host.ensemble ? describeEnsemble(host.ensemble) : 'missing'}`,
      ...remarksOf(host),
    ],
    expected: stage
      ? `${describeEnsemble(stage.from)} before its step, ${describeEnsemble(stage.ensemble)} after it`
      : 'a server that runs on the list in its file',
    next: [
      `see who changed the configuration of ${host.address}, give it back the list that is expected, then resume`,
    ],
  };
}

/** Two servers lead at once: nothing may be touched. */
export function twoLeaders(leaders: readonly Address[], sighting: Pick<Sighting, 'services'>): Failure {
  return {
    code: 'two-leaders',
    blame: 'cluster',
    message: `two servers lead at once: ${leaders.join(' and ')}`,
    seen: leaders.map((address) => `${address}: ${sighting.services.get(address)?.evidence ?? ''}`),
    expected: 'exactly one leader over the old and the new addresses',
    next: [
      'do not restart or upgrade anything',
      'stop the servers that do not belong to the majority of the last safe ensemble and keep their disks',
    ],
  };
}

function remarksOf({ address, remarks }: HostObservation): readonly string[] {
  return (remarks ?? []).map((remark) => `${address}: ${remark}`);
}

function when(ms: number | null): string {
  return ms === null ? 'unknown' : new Date(ms).toISOString();
}
