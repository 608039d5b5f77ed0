// How does a counterexample of a change of the list read?

import type { Violation } from '../explorer/explore.js';
import { retrace } from '../explorer/retrace.js';
import { stateWords } from '../explorer/state-store.js';
import type { BrokenRule } from '../zookeeper/model.js';
import { at, membersOf, type ServerSet } from '../zookeeper/roster.js';
import type { ListCourse } from './list-course.js';
import { reaching } from './list-election.js';
import type { ListEvent, ListModelOptions } from './list-event.js';
import { listModel } from './model.js';
import { emptyListState, type ListState, unpack, versionOf } from './state.js';

/** A sentence for each event that matters; the last ones say what is wrong. */
export function listStory(
  course: ListCourse,
  options: ListModelOptions,
  violation: Violation<BrokenRule>,
): readonly string[] {
  const model = listModel(course, options);
  const { events, end } = retrace(model, violation.path, unchanged);
  model.expand(end, new Int32Array(stateWords), unchanged);
  const last = read(end);
  const first = read(violation.path[0] ?? end);
  const opening =
    first.leader < 0
      ? 'nobody leads'
      : `${names(course, first.group)} serve, and ${name(course, first.leader)} leads`;
  const sentences = events.flatMap(({ event, before }) => sentenceOf(course, event, read(before)) ?? []);
  return [opening, ...sentences, ...ending(course, violation.broken, model.event, last)].map((words) =>
    asSentence(course, words),
  );
}

function unchanged(): void {}

function read(words: Int32Array): ListState {
  const state = emptyListState();
  unpack(words, state);
  return state;
}

function sentenceOf(
  course: ListCourse,
  { kind, server, servers }: ListEvent,
  before: ListState,
): string | null {
  const who = server < 0 ? '' : name(course, server);
  const point = at(course.points, before.point);
  switch (kind) {
    case 'crash':
      return `${who}${before.leader === server ? ', which leads,' : ''} crashes`;
    case 'cut':
      return `${names(course, servers)} lose sight of ${who}, which goes on with the others`;
    case 'dissolve':
      return `${who} stalls, or loses sight of too many, and leads no more`;
    case 'revive':
      return `${who}, which was stopped and not fenced, starts again`;
    case 'restart':
      return `${who} starts again`;
    case 'join':
      return `${who} joins ${name(course, before.leader)}`;
    case 'elect':
      return `${names(course, servers)} elect ${who}`;
    case 'propose': {
      const step = at(course.script.steps, point.phase === 'gate' ? point.step - 1 : point.step);
      return `step: ${name(course, before.leader)} proposes to ${step.kind} ${step.host}`;
    }
    case 'acknowledge':
      return `${who} sees the proposal and acknowledges it`;
    case 'commit':
      return `${who} commits the change: the list is ${listOf(course, versionOf(before.active, server) + 1)}`;
    case 'hand-over':
      return `${who}, which is out of the list, hands over`;
    case 'step':
      return `step: ${who} ${deedOf(point.kind)}`;
    case 'refused':
    case 'activate':
    case 'gate':
      return null;
  }
}

function deedOf(kind: string | null): string {
  const deeds: Readonly<Record<string, string>> = {
    stop: 'is stopped',
    fence: 'is fenced',
    join: 'starts, to follow without a vote',
    start: 'starts',
  };
  return deeds[kind ?? ''] ?? 'stays as the list has it';
}

function ending(
  course: ListCourse,
  broken: BrokenRule,
  { server, servers, crowd }: ListEvent,
  state: ListState,
): readonly string[] {
  switch (broken) {
    case 'split-brain':
      return [
        `${name(course, state.leader)} leads ${names(course, state.group)}, enough by its list, and ${names(course, servers)} elect ${name(course, server)}, enough by theirs: two leaders have writes acknowledged at the same time`,
      ];
    case 'lost-write': {
      const holders = state.holders & ~(crowd & ~state.blank);
      const elected = `${names(course, servers)} elect ${name(course, server)}, enough by the list that they know`;
      const having = reaching(state.logged, state.committed, crowd & ~state.blank);
      if (having === 0 && state.committed > 0)
        return [
          elected,
          `none of them has the change that made ${listOf(course, state.committed)} the list, nor a write since: lost`,
        ];
      return [
        `write W is acknowledged by ${names(course, holders)}, enough by the list ${listOf(course, state.committed)}`,
        `${elected}, and none of them has W: lost`,
      ];
    }
    case 'two-holders': {
      const pair = course.twins.find((one) => (state.up & one) === one) ?? 0;
      return [`${names(course, pair)} both run with one id: votes are counted by id, whoever sends them`];
    }
    case 'stuck': {
      const { serving, version } = at(course.points, state.point);
      return [
        `the gate waits for ${names(course, serving)} to serve with the list ${listOf(course, version)}; that does not come, whatever is started again, and no other order of the rest leads on`,
      ];
    }
  }
}

function listOf({ lists }: ListCourse, version: number): string {
  return at(lists, version)
    .members.map(({ id, address }) => `${id}:${address}`)
    .join(' ');
}

function name({ addresses }: ListCourse, server: number): string {
  return server < 0 ? 'nobody' : at(addresses, server);
}

function names(course: ListCourse, set: ServerSet): string {
  const [last, ...others] = membersOf(set)
    .map((server) => name(course, server))
    .toReversed();
  if (last === undefined) return 'nobody';
  return others.length === 0 ? last : `${others.toReversed().join(', ')} and ${last}`;
}

/** With a capital, unless it begins with a host's name. */
function asSentence({ addresses }: ListCourse, words: string): string {
  const begins = addresses.some((address) => words.startsWith(address));
  return `${begins ? words : `${words.charAt(0).toUpperCase()}${words.slice(1)}`}.`;
}
