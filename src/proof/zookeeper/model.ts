// The ensemble as a transition system: what can follow a state, and which states and events break a rule.

import type { TransitionSystem } from '../explorer/explore.js';
import { possibleCuts } from './cuts.js';
import { courseOf, namesakes, type Course, type Point } from './course.js';
import type { ModelEvent } from './event.js';
import {
  countedBy,
  electionOptions,
  hearingAt,
  mayJoin,
  type ElectionOption,
  type Hearing,
} from './possible-elections.js';
import { at, count, type ServerSet } from './roster.js';
import type { Script } from './script.js';
import { emptyState, pack, unpack, type EnsembleState } from './state.js';
import { canonicalise, symmetriesOf, type Symmetry } from './symmetry.js';

/**
 * The rules that a state or an event can break:
 * - `split-brain`: a second leader begins while the first one still has a quorum;
 * - `lost-write`: a leader begins without a write that was acknowledged;
 * - `two-holders`: two live servers claim one id;
 * - `stuck`: no gate can pass any more without a person, and no other order of steps leads on.
 */
export type BrokenRule = 'split-brain' | 'lost-write' | 'two-holders' | 'stuck';

/** What a proof is given beside the script. */
export interface ModelOptions {
  /** How many faults may happen, 0…7. */
  readonly faults: number;
  /** Whether states that differ in interchangeable servers only are one; off to tell a story about real servers. */
  readonly merge: boolean;
  /** The servers that may suffer the first fault: a share of the whole for one core. All by default. */
  readonly firstVictims?: ServerSet;
  /** Whether the script, or another order of what is left of it, can be finished from here without a further fault. */
  readonly canFinish: (state: EnsembleState, course: Course) => boolean;
}

/** The model of one script. */
export interface EnsembleModel extends TransitionSystem<BrokenRule> {
  readonly course: Course;
  /** The event that led to the state that `expand` emits, or that breaks the rule that it returns. */
  readonly event: ModelEvent;
  /** The representative of a state's interchangeable ones; changes `words`. */
  readonly canonical: (words: Int32Array) => void;
}

/** What is looked up at one point of a script. */
interface PointTables {
  readonly point: Point;
  readonly hearing: Hearing;
  readonly namesakes: readonly ServerSet[];
  /** By leader, whose acknowledgements count for it. */
  readonly counted: readonly ServerSet[];
  readonly symmetry: Symmetry;
  readonly options: Map<ServerSet, readonly ElectionOption[]>;
  readonly cuts: Map<number, readonly ServerSet[]>;
}

/** Lays out the model of a script. Throws `InvariantError` as `courseOf` does. */
export function ensembleModel(script: Script, options: ModelOptions): EnsembleModel {
  const course = courseOf(script);
  const tables = tablesOf(course);
  const event: ModelEvent = { kind: 'gate', server: -1, servers: 0, vetted: 0 };
  const state = emptyState();
  const after = emptyState();
  const first = firstState(course);
  const words = new Int32Array(3);
  pack(first, words);
  const canonical = (some: Int32Array): void => {
    unpack(some, after);
    canonicalise(after, at(tables, after.point).symmetry);
    pack(after, some);
  };
  return {
    course,
    event,
    canonical,
    initial: [words],
    expand: (from, next, emit) => {
      unpack(from, state);
      const follow = (): void => {
        if (options.merge) canonicalise(after, at(tables, after.point).symmetry);
        pack(after, next);
        emit();
      };
      return expandState({ course, tables, options, state, after, event, follow });
    },
  };
}

function firstState({ start, points }: Course): EnsembleState {
  const { up, serving, leader, blank, holders } = start;
  const list = leader >= 0 && ((points[0]?.to ?? 0) & (1 << leader)) !== 0 ? 1 : 0;
  return { point: 0, faults: 0, up, group: serving, leader, holders, holdersList: list, blank };
}

function tablesOf(course: Course): readonly PointTables[] {
  const { roster, points } = course;
  const byList = new Map<
    ServerSet,
    Pick<PointTables, 'hearing' | 'namesakes' | 'counted' | 'options' | 'cuts'>
  >();
  const symmetries = symmetriesOf(course);
  return points.map((point, index) => {
    const shared = byList.get(point.to) ?? sharedTables(course, point.to);
    byList.set(point.to, shared);
    return { point, ...shared, symmetry: at(symmetries, index) };
  });

  function sharedTables({ servers }: Course, to: ServerSet): ReturnType<typeof byList.get> & object {
    const hearing = hearingAt(roster, to);
    const each = Array.from({ length: servers }, (_, server) => server);
    return {
      hearing,
      namesakes: each.map((server) => namesakes(roster, server, to)),
      counted: each.map((server) => countedBy(roster, hearing, server)),
      options: new Map(),
      cuts: new Map(),
    };
  }
}

/** One expansion under way: `after` is what follows, once an event has changed it. */
interface Expansion {
  readonly course: Course;
  readonly tables: readonly PointTables[];
  readonly options: ModelOptions;
  readonly state: EnsembleState;
  readonly after: EnsembleState;
  readonly event: ModelEvent;
  readonly follow: () => void;
}

function expandState(expansion: Expansion): BrokenRule | null {
  const { state, tables, options, course } = expansion;
  const table = at(tables, state.point);
  for (let rest = state.up; rest !== 0; rest &= rest - 1) {
    const server = lowestOf(rest);
    if ((at(table.namesakes, server) & state.up) !== 0) return 'two-holders';
  }
  const broken = elections(expansion, table);
  if (broken !== null) return broken;
  scriptEvents(expansion, table);
  joins(expansion, table);
  restarts(expansion, table);
  if (state.faults < options.faults) faults(expansion, table);
  return options.canFinish(state, course) ? null : 'stuck';
}

function elections(
  { course, state, after, event, follow }: Expansion,
  table: PointTables,
): BrokenRule | null {
  const looking = state.up & ~state.group;
  if (looking === 0) return null;
  let options = table.options.get(looking);
  if (options === undefined) {
    options = electionOptions(course.roster, table.hearing, looking);
    table.options.set(looking, options);
  }
  for (const { leader, vetted, group } of options) {
    // Whoever has nothing wins only among those that have nothing.
    if ((state.blank & (1 << leader)) !== 0 && (vetted & ~state.blank) !== 0) continue;
    setEvent(event, 'elect', leader, group, vetted);
    if (mayMissWrites(course, state, vetted & ~state.blank))
      return state.leader < 0 ? 'lost-write' : 'split-brain';
    Object.assign(after, state);
    after.leader = leader;
    after.group = group;
    after.holders = group;
    after.holdersList = (table.point.to & (1 << leader)) === 0 ? 0 : 1;
    after.blank = state.blank & ~group;
    follow();
  }
  return null;
}

/**
 * Whether a write may have been acknowledged by servers of which none is in `vetted`: as many of the other holders as
 * the last leader needed. Counted by machines; ids could only make them fewer.
 */
function mayMissWrites(
  { roster }: Course,
  { holders, holdersList }: EnsembleState,
  vetted: ServerSet,
): boolean {
  const view = holdersList === 0 ? roster.views.from : roster.views.to;
  const counted = roster.family === '3.5.4' ? view.knows.from | view.knows.to : roster.all;
  return count(holders & ~vetted & counted) >= view.quorum;
}

function scriptEvents({ state, after, event, follow, course }: Expansion, { point }: PointTables): void {
  const { target, kind } = point;
  const server = target === 0 ? -1 : lowestOf(target);
  Object.assign(after, state);
  switch (point.phase) {
    case 'done':
      return;
    case 'gate':
      if (state.group !== point.serving || state.up !== point.due) return;
      setEvent(event, 'gate', server);
      after.point += 1;
      // What was in flight has arrived at all that serve, by the time a gate has held.
      if (state.leader >= 0) after.holders = state.group;
      break;
    case 'down':
      setEvent(event, 'come-up', server);
      after.point += 1;
      after.up |= target;
      // Where a reboot has brought it back meanwhile, it is started anew: nobody changes its list while it runs.
      after.group &= ~target;
      break;
    case 'act':
      act(after, point);
      setEvent(event, actEvent(kind), server);
      break;
  }
  settle(after, course);
  follow();
}

function actEvent(kind: Point['kind']): ModelEvent['kind'] {
  switch (kind) {
    case 'stop':
      return 'stop';
    case 'fence':
      return 'fence';
    case 'install':
      return 'wipe-and-start';
    case 'start':
      return 'come-up';
    case 'upgrade':
    case 'restart':
    case null:
      return 'go-down';
  }
}

function act(after: EnsembleState, { kind, target }: Point): void {
  switch (kind) {
    case 'stop':
      after.point += 2;
      after.up &= ~target;
      break;
    case 'fence':
      after.point += 2;
      break;
    case 'install':
      after.point += 2;
      after.up |= target;
      after.blank |= target;
      after.group &= ~target;
      break;
    case 'start':
      after.point += 2;
      after.up |= target;
      break;
    case 'upgrade':
    case 'restart':
    case null:
      after.point += 1;
      after.up &= ~target;
      break;
  }
}

function joins({ state, after, event, follow }: Expansion, { hearing }: PointTables): void {
  if (state.leader < 0) return;
  for (let rest = state.up & ~state.group; rest !== 0; rest &= rest - 1) {
    const server = lowestOf(rest);
    if (!mayJoin(hearing, server, state.leader, state.group)) continue;
    setEvent(event, 'join', server);
    Object.assign(after, state);
    after.group |= 1 << server;
    after.holders |= 1 << server;
    after.blank &= ~(1 << server);
    follow();
  }
}

function restarts({ state, after, event, follow }: Expansion, { point }: PointTables): void {
  for (let rest = point.due & ~state.up; rest !== 0; rest &= rest - 1) {
    setEvent(event, 'restart', lowestOf(rest));
    Object.assign(after, state);
    after.up |= rest & -rest;
    follow();
  }
}

function faults(expansion: Expansion, table: PointTables): void {
  const { course, options, state, after, event, follow } = expansion;
  const victims = state.faults === 0 ? (options.firstVictims ?? course.roster.all) : course.roster.all;
  for (let rest = state.up & victims; rest !== 0; rest &= rest - 1) {
    setEvent(event, 'crash', lowestOf(rest));
    begin();
    after.up &= ~(rest & -rest);
    settle(after, course);
    follow();
  }
  for (let rest = table.point.revivable & ~state.up & victims; rest !== 0; rest &= rest - 1) {
    setEvent(event, 'revive', lowestOf(rest));
    begin();
    after.up |= rest & -rest;
    follow();
  }
  if (state.leader < 0 || (victims & (1 << state.leader)) === 0) return;
  setEvent(event, 'dissolve', state.leader);
  begin();
  [after.group, after.leader] = [0, -1];
  follow();
  const key = state.group | (state.leader << 14);
  let cuts = table.cuts.get(key);
  if (cuts === undefined) {
    cuts = possibleCuts(table.hearing, at(table.counted, state.leader), state.leader, state.group);
    table.cuts.set(key, cuts);
  }
  for (const cut of cuts) {
    setEvent(event, 'cut', state.leader, cut);
    begin();
    after.group &= ~cut;
    follow();
  }

  function begin(): void {
    Object.assign(after, state);
    after.faults += 1;
  }
}

/** Those that run no longer follow nobody; a leader without a quorum of its list gives up. */
function settle(after: EnsembleState, { roster, points }: Course): void {
  after.group &= after.up;
  if (after.leader < 0) return;
  const bit = 1 << after.leader;
  const to = at(points, after.point).to;
  const view = (to & bit) === 0 ? roster.views.from : roster.views.to;
  const counted =
    roster.family === '3.5.4' ? (view.knows.from & ~to) | (view.knows.to & to) | bit : roster.all;
  if ((after.group & bit) !== 0 && count(after.group & counted) >= view.quorum) return;
  [after.group, after.leader] = [0, -1];
}

function setEvent(
  event: ModelEvent,
  kind: ModelEvent['kind'],
  server: number,
  servers: ServerSet = 0,
  vetted: ServerSet = 0,
): void {
  event.kind = kind;
  event.server = server;
  event.servers = servers;
  event.vetted = vetted;
}

function lowestOf(set: ServerSet): number {
  return 31 - Math.clz32(set & -set);
}
