// In which order is everything stopped and started again, when a server that stays must change its id?

import { carryOut, type Moment } from './predict.js';
import type { RestartStepKind } from '../proof/zookeeper/script.js';
import type { MarginMemory } from './predict-margin.js';
import { at, lowest, membersOf, type Roster, type ServerSet } from '../proof/zookeeper/roster.js';
import { isComplete, type Move } from './schedule-rules.js';

type NextStep = Pick<Move, 'kind' | 'server'>;

/**
 * Stops all, the leader last; fences the leavers; starts those that stay on the new list, all of them (every quorum of
 * them has every write, and who had stopped first can't be seen after a crash), each once its new id is free; then brings in the newcomers
 * one at a time. No two lists are ever in use at once (R4, R5). Null when a newcomer would
 * not join at once, or would lead.
 */
export function fullStopMoves(roster: Roster, start: Moment): readonly Move[] | null {
  const memory: MarginMemory = new Map();
  const moves: Move[] = [];
  for (let moment = start; !isComplete(roster, moment);) {
    const next = nextStep(roster, moment);
    if (next === null) return null;
    const effect = carryOut(roster, moment, next, 'exact', memory);
    const isNew = ((roster.newcomers | roster.fresh) & (1 << next.server)) !== 0;
    const comes = next.kind !== 'stop' && next.kind !== 'fence';
    if (isNew && comes && !joins(effect.after, next.server)) return null;
    moves.push({ ...next, effect });
    moment = effect.after;
  }
  return moves;
}

function nextStep(roster: Roster, moment: Moment): NextStep | null {
  const differing = roster.reseeded & moment.running & ~moment.installed;
  if (differing !== 0) return step('stop', differing);
  const old = moment.running & (roster.leavers | ~moment.to | ~moment.installed);
  if (old !== 0) return step('stop', firstToStop(roster, moment, old));
  const unfenced = roster.leavers & ~moment.fenced;
  if (unfenced !== 0) return step('fence', unfenced);
  const down = roster.survivors & moment.installed & ~moment.running;
  if (down !== 0) return nextToReturn(roster, moment, down);
  const empty = (roster.survivors | roster.newcomers) & ~moment.running & ~moment.installed;
  if (empty !== 0) return step('install', empty);
  const returning = roster.newcomers & ~moment.running;
  return returning === 0 ? null : step('upgrade', returning);
}

/**
 * Ids pass on like seats: a server comes back once nobody that a reboot could bring back claims its new id. Where they go
 * round in a circle, one of them is fenced until its own turn.
 */
function nextToReturn(roster: Roster, moment: Moment, down: ServerSet): NextStep {
  const rivals = membersOf(down).map((server) => rivalsOf(roster, moment, server));
  const free = membersOf(down).filter((_, index) => rivals[index] === 0);
  return free[0] === undefined ? step('fence', at(rivals, 0)) : { kind: 'upgrade', server: free[0] };
}

/** The servers on the old list that could come back with the id that `server` gets. */
function rivalsOf({ addresses, ids }: Roster, { from, fenced }: Moment, server: number): ServerSet {
  const couldReturn = from & ~fenced & ~(1 << server);
  return addresses.reduce(
    (set, _, other) =>
      (couldReturn & (1 << other)) !== 0 && ids.from[other] === ids.to[server] ? set | (1 << other) : set,
    0,
  );
}

function step(kind: RestartStepKind, set: ServerSet): NextStep {
  return { kind, server: lowest(set) };
}

/** Leavers first, so that the last writes are on those that stay; the leader last, since it has them all. */
function firstToStop(roster: Roster, { leader }: Moment, running: ServerSet): ServerSet {
  const followers = leader < 0 ? running : running & ~(1 << leader);
  if ((followers & roster.leavers) !== 0) return followers & roster.leavers;
  return followers === 0 ? running : followers;
}

function joins(after: Moment, server: number): boolean {
  return (after.serving & (1 << server)) !== 0 && after.leader !== server;
}
