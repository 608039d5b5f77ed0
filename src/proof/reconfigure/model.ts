// An ensemble that changes its own list as a transition system: what can follow, and what breaks a rule?

import type { TransitionSystem } from '../explorer/explore.js';
import { stateWords } from '../explorer/state-store.js';
import type { BrokenRule } from '../zookeeper/model.js';
import { at, lowest, type ServerSet } from '../zookeeper/roster.js';
import { isQuorum, type ListCourse } from './list-course.js';
import {
  beginTerm,
  electionsBy,
  mayJoin,
  mayMissWrites,
  mayStart,
  reaching,
  seenBy,
} from './list-election.js';
import { type Expansion, keepsLeading, type ListEvent, type ListModelOptions, settle } from './list-event.js';
import { scriptEvent } from './script-event.js';
import { become, emptyListState, pack, unpack, versionOf, withVersion } from './state.js';

/** The model of one script by reconfiguration. */
export interface ListModel extends TransitionSystem<BrokenRule> {
  readonly course: ListCourse;
  /** The event that led to the state that `expand` emits, or that breaks the rule that it returns. */
  readonly event: ListEvent;
}

/** Lays out the model of a course. */
export function listModel(course: ListCourse, options: ListModelOptions): ListModel {
  const event: ListEvent = { kind: 'gate', server: -1, servers: 0, crowd: 0 };
  const [state, after] = [emptyListState(), emptyListState()];
  let next: Int32Array = new Int32Array(stateWords);
  let emit = nothing;
  const begin: Expansion['begin'] = (kind, server, servers = 0) => {
    Object.assign(event, { kind, server, servers, crowd: 0 });
    become(after, state);
  };
  const follow = (): void => {
    settle(course, after);
    pack(after, next);
    emit();
  };
  const electionsIn = electionsBy(course);
  const expansion = { course, options, electionsIn, state, after, event, begin, follow };
  const first = new Int32Array(stateWords);
  become(after, course.start);
  settle(course, after);
  pack(after, first);
  return {
    course,
    event,
    begin: () => undefined,
    initial: [first],
    expand: (from, into, emitNext) => {
      unpack(from, state);
      next = into;
      emit = emitNext;
      return expandState(expansion);
    },
  };
}

/** What is called until somebody asks. */
function nothing(): void {}

function expandState(expansion: Expansion): BrokenRule | null {
  const { course, options, state } = expansion;
  if (course.twins.some((pair) => (state.up & pair) === pair)) return 'two-holders';
  const broken = elections(expansion);
  if (broken !== null) return broken;
  scriptEvent(expansion, at(course.points, state.point));
  joins(expansion);
  changes(expansion);
  starts(expansion, 'restart', at(course.points, state.point).due);
  if (state.faults < options.faults) faults(expansion);
  return options.canFinish(state) ? null : 'stuck';
}

function elections({
  course,
  electionsIn,
  state,
  after,
  event,
  begin,
  follow,
}: Expansion): BrokenRule | null {
  for (const election of electionsIn(state)) {
    begin('elect', election.leader, election.group);
    // Those that follow the leader which is there are a quorum of its list: they have writes of which the crowd knows nothing.
    if (state.leader >= 0) return 'split-brain';
    // A term that begins with an older list forgets a change that was in force.
    if (election.version < state.committed) return 'lost-write';
    for (const crowd of election.crowds) {
      event.crowd = crowd;
      if (mayMissWrites(course, state, crowd)) return 'lost-write';
    }
    beginTerm(course, after, election);
    follow();
  }
  return null;
}

/** What becomes of a proposal: acknowledged one by one, committed, put in force one by one; a leader left out hands over. */
function changes({ course, state, after, begin, follow }: Expansion): void {
  const { leader, group, active, seen, logged } = state;
  if (leader < 0) return;
  const [inForce, newest] = [versionOf(active, leader), seenBy(state, leader)];
  for (let rest = group & ~(1 << leader); rest !== 0; rest &= rest - 1) {
    const [server, bit] = [lowest(rest), rest & -rest];
    const own = versionOf(active, server);
    if (versionOf(logged, server) < newest && own >= newest - 1) {
      begin('acknowledge', server);
      after.logged = withVersion(logged, server, newest);
      if (own < newest) after.seen |= bit;
      follow();
    }
    if (own < inForce && versionOf(logged, server) >= inForce) {
      begin('activate', server);
      after.active = withVersion(active, server, inForce);
      after.seen &= ~bit;
      follow();
    }
  }
  if (newest > inForce) {
    const acknowledged = reaching(logged, newest, group);
    if (
      !isQuorum(at(course.lists, inForce), acknowledged) ||
      !isQuorum(at(course.lists, newest), acknowledged)
    )
      return;
    begin('commit', leader);
    after.active = withVersion(active, leader, newest);
    after.seen = seen & ~(1 << leader);
    after.committed = newest;
    follow();
  } else if ((at(course.lists, inForce).counts & (1 << leader)) === 0) {
    begin('hand-over', leader);
    after.leader = -1;
    after.group = 0;
    follow();
  }
}

function joins({ course, state, after, begin, follow }: Expansion): void {
  if (state.leader < 0) return;
  const [inForce, newest] = [versionOf(state.active, state.leader), seenBy(state, state.leader)];
  for (let rest = state.up & ~state.group; rest !== 0; rest &= rest - 1) {
    const [server, bit] = [lowest(rest), rest & -rest];
    if (!mayJoin(course, state, server)) continue;
    // While a change is under way NEWLEADER carries it, and UPTODATE puts it in force: at once, or never.
    for (let version = inForce; version <= newest; version += 1) {
      begin('join', server);
      after.group |= bit;
      after.holders |= bit;
      after.blank &= ~bit;
      after.active = withVersion(after.active, server, version);
      after.seen = version < newest ? after.seen | bit : after.seen & ~bit;
      const had = Math.min(versionOf(state.logged, server), newest);
      after.logged = withVersion(after.logged, server, Math.max(had, version));
      follow();
    }
  }
}

function starts(
  { course, state, after, begin, follow }: Expansion,
  kind: 'restart' | 'revive',
  servers: ServerSet,
): void {
  for (let rest = servers & ~state.up; rest !== 0; rest &= rest - 1) {
    if (!mayStart(course, state, lowest(rest))) continue;
    begin(kind, lowest(rest));
    after.up |= rest & -rest;
    if (kind === 'revive') after.faults += 1;
    follow();
  }
}

function faults(expansion: Expansion): void {
  const { course, options, state, after, begin, follow } = expansion;
  const { leader, group, up } = state;
  const victims = state.faults === 0 ? (options.firstVictims ?? course.all) : course.all;
  for (let rest = up & victims; rest !== 0; rest &= rest - 1) {
    begin('crash', lowest(rest));
    after.faults += 1;
    after.up &= ~(rest & -rest);
    follow();
  }
  starts(expansion, 'revive', at(course.points, state.point).revivable & victims);
  if (leader < 0 || (victims & (1 << leader)) === 0) return;
  begin('dissolve', leader);
  after.faults += 1;
  after.leader = -1;
  after.group = 0;
  follow();
  const followers = group & ~(1 << leader);
  for (let cut = followers; cut !== 0; cut = (cut - 1) & followers) {
    if (!keepsLeading(course, state, group & ~cut)) continue;
    begin('cut', leader, cut);
    after.faults += 1;
    after.group &= ~cut;
    follow();
  }
}
