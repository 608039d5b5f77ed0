// Which rules can a script break? The slow, plain twin of src/proof, written from docs/reference/proof-model.md.

import { idOf, quorumOf, sameEnsemble, type Address, type Ensemble } from '../../src/model/ensemble.js';
import type { BrokenRule } from '../../src/proof/zookeeper/model.js';
import type { Script } from '../../src/proof/zookeeper/script.js';
import {
  claimedId,
  isQuorum,
  mayJoin,
  outcomesOf,
  reaches,
  same,
  serversOf,
  subsetsOf,
  without,
  type Lists,
  type Servers,
} from './naive-ensemble.js';

/** A moment of the ensemble. */
export interface State {
  readonly step: number;
  readonly phase: 'gate' | 'act' | 'down' | 'done';
  readonly faults: number;
  readonly up: Servers;
  readonly group: Servers;
  readonly leader: Address | null;
  readonly holders: Servers;
  readonly list: 'from' | 'to';
  readonly blank: Servers;
}

/** What follows from how far the script has come. */
interface Facts {
  readonly lists: Lists;
  readonly holds: ReadonlyMap<Address, 'from' | 'to'>;
  readonly due: Servers;
  readonly revivable: Servers;
  readonly serving: Servers;
}

/** Everything that may come of a script. */
export interface Reachable {
  /** Each state as a line, sorted. */
  readonly states: readonly string[];
  readonly rules: readonly BrokenRule[];
}

/**
 * All states that some course of events reaches, and the rules that it breaks; null for more states than `most`. `replan`
 * says whether another order is known wherever a gate can't pass.
 */
export function naiveReachable(
  script: Script,
  faults: number,
  replan: boolean,
  most: number,
): Reachable | null {
  const seen = new Set<string>();
  const found = new Set<BrokenRule>();
  const waiting: State[] = [];
  const add = (state: State): void => {
    const key = lineOf(state, script);
    if (!seen.has(key)) waiting.push(state);
    seen.add(key);
  };
  add(firstState(script));
  for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
    if (seen.size > most) return null;
    const facts = factsAt(script, state);
    const isStuck = !replan && state.phase === 'gate' && !canPass(facts, state);
    const broken = brokenRule(script, facts, state) ?? (isStuck ? 'stuck' : null);
    if (broken !== null) {
      found.add(broken);
      continue;
    }
    const next = [
      ...scriptEvents(script, facts, state),
      ...ownEvents(facts, state),
      ...(state.faults < faults ? faultsFrom(facts, state) : []),
    ];
    for (const one of next) add(one);
  }
  return { states: [...seen].sort(), rules: [...found].sort() };
}

/** A state as a line: `1 act, 0 faults, up a b c, group a c led by c, writes on a b c (from), blank n`. */
export function lineOf(state: State, { from, to }: Pick<Script, 'from' | 'to'>): string {
  const { step, phase, faults, up, group, leader, holders, list, blank } = state;
  const last = sameEnsemble(from, to) ? 'its list' : list;
  return `${step} ${phase}, ${faults} faults, up ${up.join(' ')}, group ${group.join(' ')} led by ${leader ?? 'nobody'}, writes on ${holders.join(' ')} (${last}), blank ${blank.join(' ')}`;
}

function firstState(script: Script): State {
  const { servers, leader, serving, fresh, from, to } = script;
  const survivors = from.map((one) => one.address).filter((one) => idOf(to, one) !== undefined);
  const group = leader === null ? [] : serversOf([leader, ...serving]);
  const known = leader === null ? serversOf(serving) : group;
  const holdsTo = servers.some((one) => one.address === leader && one.holds === 'to');
  return {
    step: 0,
    phase: 'gate',
    faults: 0,
    up: serversOf(servers.filter((one) => one.running).map((one) => one.address)),
    group,
    leader,
    holders: known.length > 0 ? known : serversOf(survivors),
    list: holdsTo ? 'to' : 'from',
    blank: serversOf(
      servers
        .filter(({ address, installed }) =>
          installed ? fresh.includes(address) && !group.includes(address) : idOf(from, address) === undefined,
        )
        .map((one) => one.address),
    ),
  };
}

function factsAt(script: Script, { step, phase }: State): Facts {
  const holds = new Map<Address, 'from' | 'to'>();
  for (const one of script.servers) if (one.holds !== 'nothing') holds.set(one.address, one.holds);
  let due = serversOf(script.servers.filter((one) => one.running).map((one) => one.address));
  let revivable = serversOf(
    script.servers
      .filter((one) => !one.running && !one.fenced && one.holds !== 'nothing')
      .map((one) => one.address),
  );
  for (const { kind, host } of script.steps.slice(0, step)) {
    const runs = kind !== 'stop' && kind !== 'fence';
    due = runs ? serversOf([...due, host]) : without(due, [host]);
    revivable = kind === 'stop' ? serversOf([...revivable, host]) : without(revivable, [host]);
    if (kind === 'install' || kind === 'upgrade') holds.set(host, 'to');
  }
  const host = script.steps[step]?.host;
  const ensembles = { from: script.from, to: script.to };
  return {
    lists: { family: script.family, listOf: (server) => ensembles[holds.get(server) ?? 'from'] },
    holds,
    due: phase === 'down' && host !== undefined ? without(due, [host]) : due,
    revivable,
    serving: serversOf(script.steps[step - 1]?.serving ?? script.serving),
  };
}

function brokenRule(script: Script, { lists }: Facts, state: State): BrokenRule | null {
  const old = oldTwins(script);
  const isOld = (one: Address, other: Address): boolean =>
    old.some((pair) => pair.includes(one) && pair.includes(other));
  const twice = state.up.some((one) =>
    state.up.some(
      (other) =>
        other < one &&
        claimedId(lists, one) !== undefined &&
        claimedId(lists, one) === claimedId(lists, other) &&
        !isOld(one, other),
    ),
  );
  if (twice) return 'two-holders';
  const misses = outcomesOf(lists, without(state.up, state.group), state.blank).some(({ crowd }) =>
    mayMissAWrite(script, state, without(crowd, state.blank)),
  );
  if (!misses) return null;
  return state.leader === null ? 'lost-write' : 'split-brain';
}

/** Whether the gate can pass once all that should run do, with nobody's further doing. */
function canPass({ lists, due, serving }: Facts, state: State): boolean {
  if (without(state.up, due).length > 0) return true;
  if (same(state.group, serving) && same(state.up, due)) return true;
  const ends =
    state.leader === null
      ? outcomesOf(lists, due, state.blank)
      : [{ leader: state.leader, group: state.group }];
  if (ends.length === 0) return serving.length === 0;
  return ends.some(({ leader, group }) => same(withArrivals(lists, leader, group, due), serving));
}

/** All that come up beside a leader that is settled, and may join. */
function withArrivals(lists: Lists, leader: Address, group: Servers, up: Servers): Servers {
  const joining = without(up, group).filter((server) => mayJoin(lists, server, leader, group, reaches));
  return joining.length === 0 ? group : withArrivals(lists, leader, serversOf([...group, ...joining]), up);
}

/** Whether some write may be on none of these. */
function mayMissAWrite(script: Script, { holders, list }: State, servers: Servers): boolean {
  const ensemble = script[list];
  const isKnown = (of: Ensemble, server: Address): boolean =>
    ensemble.some((member) => member.id === idOf(of, server));
  const counted = holders.filter(
    (one) => script.family !== '3.5.4' || isKnown(script.from, one) || isKnown(script.to, one),
  );
  const others = without(counted, servers);
  const doubles = oldTwins(script).filter((pair) => pair.every((one) => others.includes(one))).length;
  return others.length - doubles >= quorumOf(ensemble.length);
}

/** Those who both run with one id where the script begins: they are one voice, and not its doing. */
function oldTwins(script: Script): readonly Servers[] {
  const start = firstState(script);
  const { lists } = factsAt(script, start);
  return start.up.flatMap((one) =>
    start.up
      .filter((other) => other < one && claimedId(lists, one) !== undefined)
      .filter((other) => claimedId(lists, one) === claimedId(lists, other))
      .map((other) => [one, other]),
  );
}

function scriptEvents(script: Script, facts: Facts, state: State): readonly State[] {
  const { step, phase, up, group } = state;
  const next = script.steps[step];
  if (phase === 'done') return [];
  if (phase === 'gate') {
    if (!same(group, facts.serving) || !same(up, facts.due)) return [];
    const holders = state.leader === null ? state.holders : group;
    return [{ ...state, phase: next === undefined ? 'done' : 'act', holders }];
  }
  if (next === undefined) return [];
  const { kind, host } = next;
  const [alive, dead] = [serversOf([...up, host]), without(up, [host])];
  const begun = { ...state, step: step + 1, phase: 'gate' } as const;
  if (phase === 'down') return [settled(script, { ...begun, up: alive, group: without(group, [host]) })];
  switch (kind) {
    case 'stop':
      return [settled(script, { ...begun, up: dead })];
    case 'fence':
      return [settled(script, begun)];
    case 'start':
      return [settled(script, { ...begun, up: alive })];
    case 'install': {
      const blank = serversOf([...state.blank, host]);
      return [settled(script, { ...begun, up: alive, group: without(group, [host]), blank })];
    }
    case 'upgrade':
    case 'restart':
      return [settled(script, { ...state, phase: 'down', up: dead })];
  }
}

function ownEvents({ lists, holds, due }: Facts, state: State): readonly State[] {
  const { up, group, leader, holders, blank } = state;
  const looking = without(up, group);
  const joined = looking
    .filter((server) => leader !== null && mayJoin(lists, server, leader, group))
    .map((server) => ({
      ...state,
      group: serversOf([...group, server]),
      holders: serversOf([...holders, server]),
      blank: without(blank, [server]),
    }));
  const elected = outcomesOf(lists, looking, blank).map((outcome): State => {
    const members = serversOf(outcome.group);
    const list = holds.get(outcome.leader) ?? 'from';
    return {
      ...state,
      leader: outcome.leader,
      group: members,
      holders: members,
      list,
      blank: without(blank, members),
    };
  });
  const restarted = without(due, up).map((server) => ({ ...state, up: serversOf([...up, server]) }));
  return [...joined, ...elected, ...restarted];
}

function faultsFrom(facts: Facts, before: State): readonly State[] {
  const state = { ...before, faults: before.faults + 1 };
  const { up, group, leader } = state;
  const crashes = up.map((server) => settledBy(facts, { ...state, up: without(up, [server]) }));
  const revivals = without(facts.revivable, up).map((server) => ({
    ...state,
    up: serversOf([...up, server]),
  }));
  if (leader === null) return [...crashes, ...revivals];
  const cuts = subsetsOf(without(group, [leader]))
    .map((away) => ({ ...state, group: without(group, away) }))
    .filter((after) => after.group.length < group.length && keeps(facts, leader, after.group));
  return [...crashes, ...revivals, { ...state, group: [], leader: null }, ...cuts];
}

/** What becomes of the leader after an event. */
function settled(script: Script, state: State): State {
  return settledBy(factsAt(script, state), state);
}

function settledBy(facts: Facts, state: State): State {
  const group = state.group.filter((one) => state.up.includes(one));
  const { leader } = state;
  return leader !== null && keeps(facts, leader, group)
    ? { ...state, group }
    : { ...state, group: [], leader: null };
}

function keeps({ lists }: Facts, leader: Address, group: Servers): boolean {
  return isQuorum(lists, leader, group, lists.family === '3.5.4' ? 'known' : 'all');
}
