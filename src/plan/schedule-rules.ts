// Which steps may come next? The rules are those of one quorum, of one holder per id, and of one at a time.

import { carryOut, type Effect, type Moment } from './predict.js';
import type { RestartStepKind } from '../proof/zookeeper/script.js';
import type { MarginMemory } from './predict-margin.js';
import { at, count, membersOf, type Roster, type ServerSet } from '../proof/zookeeper/roster.js';

/** A step that the rules allow, with what it does. */
export interface Move {
  readonly kind: RestartStepKind;
  readonly server: number;
  readonly effect: Effect;
}

/**
 * Whether a server may go down although another one does not serve: never, or, where there is no other way, when that
 * one waits for just this (see `isCure`).
 */
export type Strictness = 'strict' | 'lenient';

/** Whether nothing is left to do: all of `to` run on it, and whoever left is stopped and fenced. */
export function isComplete(roster: Roster, moment: Moment): boolean {
  const done = moment.running & moment.to & moment.installed;
  return (
    ((roster.survivors | roster.newcomers) & ~done) === 0 &&
    (roster.leavers & (moment.running | ~moment.fenced)) === 0
  );
}

/**
 * All steps that the rules allow at a moment. Before anything else is touched, a server that runs on data that differ is
 * stopped (it could be elected, and would pass them on), and one that left and could still come back by itself is fenced.
 */
export function movesFrom(
  roster: Roster,
  moment: Moment,
  memory: MarginMemory,
  strictness: Strictness = 'strict',
): readonly Move[] {
  const differing = roster.reseeded & moment.running & ~moment.installed;
  const unfenced = roster.leavers & ~moment.running & ~moment.fenced;
  const present = roster.survivors | roster.newcomers | roster.leavers;
  return membersOf(differing || unfenced || present).flatMap((server) =>
    kindsFor(roster, moment, server, memory).flatMap((kind) => {
      if (!mayBegin(roster, moment, kind, server, memory, strictness)) return [];
      const effect = carryOut(roster, moment, { kind, server }, 'leader', memory);
      return mayEnd(roster, moment, kind, server, effect.after) ? [{ kind, server, effect }] : [];
    }),
  );
}

/** Where ids move, who leads matters: a leader that still has the old list may also be asked to give way. */
function kindsFor(
  roster: Roster,
  moment: Moment,
  server: number,
  memory: MarginMemory,
): readonly RestartStepKind[] {
  const kind = nextKind(roster, moment, server, memory);
  const givesWay = !roster.stable && moment.leader === server && kind === 'upgrade';
  return [...(kind === null ? [] : [kind]), ...(givesWay ? (['restart'] as const) : [])];
}

/**
 * Servers that came new and serve nobody: they lack writes, and their votes could still make a quorum (R7). Nobody else
 * is restarted next to them.
 */
export function outsiders(roster: Roster, moment: Moment): ServerSet {
  return (roster.newcomers | roster.fresh) & moment.installed & moment.running & moment.to & ~moment.serving;
}

/**
 * While anybody runs on the old list, or could come back with it, too few servers run for a quorum of each list apart
 * from the other: whoever leads with the old list may have a write acknowledged by an old quorum, whatever lists its
 * members hold, and a new quorum of others would not know of it. As long as nobody has the new list there is only one
 * kind of quorum.
 */
export function haveOneQuorum(roster: Roster, moment: Moment): boolean {
  const couldRun = moment.running | ((moment.from | moment.to) & ~moment.fenced);
  const { from, to } = roster.views;
  return (
    (couldRun & moment.to) === 0 ||
    (couldRun & moment.from) === 0 ||
    count(couldRun) < from.quorum + to.quorum
  );
}

/** What is next for one server, whatever the others do; null when nothing is. */
function nextKind(
  roster: Roster,
  moment: Moment,
  server: number,
  memory: MarginMemory,
): RestartStepKind | null {
  const bit = 1 << server;
  const running = (moment.running & bit) !== 0;
  if ((roster.leavers & bit) !== 0) return running ? 'stop' : (moment.fenced & bit) === 0 ? 'fence' : null;
  if ((moment.installed & bit) === 0) return running ? 'stop' : 'install';
  if (running) {
    if ((moment.to & bit) === 0) return 'upgrade';
    return (outsiders(roster, moment) & bit) === 0 ? null : 'stop';
  }
  if ((moment.fenced & bit) !== 0) return 'upgrade';
  if ((moment.to & bit) !== 0) return 'start';
  return (moment.from & bit) !== 0 && onlyOnOldList(roster, moment, server, memory) ? 'start' : 'upgrade';
}

/** Whether a member that is down would serve again on the list that it holds, and not on the new one. */
function onlyOnOldList(roster: Roster, moment: Moment, server: number, memory: MarginMemory): boolean {
  const serves = (kind: RestartStepKind): boolean =>
    (carryOut(roster, moment, { kind, server }, 'leader', memory).after.serving & (1 << server)) !== 0;
  return !serves('upgrade') && serves('start');
}

function mayBegin(
  roster: Roster,
  moment: Moment,
  kind: RestartStepKind,
  server: number,
  memory: MarginMemory,
  strictness: Strictness,
): boolean {
  const bit = 1 << server;
  const isNew = comesNew(roster, moment, server);
  const waiting = outsiders(roster, moment) & ~bit;
  if (kind === 'fence') return true;
  if ((moment.running & bit) !== 0) {
    if (kind !== 'stop' && waiting !== 0) return false;
    const isIdle = moment.leader >= 0 && (moment.serving & bit) === 0;
    const absent = missing(roster, moment, bit, memory);
    if (isIdle || absent === 0) return true;
    return strictness === 'lenient' && isCure(roster, moment, kind, server, absent, memory);
  }
  if (!isNew) return true;
  const undone = roster.fresh & ~moment.installed;
  return (
    waiting === 0 &&
    predecessorIsGone(roster, moment, server) &&
    (missing(roster, moment, bit, memory) & ~undone) === 0
  );
}

/**
 * Whether those that are missing only wait for this very step: they run, and serve once it is taken (a leaver that was
 * elected after others had got the new list, and that they can't follow, say).
 */
function isCure(
  roster: Roster,
  moment: Moment,
  kind: RestartStepKind,
  server: number,
  absent: ServerSet,
  memory: MarginMemory,
): boolean {
  if ((absent & ~moment.running) !== 0) return false;
  const { after } = carryOut(roster, moment, { kind, server }, 'leader', memory);
  return (absent & ~after.serving) === 0;
}

function mayEnd(
  roster: Roster,
  before: Moment,
  kind: RestartStepKind,
  server: number,
  after: Moment,
): boolean {
  if (kind === 'fence' || kind === 'stop') return true;
  if (!haveOneQuorum(roster, after) || !idsAreUnique(roster, after)) return false;
  if (!comesNew(roster, before, server)) return true;
  return (after.serving & (1 << server)) !== 0 && after.leader !== server;
}

/** Whether bringing this server up adds one that lacks writes and may hold an id that another one had. */
function comesNew(roster: Roster, moment: Moment, server: number): boolean {
  const bit = 1 << server;
  return (moment.running & bit) === 0 && ((roster.newcomers | roster.fresh) & bit) !== 0;
}

/** Whether no two servers that run, or could come back, claim one id; a matter of course while every id stays. */
function idsAreUnique(roster: Roster, { running, from, to, fenced }: Moment): boolean {
  if (roster.stable) return true;
  const ids = membersOf(running | ((from | to) & ~fenced)).map((server) =>
    at((to & (1 << server)) === 0 ? roster.ids.from : roster.ids.to, server),
  );
  return new Set(ids).size === ids.length;
}

/** Whether whoever had this newcomer's id is stopped and fenced (R6). */
function predecessorIsGone(roster: Roster, moment: Moment, server: number): boolean {
  return (at(roster.predecessors, server) & (moment.running | ~moment.fenced)) === 0;
}

/**
 * Servers other than `touched` that should do their part and don't: members that stay, and newcomers that went down
 * and could serve again now. While nobody serves, running is all that can be asked.
 */
function missing(roster: Roster, moment: Moment, touched: ServerSet, memory: MarginMemory): ServerSet {
  const present = moment.leader >= 0 ? moment.serving : moment.running;
  const down = roster.newcomers & roster.fresh & moment.installed & ~moment.running & ~touched;
  const couldReturn = membersOf(down).filter(
    (server) =>
      predecessorIsGone(roster, moment, server) &&
      (carryOut(roster, moment, { kind: 'start', server }, 'leader', memory).after.serving &
        (1 << server)) !==
        0,
  );
  return couldReturn.reduce((set, server) => set | (1 << server), roster.survivors & ~present & ~touched);
}
