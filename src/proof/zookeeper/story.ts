// How does a counterexample read to a person at three in the morning?

import { invariant } from '../../model/invariant.js';
import type { Course } from './course.js';
import { isByElection, type Happening } from './course-of-events.js';
import type { BrokenRule } from './model.js';
import { addressesOf, at, count, membersOf, type ServerSet } from './roster.js';
import type { EnsembleState } from './state.js';

/**
 * The story of a broken rule: a sentence for each event that matters, the last ones say what is lost and how. `end` is the
 * last state on the way; where an election breaks the rule, that state allows it.
 */
export function storyOf(
  course: Course,
  broken: BrokenRule,
  happenings: readonly Happening[],
  end: EnsembleState,
): readonly string[] {
  const start = happenings[0]?.before ?? end;
  const told = isByElection(broken) ? happenings.slice(0, -1) : happenings;
  const sentences = told.flatMap((happening) => sentenceOf(course, happening) ?? []);
  return [opening(course, start), ...sentences, ...ending(course, broken, happenings, end)].map(
    (sentence) => `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`,
  );
}

function opening(course: Course, { group, leader }: EnsembleState): string {
  if (leader < 0) return 'nobody leads';
  return `${names(course, group)} serve, and ${name(course, leader)} leads`;
}

function sentenceOf(course: Course, { event, before }: Happening): string | null {
  const who = event.server < 0 ? '' : name(course, event.server);
  switch (event.kind) {
    case 'crash':
      return `${who} crashes${before.leader === event.server ? ', which led' : ''}`;
    case 'restart':
      return `${who} starts again, on ${listOf(course, before, event.server)}`;
    case 'cut':
      return `${names(course, event.servers)} lose sight of ${who}, which goes on with the others`;
    case 'dissolve':
      return `${who} stalls, or loses sight of too many, and leads no more`;
    case 'revive':
      return `${who}, which was stopped and not fenced, starts again`;
    case 'join':
      return `${who} joins ${name(course, before.leader)}`;
    case 'elect':
      return `${names(course, event.servers)} elect ${who}, by ${listOf(course, before, event.server)}`;
    case 'gate':
      return null;
    case 'stop':
      return `step: ${who} is stopped${before.leader === event.server ? ', which led' : ''}`;
    case 'fence':
      return `step: ${who} is fenced`;
    case 'wipe-and-start':
      return `step: ${who} starts on an empty disk, with ${listOf(course, nextPoint(before, 2), event.server)}`;
    case 'go-down':
      return `step: ${who} goes down${before.leader === event.server ? ', which led' : ''}`;
    case 'come-up':
      return `step: ${who} comes up with ${listOf(course, nextPoint(before, 1), event.server)}`;
  }
}

function nextPoint(state: EnsembleState, by: number): Pick<EnsembleState, 'point'> {
  return { point: state.point + by };
}

function ending(
  course: Course,
  broken: BrokenRule,
  happenings: readonly Happening[],
  end: EnsembleState,
): readonly string[] {
  const last = happenings.at(-1);
  switch (broken) {
    case 'lost-write':
    case 'split-brain': {
      invariant(last?.event.kind === 'elect', 'an election loses the write');
      return lossOf(course, broken, last);
    }
    case 'two-holders': {
      const twice = twoWithOneId(course, end);
      return [`${twice}: two live servers with one id, of which the others hear now one and now the other`];
    }
    case 'stuck': {
      const { serving } = at(course.points, end.point);
      const missing = serving & ~end.group;
      return [
        `the gate waits for ${names(course, serving)} to serve; ${names(course, missing)} ${count(missing) === 1 ? 'is' : 'are'} not able to, whatever is started again, and no other order of the rest leads on`,
      ];
    }
  }
}

/** Who has the write, who leads without it, and what becomes of it. */
function lossOf(course: Course, broken: BrokenRule, { event, before }: Happening): readonly string[] {
  const { roster, script } = course;
  const view = before.holdersList === 0 ? roster.views.from : roster.views.to;
  const vetted = event.vetted & ~before.blank;
  const counted = roster.family === '3.5.4' ? view.knows.from | view.knows.to : roster.all;
  const free = membersOf(before.holders & ~vetted & counted);
  // Those that serve still have the write for certain; and the leader's own copy makes the plainest story.
  const rank = (server: number): number =>
    (server === before.leader ? 0 : 2) + ((before.group & (1 << server)) === 0 ? 1 : 0);
  const holders = free
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, view.quorum)
    .reduce((set, server) => set | (1 << server), 0);
  const oldList = `the list of ${inWords(view.size)}`;
  const held = `write W is acknowledged by ${names(course, holders)}, enough by ${oldList}`;
  const elected = `${names(course, event.servers)} elect ${name(course, event.server)}, enough by ${listOf(course, before, event.server)}, and none of them has W`;
  const point = at(course.points, before.point);
  const next = script.steps
    .slice(point.step)
    .find(({ kind, host }) => kind === 'upgrade' && holds(course, holders, host));
  const fate =
    broken === 'split-brain'
      ? `two leaders have writes acknowledged at the same time; ${next === undefined ? `once ${name(course, event.server)}'s side is followed` : `when ${next.host} is upgraded`}, W is truncated: lost`
      : `when ${names(course, holders)} ${count(holders) === 1 ? 'follows' : 'follow'} ${name(course, event.server)}, W is truncated: lost`;
  return [held, elected, fate];
}

function holds({ roster }: Course, set: ServerSet, host: string): boolean {
  return (set & (1 << roster.addresses.indexOf(host))) !== 0;
}

function twoWithOneId({ roster, points }: Course, { point, up }: EnsembleState): string {
  const { to } = at(points, point);
  const idOf = (server: number): number =>
    at((to & (1 << server)) === 0 ? roster.ids.from : roster.ids.to, server);
  const running = membersOf(up).filter((server) => idOf(server) !== 0);
  const twin = running.find((server) =>
    running.some((other) => other < server && idOf(other) === idOf(server)),
  );
  const id = twin === undefined ? 0 : idOf(twin);
  const both = running.filter((server) => idOf(server) === id).map((server) => at(roster.addresses, server));
  return `${both.join(' and ')} both run with id ${id}`;
}

/** `the list of three`, with `new` or `old` where both have the same length. */
function listOf({ roster, points }: Course, { point }: Pick<EnsembleState, 'point'>, server: number): string {
  const isNew = (at(points, point).to & (1 << server)) !== 0;
  const { from, to } = roster.views;
  if (from.size === to.size) return roster.unchanged ? 'its list' : `the ${isNew ? 'new' : 'old'} list`;
  return `the list of ${inWords((isNew ? to : from).size)}`;
}

function name({ roster }: Course, server: number): string {
  return at(roster.addresses, server);
}

function names({ roster }: Course, set: ServerSet): string {
  const [last, ...others] = [...addressesOf(roster, set)].reverse();
  if (last === undefined) return 'nobody';
  return others.length === 0 ? last : `${others.reverse().join(', ')} and ${last}`;
}

function inWords(figure: number): string {
  return (
    ['none', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'][figure] ?? `${figure}`
  );
}
