// How does a counterexample of the replicated log read?

import type { Violation } from '../explorer/explore.js';
import { retrace } from '../explorer/retrace.js';
import { stateWords } from '../explorer/state-store.js';
import type { Course } from '../zookeeper/course.js';
import { addressesOf, at, type ServerSet } from '../zookeeper/roster.js';
import { logModel, type LogEvent, type LogRule } from './model.js';
import { emptyLog, unpack, type LogState } from './state.js';

/** A sentence for each event that matters; the last ones say what is wrong. */
export function logStory(course: Course, faults: number, violation: Violation<LogRule>): readonly string[] {
  const model = logModel(course, faults);
  const { events, end } = retrace(model, violation.path, unchanged);
  model.expand(end, new Int32Array(stateWords), unchanged);
  const last = emptyLog();
  unpack(end, last);
  const sentences = events.flatMap(({ event }) => sentenceOf(course, event) ?? []);
  return [...sentences, ...ending(course, violation.broken, model.event, last)].map(
    (sentence) => `Replicated log: ${sentence}.`,
  );
}

function unchanged(): void {}

function sentenceOf(course: Course, { kind, server, servers }: LogEvent): string | null {
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
      return `step on ${who}`;
    case 'gate':
    case 'come-up':
      return null;
  }
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
