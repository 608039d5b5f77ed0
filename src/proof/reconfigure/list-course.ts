// Which lists follow on each other in a script by reconfiguration, and what may each server do at each point of it?

import {
  addressesIn,
  type Ensemble,
  ensembleOf,
  idOf,
  quorumOf,
  sameEnsemble,
} from '../../model/ensemble.js';
import { invariant } from '../../model/invariant.js';
import { at, count, type ServerSet } from '../zookeeper/roster.js';
import type { Script, ScriptStepKind } from '../zookeeper/script.js';
import { emptyListState, type ListState, mostLists, mostListServers, withVersion } from './state.js';

/** A list as it is counted by: an id counts, at whatever address. */
export interface CountedList {
  readonly members: Ensemble;
  readonly counts: ServerSet;
  readonly quorum: number;
}

/** One point of a script: before a step's gate, or past it and about to act. */
export interface ListPoint {
  readonly phase: 'gate' | 'act' | 'done';
  /** The step that is next, as an index; the number of steps once all are done. */
  readonly step: number;
  readonly kind: ScriptStepKind | null;
  readonly target: ServerSet;
  /** The list that is to be in force at the gate. */
  readonly version: number;
  readonly due: ServerSet;
  /** Stopped by a step and not fenced: a reboot brings them back. */
  readonly revivable: ServerSet;
  readonly fenced: ServerSet;
  readonly installed: ServerSet;
  /** Who must serve for the gate to pass. */
  readonly serving: ServerSet;
  /** Out of the list, and not to come into it: nobody asks whether they serve. */
  readonly outside: ServerSet;
}

/** A script by reconfiguration in sets. Server `i` is `addresses[i]`. */
export interface ListCourse {
  readonly script: Script;
  readonly addresses: readonly string[];
  readonly all: ServerSet;
  readonly lists: readonly CountedList[];
  readonly points: readonly ListPoint[];
  /** Pairs of servers with one id that did not both run at the start. */
  readonly twins: readonly ServerSet[];
  readonly fresh: ServerSet;
  readonly start: ListState;
}

/** Whether the servers and lists of a script are few enough to be explored. */
export function fitsLists(script: Script): boolean {
  const changes = script.steps.filter(({ kind }) => kind === 'add' || kind === 'remove').length;
  return (
    addressesIn(script.from, script.to).length <= mostListServers &&
    2 + changes <= mostLists + (isAtStart(script) ? 1 : 0)
  );
}

/** Where a stage is under way, an older list may be left on a disk. */
function isAtStart({ configuration, from }: Script): boolean {
  return configuration === undefined || sameEnsemble(configuration, from);
}

/** Whether as many servers of a set as are a quorum count by a list. */
export function isQuorum({ counts, quorum }: CountedList, set: ServerSet): boolean {
  return count(set & counts) >= quorum;
}

/** Lays a script out. Throws `InvariantError` where it does not fit, or has steps that a stage by reconfiguration can't have. */
export function listCourseOf(script: Script): ListCourse {
  const { from, to, servers, steps, configuration = from } = script;
  const addresses = [...addressesIn(from, to)].sort((a, b) => claimedId(script, a) - claimedId(script, b));
  invariant(
    fitsLists(script),
    `a script has at most ${mostListServers} servers, ${mostLists} lists: ${addresses.length}`,
  );
  const setOf = (hosts: readonly string[]): ServerSet =>
    hosts.reduce((set, host) => {
      invariant(addresses.includes(host), `${host} is a server of the stage`);
      return set | (1 << addresses.indexOf(host));
    }, 0);
  const counted = (members: Ensemble): CountedList => ({
    members,
    counts: setOf(addresses.filter((address) => members.some(({ id }) => id === claimedId(script, address)))),
    quorum: quorumOf(members.length),
  });
  const having = (has: (server: Script['servers'][number]) => boolean): ServerSet =>
    setOf(servers.filter(has).map((server) => server.address));
  const membersOfTo = setOf(to.map(({ address }) => address));

  const lists = [counted(from), ...(isAtStart(script) ? [] : [counted(configuration)])];
  const first = lists.length - 1;
  const start = startOf(script, addresses, first, setOf, having);
  let due = having((one) => one.running);
  let revivable =
    having((one) => !one.running && !one.fenced && one.holds !== 'nothing') | strayed(script, setOf);
  let fenced = having((one) => one.fenced);
  let installed = having((one) => one.installed);
  let serving = setOf(script.serving);
  const points: ListPoint[] = [];
  const pointAt = (phase: ListPoint['phase'], step: number): void => {
    const { kind = null, host } = steps[step] ?? {};
    const version = lists.length - 1;
    const outside =
      setOf(addresses.filter((address) => idOf(at(lists, version).members, address) === undefined)) &
      ~membersOfTo;
    const target = host === undefined ? 0 : setOf([host]);
    points.push({
      phase,
      step,
      kind,
      target,
      version,
      due,
      revivable,
      fenced,
      installed,
      serving: serving & ~outside,
      outside,
    });
  };
  for (const [step, { kind, host, serving: after }] of steps.entries()) {
    pointAt('gate', step);
    pointAt('act', step);
    const target = setOf([host]);
    switch (kind) {
      case 'stop':
        [due, revivable] = [due & ~target, revivable | target];
        break;
      case 'fence':
        [due, revivable, fenced] = [due & ~target, revivable & ~target, fenced | target];
        break;
      case 'join':
      case 'start':
        [due, revivable, fenced] = [due | target, revivable & ~target, fenced & ~target];
        if (kind === 'join') installed |= target;
        break;
      case 'add':
      case 'remove': {
        const changed = changedBy(script, at(lists, lists.length - 1).members, kind, host);
        if (!sameEnsemble(changed, at(lists, lists.length - 1).members)) lists.push(counted(changed));
        break;
      }
      case 'install':
      case 'upgrade':
      case 'restart':
        invariant(false, `${kind} ${host} is no step of a stage by reconfiguration`);
    }
    serving = setOf(after);
  }
  pointAt('gate', steps.length);
  pointAt('done', steps.length);
  invariant(points.length < 512, `a script has fewer than 512 points: ${points.length}`);
  const all = setOf(addresses);
  const twins = script.lookPastTwins === true ? [] : twinsOf(script, addresses, start.up);
  return {
    script,
    addresses,
    all,
    lists,
    points,
    twins,
    fresh: setOf(emptied(script).filter((one) => addresses.includes(one))),
    start,
  };
}

/** The hosts whose disks of ZooKeeper start empty in the stage. */
function emptied({ fresh, reseeds = [] }: Script): readonly string[] {
  return [...fresh, ...reseeds];
}

/** The id that a server calls itself by. */
function claimedId({ from, to }: Script, address: string): number {
  return idOf(to, address) ?? idOf(from, address) ?? 0;
}

function changedBy(script: Script, list: Ensemble, kind: 'add' | 'remove', host: string): Ensemble {
  if (kind === 'remove') return list.filter(({ address }) => address !== host);
  const id = claimedId(script, host);
  return ensembleOf([
    ...list.filter((member) => member.id !== id && member.address !== host),
    { id, address: host },
  ]);
}

/** Those that were taken out before the script begins and are not fenced: they may have missed it. */
function strayed(
  { from, configuration = from, servers }: Script,
  setOf: (hosts: readonly string[]) => ServerSet,
): ServerSet {
  const out = servers.filter(
    (one) =>
      !one.running &&
      !one.fenced &&
      idOf(from, one.address) !== undefined &&
      idOf(configuration, one.address) === undefined,
  );
  return setOf(out.map((one) => one.address));
}

function startOf(
  script: Script,
  addresses: readonly string[],
  first: number,
  setOf: (hosts: readonly string[]) => ServerSet,
  having: (has: (server: Script['servers'][number]) => boolean) => ServerSet,
): ListState {
  const { from, configuration = from, leader, serving, servers } = script;
  const fresh = emptied(script);
  const state = emptyListState();
  state.up = having((one) => one.running);
  state.leader = leader === null ? -1 : addresses.indexOf(leader);
  const known = setOf(serving);
  state.group = state.leader < 0 ? 0 : known | (1 << state.leader);
  state.holders = state.group | known || setOf(configuration.map(({ address }) => address));
  const unborn = having(
    (one) => !one.installed && idOf(configuration, one.address) === undefined && !one.running,
  );
  const unsynced = having((one) => one.installed && fresh.includes(one.address)) & ~(state.group | known);
  state.blank = (unborn & ~setOf(from.map(({ address }) => address))) | unsynced;
  for (const { address, running } of servers) {
    const server = addresses.indexOf(address);
    // Whoever is down may have missed the last change.
    const version = running && (state.blank & (1 << server)) === 0 ? first : 0;
    state.active = withVersion(state.active, server, version);
    state.logged = withVersion(state.logged, server, version);
  }
  state.committed = first;
  return state;
}

function twinsOf(script: Script, addresses: readonly string[], up: ServerSet): readonly ServerSet[] {
  return addresses.flatMap((one, index) =>
    addresses.flatMap((other, rank) => {
      const pair = (1 << index) | (1 << rank);
      const isPair = rank > index && claimedId(script, one) === claimedId(script, other);
      return isPair && (up & pair) !== pair ? [pair] : [];
    }),
  );
}
