// Mesos' replicated log as a transition system: replicas as they are present, a quorum as each master has it configured.
//
// Source: docs/replicated-log-internals.md and src/log/recover.cpp at Mesos 1.2.0. One write is followed, made at any moment by
// any coordinator on any quorum of its own: if none can be lost, this one can't.

import { stateWords } from '../explorer/state-store.js';
import type { TransitionSystem } from '../explorer/explore.js';
import type { Course, Point } from '../zookeeper/course.js';
import { at, count, lowest, membersOf, type ServerSet } from '../zookeeper/roster.js';
import { become, emptyLog, pack, unpack, type LogState } from './state.js';

/**
 * The rules that the log can break:
 * - `log-split`: two masters could each have a quorum of its own, with no replica in both;
 * - `log-lost-write`: a master could be elected by a quorum of replicas of which none has the write;
 * - `log-stuck`: a gate waits for a replica that can't recover, since too few voters are left.
 */
export type LogRule = 'log-split' | 'log-lost-write' | 'log-stuck';

/** What can happen; `server` is its server. */
export interface LogEvent {
  kind:
    | 'crash'
    | 'revive'
    | 'restart'
    | 'write'
    | 'elect'
    | 'recover'
    | 'initialise'
    | 'gate'
    | 'step'
    | 'come-up';
  server: number;
  /** `write`: the replicas that have it. `elect`: the rival, if any. */
  servers: ServerSet;
}

/** The model of one script. */
export interface LogModel extends TransitionSystem<LogRule> {
  readonly event: LogEvent;
}

/** One expansion under way. */
interface Expansion {
  readonly course: Course;
  readonly faults: number;
  readonly state: LogState;
  readonly after: LogState;
  readonly event: LogEvent;
  readonly follow: () => void;
}

/** Lays out the model: the masters of the course's script, each with a replica. */
export function logModel(course: Course, faults: number): LogModel {
  const event: LogEvent = { kind: 'gate', server: -1, servers: 0 };
  const state = emptyLog();
  const after = emptyLog();
  let next: Int32Array = new Int32Array(stateWords);
  let emit = nothing;
  const follow = (): void => {
    pack(after, next);
    emit();
  };
  const expansion: Expansion = { course, faults, state, after, event, follow };
  const first = new Int32Array(stateWords);
  const { up, blank } = course.start;
  const voting = membersOfLists(course) & ~(blank & ~course.roster.keepRest);
  pack({ ...emptyLog(), up, voting }, first);
  return {
    event,
    begin: nothing,
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

function membersOfLists({ roster }: Course): ServerSet {
  return roster.survivors | roster.leavers | roster.newcomers;
}

function expandState(expansion: Expansion): LogRule | null {
  const broken = elections(expansion);
  if (broken !== null) return broken;
  writes(expansion);
  recoveries(expansion);
  scriptEvent(expansion);
  crashesAndRestarts(expansion);
  return canFinish(expansion) ? null : 'log-stuck';
}

/** The quorum that a master has configured: that of the list which it holds. */
function quorumOf({ roster, points }: Course, { point }: LogState, server: number): number {
  const { to } = at(points, point);
  return ((to & (1 << server)) === 0 ? roster.views.from : roster.views.to).quorum;
}

/**
 * Any running master may become the coordinator, with the promises of any voters that make its own quorum, while another
 * one, which was it before, has yet to notice. Whoever has the smaller quorum does more harm.
 */
function elections({ course, state, event }: Expansion): LogRule | null {
  const voters = state.voting & state.up;
  const [first, second] = membersOf(state.up)
    .map((server) => ({ server, quorum: quorumOf(course, state, server) }))
    .sort((a, b) => a.quorum - b.quorum);
  if (first === undefined) return null;
  set(event, 'elect', first.server, second === undefined ? 0 : 1 << second.server);
  if (state.wrote && count(voters & ~state.has) >= first.quorum) return 'log-lost-write';
  return second !== undefined && count(voters) >= first.quorum + second.quorum ? 'log-split' : null;
}

/** The write that is followed: on any voters that make the quorum of the master that writes it, no more. */
function writes({ course, state, after, event, follow }: Expansion): void {
  if (state.wrote) return;
  const voters = state.voting & state.up;
  for (const server of membersOf(state.up)) {
    for (const holders of subsetsOf(voters, quorumOf(course, state, server))) {
      set(event, 'write', server, holders);
      become(after, state);
      after.wrote = true;
      after.has = holders;
      after.pending = voters & ~holders;
      after.writer = server;
      follow();
    }
  }
}

/**
 * An empty replica votes once a quorum of voters, by its own master's configuration, has answered it; it then has what
 * they have. Where all of 2q - 1 replicas are empty, they begin a new log (`log_auto_initialize`).
 */
function recoveries({ course, state, after, event, follow }: Expansion): void {
  const voters = state.voting & state.up;
  for (const server of membersOf(state.up & ~state.voting)) {
    const quorum = quorumOf(course, state, server);
    const starts = voters === 0 && count(state.up & ~state.voting) >= 2 * quorum - 1;
    if (count(voters) < quorum && !starts) continue;
    set(event, starts ? 'initialise' : 'recover', server);
    become(after, state);
    after.voting |= 1 << server;
    // The answers may come from those that do not have the write, if there are enough of them.
    if (count(voters & ~state.has) < quorum && !starts && state.wrote) after.has |= 1 << server;
    follow();
  }
}

function scriptEvent({ course, state, after, event, follow }: Expansion): void {
  const point = at(course.points, state.point);
  const { phase, target, serving, due } = point;
  if (phase === 'done') return;
  become(after, state);
  const server = target === 0 ? -1 : lowest(target);
  if (phase === 'gate') {
    if (state.up !== due || (serving & ~state.voting) !== 0) return;
    set(event, 'gate', server);
    after.point += 1;
    // A write goes to every replica; whoever ran all the while has it by the time a gate has held. Where its master went
    // down another one was elected since, which has learnt the write and has brought it to every voter.
    after.has |= state.orphaned ? state.voting & state.up : state.pending;
    after.pending = 0;
    after.writer = -1;
    after.orphaned = false;
  } else if (phase === 'down') {
    set(event, 'come-up', server);
    after.up |= target;
    after.point += 1;
  } else {
    set(event, 'step', server);
    act(course, after, point);
  }
  comeDown(after);
  follow();
}

/** What the end of a process means for the write that is under way. */
function comeDown(after: LogState): void {
  after.pending &= after.up;
  if (after.writer < 0 || (after.up & (1 << after.writer)) !== 0) return;
  after.writer = -1;
  after.orphaned = true;
}

function act({ roster }: Course, after: LogState, { kind, target }: Point): void {
  after.point += kind === 'upgrade' || kind === 'restart' ? 1 : 2;
  // Where ZooKeeper's data differed its disk alone is emptied: Mesos keeps its log on another path.
  if (kind === 'install' && (target & roster.keepRest) === 0) {
    after.voting &= ~target;
    after.has &= ~target;
  }
  if (kind === 'install' || kind === 'start') after.up |= target;
  else if (kind !== 'fence') after.up &= ~target;
}

function crashesAndRestarts({ course, faults, state, after, event, follow }: Expansion): void {
  const { due, revivable } = at(course.points, state.point);
  for (const server of membersOf(due & ~state.up)) {
    set(event, 'restart', server);
    become(after, state);
    after.up |= 1 << server;
    follow();
  }
  if (state.faults >= faults) return;
  for (const server of membersOf(state.up | (revivable & ~state.up))) {
    set(event, (state.up & (1 << server)) === 0 ? 'revive' : 'crash', server);
    become(after, state);
    after.faults += 1;
    after.up ^= 1 << server;
    comeDown(after);
    follow();
  }
}

/** Whether the gate could pass once everything that crashed is back, and every replica that can has recovered. */
function canFinish({ course, state }: Expansion): boolean {
  const { phase, serving, due } = at(course.points, state.point);
  if (phase !== 'gate' || (state.up & ~due) !== 0) return true;
  let voters = state.voting & due;
  for (let before = -1; before !== voters;) {
    before = voters;
    for (const server of membersOf(due & ~voters))
      if (count(voters) >= quorumOf(course, state, server)) voters |= 1 << server;
  }
  return (serving & ~voters) === 0;
}

function set(event: LogEvent, kind: LogEvent['kind'], server: number, servers: ServerSet = 0): void {
  event.kind = kind;
  event.server = server;
  event.servers = servers;
}

/** All subsets of a size. */
function subsetsOf(whole: ServerSet, size: number): readonly ServerSet[] {
  const subsets: ServerSet[] = size === 0 ? [0] : [];
  for (let subset = whole; subset !== 0; subset = (subset - 1) & whole)
    if (count(subset) === size) subsets.push(subset);
  return subsets;
}
