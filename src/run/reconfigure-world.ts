// Which state of a stage by reconfiguration the observations amount to, or why they amount to none.

import {
  type Address,
  addressesIn,
  describeEnsemble,
  type Ensemble,
  idOf,
  sameEnsemble,
} from '../model/ensemble.js';
import { changesList } from '../plan/predict-reconfigure.js';
import type { PlannedStep } from '../plan/schedule.js';
import type { Holds, ServerState } from '../plan/world.js';
import type { Failure } from './failure.js';
import type { HostObservation } from './platform.js';
import { leadersOf, type Sighting } from './sighting.js';
import {
  hostUnknown,
  memberDown,
  reseedStamp,
  type StageContext,
  strangerRuns,
  twoLeaders,
  type WorldReading,
} from './stage-world.js';

/**
 * Whether the ensemble must have been settled for a while before this step: a change of the list needs a quorum of both
 * lists, and the end of a stage is the beginning of the next. A server without a vote may stop at any time.
 */
export function mustSettle(next: PlannedStep | undefined): boolean {
  return next === undefined || changesList(next.kind);
}

/**
 * Reads the state of a stage by reconfiguration: the leader tells the list that is in force; who runs, and whose disk
 * this stage has begun, the hosts tell. While nobody leads, the newest list on a member's disk stands for it.
 */
export function readReconfigureWorld(context: StageContext, sighting: Sighting): WorldReading {
  const { stage } = context;
  const addresses = addressesIn(stage.from, stage.ensemble);
  const leaders = leadersOf(sighting.services).filter((address) => addresses.includes(address));
  if (leaders.length > 1) return refused(twoLeaders(leaders, sighting));
  const leader = leaders[0] ?? null;
  const configuration = listInForce(context, sighting, leader);
  if ('code' in configuration) return refused(configuration);
  const servers: ServerState[] = [];
  for (const address of addresses) {
    const server = readServer(context, sighting, address, configuration);
    if ('code' in server) return refused(server);
    servers.push(server);
  }
  const { from, ensemble: to, fullStop } = stage;
  // A leader that has just taken itself out still says that it leads: whoever it named will say so in a moment.
  const inOffice = leader !== null && idOf(configuration, leader) !== undefined ? leader : null;
  const world = {
    from,
    to,
    fresh: stage.fresh,
    ...(context.reseeds.length > 0 ? { reseeds: context.reseeds } : {}),
    fullStop,
    family: context.family,
    servers,
    leader: inOffice,
    configuration,
  };
  return { kind: 'world', unwritten: [], world };
}

function refused(failure: Failure): WorldReading {
  return { kind: 'refused', failure };
}

function listInForce(context: StageContext, sighting: Sighting, leader: Address | null): Ensemble | Failure {
  const { stage, begun } = context;
  const service = leader === null ? undefined : sighting.services.get(leader);
  if (service !== undefined && (service.ensemble === null || service.listVersion === '0x0'))
    return notReconfigurable(
      service.address,
      service.ensemble === null ? 'it does not tell its list (`conf`)' : 'it runs with reconfigEnabled=false',
    );
  const list = service?.ensemble ?? newestOnDisk(sighting) ?? stage.from;
  const strangers = list.filter(
    (member) =>
      idOf(stage.from, member.address) !== member.id && idOf(stage.ensemble, member.address) !== member.id,
  );
  const stays = stage.from.filter((member) => idOf(stage.ensemble, member.address) === member.id);
  const missing = stays.filter((member) => idOf(list, member.address) === undefined);
  if (strangers.length > 0 || missing.length > 0 || (!begun && !sameEnsemble(list, stage.from)))
    return foreignList(list, context, leader);
  return list;
}

function newestOnDisk({ hosts }: Sighting): Ensemble | null {
  const lists = [...hosts.values()].flatMap((host) =>
    host.kind === 'observed' && host.ensemble !== null && typeof host.listVersion === 'string'
      ? [{ version: BigInt(host.listVersion), ensemble: host.ensemble }]
      : [],
  );
  const newest = lists.sort((a, b) => (a.version < b.version ? 1 : a.version > b.version ? -1 : 0));
  return newest[0]?.ensemble ?? null;
}

function readServer(
  context: StageContext,
  sighting: Sighting,
  address: Address,
  configuration: Ensemble,
): ServerState | Failure {
  const host = sighting.hosts.get(address);
  if (host === undefined || host.kind === 'unknown')
    return hostUnknown(address, host?.reason ?? 'it was not asked');
  const { stage, touching } = context;
  const installed = isInstalled(context, host);
  const isMember = idOf(configuration, address) !== undefined;
  const holds: Holds = !isMember ? 'nothing' : idOf(stage.from, address) === undefined ? 'to' : 'from';
  const server = { address, holds, running: host.running, fenced: !host.running && !host.enabled, installed };
  const stays = idOf(stage.from, address) !== undefined && idOf(stage.ensemble, address) !== undefined;
  const mustRun = installed && (stays || stage.fresh.includes(address));
  if (mustRun && !host.running && !touching.includes(address)) return memberDown(host, sighting);
  const isStranger = idOf(stage.from, address) === undefined && host.running && !installed;
  return isStranger && !isMember && !touching.includes(address) && !context.reseeds.includes(address)
    ? strangerRuns(host)
    : server;
}

/** A disk that must start empty in this stage has done so when it carries the stage's stamp. */
function isInstalled({ stage, stamp, reseeds }: StageContext, host: HostObservation): boolean {
  const reseed = reseeds.includes(host.address);
  if (!reseed && !stage.fresh.includes(host.address)) return true;
  const stamped = host.stamp === (reseed ? reseedStamp(stamp) : stamp);
  return stamped && (host.running || host.hasData);
}

function notReconfigurable(address: Address, what: string): Failure {
  return {
    code: 'not-as-planned',
    blame: 'operator',
    message: `${address} can’t change its list while it runs: ${what}`,
    seen: [`${address}: ${what}`],
    expected: 'servers with reconfigEnabled=true and `conf` in 4lw.commands.whitelist',
    next: ['set both on every member, one restart each, or plan without --reconfig'],
  };
}

function foreignList(list: Ensemble, { stage }: StageContext, leader: Address | null): Failure {
  return {
    code: 'unexpected-configuration',
    blame: 'operator',
    message: `the ensemble’s list is none that this stage passes through: ${describeEnsemble(list)}`,
    seen: [`${leader ?? 'the newest list on a disk'}: ${describeEnsemble(list)}`],
    expected: `${describeEnsemble(stage.from)} before the stage, ${describeEnsemble(stage.ensemble)} after it`,
    next: ['see who changed the list, and make a new plan from the present ensemble'],
  };
}
