// The ensemble as a transition system: what can follow a state, and which states and events break a rule.

import type { TransitionSystem } from '../explorer/explore.js';
import { stateWords } from '../explorer/state-store.js';
import { courseOf, type Course, type Point } from './course.js';
import { act, settle } from './deeds.js';
import type { EventKind, ModelEvent } from './event.js';
import { cutsFor, outcomesFor, tablesOf, type PointTables } from './point-tables.js';
import { mayMissWrites, meetsEveryWrite } from './missing-writes.js';
import { mayJoin } from './possible-elections.js';
import { at, lowest, type ServerSet } from './roster.js';
import type { Script } from './script.js';
import { become, emptyState, pack, unpack, type EnsembleState } from './state.js';
import { canonicalise } from './symmetry.js';

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
  /**
   * Whether it goes on past broken rules, and emits an election once for each crowd: a story of real servers does not end
   * with what must never be.
   */
  readonly beyond?: true;
  /** Whether the script, or another order of what is left of it, can be finished from here without a further fault. */
  readonly canFinish: (state: EnsembleState) => boolean;
}

/** The model of one script. */
export interface EnsembleModel extends TransitionSystem<BrokenRule> {
  readonly course: Course;
  /** The event that led to the state that `expand` emits, or that breaks the rule that it returns. */
  readonly event: ModelEvent;
  /** With `beyond`: the rule that this event breaks, or null. */
  readonly broken: () => BrokenRule | null;
  /** The representative of a state's interchangeable ones; changes `words`. */
  readonly canonical: (words: Int32Array) => void;
}

/** One expansion under way: `after` is what follows, once an event has changed it. */
interface Expansion {
  readonly course: Course;
  readonly options: ModelOptions;
  readonly state: EnsembleState;
  readonly after: EnsembleState;
  readonly event: ModelEvent;
  readonly follow: () => void;
  /** By blank servers: of which points, faults and running servers the elections have been followed. */
  readonly elected: Map<ServerSet, Set<number>>;
  /** What the election breaks that is emitted. */
  broken: BrokenRule | null;
}

/** Lays out the model of a script. Throws `InvariantError` as `courseOf` does. */
export function ensembleModel(script: Script, options: ModelOptions): EnsembleModel {
  const course = courseOf(script);
  const tables = tablesOf(course);
  const event: ModelEvent = { kind: 'gate', server: -1, servers: 0, vetted: 0 };
  const state = emptyState();
  const after = emptyState();
  let next: Int32Array = new Int32Array(stateWords);
  let emit = nothing;
  const follow = (): void => {
    if (options.merge) canonicalise(after, at(tables, after.point).symmetry);
    pack(after, next);
    emit();
  };
  const elected = new Map<ServerSet, Set<number>>();
  const expansion: Expansion = { course, options, state, after, event, follow, elected, broken: null };
  return {
    course,
    event,
    begin: () => elected.clear(),
    broken: () => expansion.broken,
    initial: [firstState(course)],
    canonical: (words) => {
      unpack(words, after);
      canonicalise(after, at(tables, after.point).symmetry);
      pack(after, words);
    },
    expand: (from, into, emitNext) => {
      unpack(from, state);
      next = into;
      emit = emitNext;
      return expandState(expansion, at(tables, state.point));
    },
  };
}

/** What is called until somebody asks. */
function nothing(): void {}

function firstState({ start, points }: Course): Int32Array {
  const { up, serving, leader, blank, holders } = start;
  const list = leader >= 0 && (at(points, 0).to & (1 << leader)) !== 0 ? 1 : 0;
  const words = new Int32Array(stateWords);
  pack({ point: 0, faults: 0, up, group: serving, leader, holders, holdersList: list, blank }, words);
  return words;
}

function expandState(expansion: Expansion, table: PointTables): BrokenRule | null {
  const { state, options } = expansion;
  if (options.beyond === undefined)
    for (const twins of table.twins) if ((state.up & twins) === twins) return 'two-holders';
  const broken = elections(expansion, table);
  if (broken !== null) return broken;
  scriptEvent(expansion, table.point);
  joins(expansion, table);
  restarts(expansion, table.point);
  if (state.faults < options.faults) faults(expansion, table);
  return options.canFinish(state) ? null : 'stuck';
}

function elections(expansion: Expansion, table: PointTables): BrokenRule | null {
  const { course, options, state, event } = expansion;
  const looking = state.up & ~state.group;
  if (looking === 0) return null;
  const isKnown = options.merge && wereFollowed(expansion);
  const merge = options.merge ? 'merge' : 'keep';
  const { blank } = state;
  const { all, fewest } = outcomesFor(course.roster, table, looking, blank, merge);
  const isSafe = options.beyond === undefined && meetsEveryWrite(state, looking & ~blank, fewest, table);
  if (isSafe && isKnown) return null;
  for (const { leader, group, vetted } of all) {
    for (const crowd of isSafe ? vetted.slice(0, 1) : vetted) {
      setEvent(event, 'elect', leader, group, crowd);
      const misses = mayMissWrites(state, crowd, table);
      const broken = misses ? (state.leader < 0 ? 'lost-write' : 'split-brain') : null;
      if (options.beyond === true) {
        expansion.broken = broken;
        lead(expansion, table.point, leader, group);
      } else if (broken !== null) return broken;
    }
    if (options.beyond === undefined && !isKnown) lead(expansion, table.point, leader, group);
  }
  expansion.broken = null;
  return null;
}

function lead({ state, after, follow }: Expansion, point: Point, leader: number, group: ServerSet): void {
  become(after, state);
  after.leader = leader;
  after.group = group;
  after.holders = group;
  after.holdersList = (point.to & (1 << leader)) === 0 ? 0 : 1;
  after.blank = state.blank & ~group;
  follow();
}

/**
 * Whether the elections of another state led to all that those of this one lead to: what follows an election does not
 * depend on who led before, or where writes were. Where somebody leads there is seldom any other election to follow.
 */
function wereFollowed({ state, elected }: Expansion): boolean {
  if (state.leader >= 0) return false;
  const seen = elected.get(state.blank) ?? new Set<number>();
  elected.set(state.blank, seen);
  const key = (state.point << 17) | (state.faults << 14) | state.up;
  if (seen.has(key)) return true;
  seen.add(key);
  return false;
}

function scriptEvent({ state, after, event, follow, course }: Expansion, point: Point): void {
  if (point.phase === 'done') return;
  const server = point.target === 0 ? -1 : lowest(point.target);
  become(after, state);
  if (point.phase === 'gate') {
    if (state.group !== point.serving || state.up !== point.due) return;
    setEvent(event, 'gate', server);
    // What was in flight has arrived at all that serve, by the time a gate has held.
    if (state.leader >= 0) after.holders = state.group;
    after.point += 1;
  } else if (point.phase === 'down') {
    setEvent(event, 'come-up', server);
    after.up |= point.target;
    // Where a reboot has brought it back meanwhile, it is started anew: nobody changes its list while it runs.
    after.group &= ~point.target;
    after.point += 1;
  } else {
    setEvent(event, act(after, point), server);
  }
  settle(after, course);
  follow();
}

function joins({ state, after, event, follow }: Expansion, { hearing }: PointTables): void {
  if (state.leader < 0) return;
  for (let rest = state.up & ~state.group; rest !== 0; rest &= rest - 1) {
    const server = lowest(rest);
    if (!mayJoin(hearing, server, state.leader, state.group)) continue;
    setEvent(event, 'join', server);
    become(after, state);
    after.group |= 1 << server;
    after.holders |= 1 << server;
    after.blank &= ~(1 << server);
    follow();
  }
}

function restarts({ state, after, event, follow }: Expansion, point: Point): void {
  for (let rest = point.due & ~state.up; rest !== 0; rest &= rest - 1) {
    setEvent(event, 'restart', lowest(rest));
    become(after, state);
    after.up |= rest & -rest;
    follow();
  }
}

function faults(expansion: Expansion, table: PointTables): void {
  const { course, options, state, after, event, follow } = expansion;
  const victims = state.faults === 0 ? (options.firstVictims ?? course.roster.all) : course.roster.all;
  const begin = (kind: EventKind, server: number, servers: ServerSet = 0): void => {
    setEvent(event, kind, server, servers);
    become(after, state);
    after.faults += 1;
  };
  for (let rest = state.up & victims; rest !== 0; rest &= rest - 1) {
    begin('crash', lowest(rest));
    after.up &= ~(rest & -rest);
    settle(after, course);
    follow();
  }
  for (let rest = table.point.revivable & ~state.up & victims; rest !== 0; rest &= rest - 1) {
    begin('revive', lowest(rest));
    after.up |= rest & -rest;
    follow();
  }
  if (state.leader < 0 || (victims & (1 << state.leader)) === 0) return;
  begin('dissolve', state.leader);
  after.group = 0;
  after.leader = -1;
  follow();
  for (const cut of cutsFor(table, state.leader, state.group)) {
    begin('cut', state.leader, cut);
    after.group &= ~cut;
    follow();
  }
}

function setEvent(
  event: ModelEvent,
  kind: EventKind,
  server: number,
  servers: ServerSet = 0,
  vetted: ServerSet = 0,
): void {
  event.kind = kind;
  event.server = server;
  event.servers = servers;
  event.vetted = vetted;
}
