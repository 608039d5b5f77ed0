// How does a counterexample of the replicated log read?

import type { Violation } from '../explorer/explore.js';
import { retrace } from '../explorer/retrace.js';
import { stateWords } from '../explorer/state-store.js';
import type { Course } from '../zookeeper/course.js';
import { addressesOf, at, type ServerSet } from '../zookeeper/roster.js';
import type { RestartStepKind } from '../zookeeper/script.js';
import { logModel, type LogEvent, type LogRule } from './model.js';
import { emptyLog, unpack, type LogState } from './state.js';

/** A sentence for each event that matters; the last ones say what is wrong. */
export function logStory(course: Course, faults: number, violation: Violation<LogRule>): readonly string[] {
  const model = logModel(course, faults);
  const { events, end } = retrace(model, violation.path, unchanged);
  model.expand(end, new Int32Array(stateWords), unchanged);
  const last = emptyLog();
  unpack(end, last);
  const sentences = events.flatMap(({ event, before }) => {
    const state = emptyLog();
    unpack(before, state);
    return sentenceOf(course, event, state) ?? [];
  });
  return [...sentences, ...ending(course, violation.broken, model.event, last)].map(
    (sentence) => `Replicated log: ${sentence}.`,
  );
}

function unchanged(): void {}

function sentenceOf(course: Course, { kind, server, servers }: LogEvent, before: LogState): string | null {
  const who = server < 0 ? '' : at(course.roster.addresses, server);
  switch (kind) {
    case 'crash':
      return `${who} crashes`;
    case 'revive':
      return `${who}, which was stopped and not fenced, starts again`;
    case 'restart':
      return `${who} starts again`;
    case 'write':
      return `${who} writes W, acknowledged by the replicas of ${names(course, servers)}`;
    case 'elect':
      return `${who} becomes the leading master`;
    case 'recover':
      return `the replica of ${who} recovers and votes`;
    case 'initialise':
      return `the replica of ${who} finds only empty ones and begins a new log`;
    case 'step':
      return `step: ${who} ${stepWords[at(course.points, before.point).kind ?? 'stop']}`;
    case 'come-up':
      return `step: ${who} comes up again, ${quorumWords(course, before.point + 1, server)}`;
    case 'gate':
      return null;
  }
}

const stepWords: Readonly<Record<RestartStepKind, string>> = {
  stop: 'is stopped',
  fence: 'is fenced',
  install: 'starts with an empty replica',
  upgrade: 'goes down',
  restart: 'goes down',
  start: 'starts',
};

function quorumWords({ roster, points }: Course, point: number, server: number): string {
  const isNew = (at(points, point).to & (1 << server)) !== 0;
  return `with a quorum of ${(isNew ? roster.views.to : roster.views.from).quorum}`;
}

function ending(
  course: Course,
  broken: LogRule,
  { server, servers }: LogEvent,
  state: LogState,
): readonly string[] {
  const who = server < 0 ? 'nobody' : at(course.roster.addresses, server);
  const voters = state.voting & state.up;
  switch (broken) {
    case 'log-lost-write':
      return [
        `${who} becomes the leading master by the promises of voters among ${names(course, voters & ~state.has)}, enough for the quorum that it has configured, and none of them has W: lost`,
      ];
    case 'log-split':
      return [
        `${who} becomes the leading master, and ${names(course, servers)}, which was it before, still finds a quorum of its own among ${names(course, voters)}: both can write`,
      ];
    case 'log-stuck':
      return [
        `the gate waits for replicas that can't recover: too few voters are left, ${names(course, voters)}`,
      ];
  }
}

function names({ roster }: Course, set: ServerSet): string {
  return addressesOf(roster, set).join(', ') || 'nobody';
}
