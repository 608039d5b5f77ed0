// How does a counterexample read to a person at three in the morning?

import { invariant } from '../../model/invariant.js';
import type { Course } from './course.js';
import { isByElection, type Happening } from './course-of-events.js';
import { lostWriteOf } from './lost-write.js';
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
  const sentences = told.flatMap((happening) => clauseOf(course, happening) ?? []);
  return [opening(course, start), ...sentences, ...ending(course, broken, happenings, end)].map(
    (sentence) => `${asSentence(course, sentence)}.`,
  );
}

/** With a capital, unless it begins with a host's name. */
function asSentence({ roster }: Course, words: string): string {
  if (roster.addresses.some((address) => words.startsWith(address))) return words;
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

function opening(course: Course, { group, leader }: EnsembleState): string {
  if (leader < 0) return 'nobody leads';
  return `${names(course, group)} serve, and ${name(course, leader)} leads`;
}

/** One event as a sentence; null for what nobody sees. */
export function tellHappening(course: Course, happening: Happening): string | null {
  const clause = clauseOf(course, happening);
  return clause === null ? null : `${asSentence(course, clause)}.`;
}

function clauseOf(course: Course, { event, before }: Happening): string | null {
  const who = event.server < 0 ? '' : name(course, event.server);
  const whoLed = before.leader === event.server ? `${who}, which leads,` : who;
  switch (event.kind) {
    case 'crash':
      return `${whoLed} crashes`;
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
      return `step: ${whoLed} is stopped`;
    case 'fence':
      return `step: ${who} is fenced`;
    case 'wipe-and-start':
      return `step: ${who} starts on an empty disk, with ${listOf(course, nextPoint(before, 2), event.server)}`;
    case 'go-down':
      return `step: ${whoLed} goes down`;
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
      return [
        `the gate waits until ${names(course, serving)} serve, and nobody else; ${whyStuck(course, serving, end)}, and no other order of the rest leads on`,
      ];
    }
  }
}

function whyStuck(course: Course, serving: ServerSet, { group }: EnsembleState): string {
  const missing = serving & ~group;
  const more = group & ~serving;
  if (missing === 0 && more !== 0)
    return `${names(course, more)} ${count(more) === 1 ? 'serves' : 'serve'} too, and nothing ends that`;
  return `${names(course, missing)} can't all come to that, whatever is started again`;
}

/** Who has the write, who leads without it, and what becomes of it. */
function lossOf(course: Course, broken: BrokenRule, last: Happening): readonly string[] {
  const { event, before } = last;
  const { holders, view, onOldList } = lostWriteOf(course, last);
  const { from, to } = course.roster.views;
  const itsList = from.size === to.size ? 'their list' : `the list of ${inWords(view.size)}`;
  const held = `write W is acknowledged by ${names(course, holders)}, ${onOldList ? `which still ${count(holders) === 1 ? 'holds' : 'hold'} ${oldListOf(course)}: enough by it` : `enough by ${itsList}`}`;
  const when = broken === 'split-brain' ? 'meanwhile ' : '';
  const elected = `${when}${names(course, event.servers)} elect ${name(course, event.server)}, enough by ${listOf(course, before, event.server)}, and none of them has W`;
  return [held, elected, fateOf(course, broken, last, holders)];
}

function fateOf(
  course: Course,
  broken: BrokenRule,
  { event, before }: Happening,
  holders: ServerSet,
): string {
  const follow = `when ${names(course, holders)} ${count(holders) === 1 ? 'follows' : 'follow'} ${name(course, event.server)}`;
  if (broken !== 'split-brain') return `${follow}, W is truncated: lost`;
  const { step } = at(course.points, before.point);
  const upgraded = course.script.steps
    .slice(step)
    .filter(({ kind, host }) => kind === 'upgrade' && holds(course, holders, host))
    .reduce((set, { host }) => set | (1 << course.roster.addresses.indexOf(host)), 0);
  const when =
    upgraded === 0
      ? follow
      : `when ${names(course, upgraded)} ${count(upgraded) === 1 ? 'is' : 'are'} upgraded`;
  return `two leaders have writes acknowledged at the same time; ${when}, W is truncated: lost`;
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

function oldListOf({ roster }: Course): string {
  const { from, to } = roster.views;
  return from.size === to.size
    ? roster.unchanged
      ? 'their list'
      : 'the old list'
    : `the list of ${inWords(from.size)}`;
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
