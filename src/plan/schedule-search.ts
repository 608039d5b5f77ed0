// Which allowed order of steps costs least?

import type { StepKind } from './plan.js';
import { isLegible, type Moment } from './predict.js';
import type { MarginMemory } from './predict-margin.js';
import { at, count, membersOf, type Roster, type ServerSet } from '../proof/zookeeper/roster.js';
import { priorityQueue } from './priority-queue.js';
import { isComplete, movesFrom, type Move, type Strictness } from './schedule-rules.js';

/** A moment that the search has reached. */
interface Reached {
  readonly moment: Moment;
  readonly key: string;
  /** Cost of the way here. */
  readonly spent: number;
  /** `spent` and the least that the way on can cost. */
  readonly least: number;
  readonly depth: number;
  readonly before: Reached | null;
  readonly move: Move | null;
}

/** Steps that a proof has shown to lead astray, as `stepKey` names them. */
export type Barred = ReadonlySet<string>;

/** The name of a step at a moment. */
export function stepKey(moment: Moment, { kind, server }: Pick<Move, 'kind' | 'server'>): string {
  return `${momentKey(moment)} ${kind} ${server}`;
}

/**
 * The cheapest allowed moves that complete the stage; null when there are none. Costs compare in this order: steps
 * during which nobody serves; steps that no further failure may meet; elections; margin lost, summed over the steps;
 * steps; how late the newcomers come; how far the order is from ascending ids. The search is A* with a bound that
 * counts what is certainly left.
 */
export function cheapestMoves(roster: Roster, start: Moment, barred: Barred): readonly Move[] | null {
  return cheapest(roster, start, barred, 'strict') ?? cheapest(roster, start, barred, 'lenient');
}

function cheapest(
  roster: Roster,
  start: Moment,
  barred: Barred,
  strictness: Strictness,
): readonly Move[] | null {
  const memory: MarginMemory = new Map();
  const legible = strictness === 'strict' && isLegible(roster, { after: start, elections: 0 });
  const settled = new Set<string>();
  const queue = priorityQueue<Reached>((a, b) => a.least - b.least || b.depth - a.depth);
  const least = leastRest(roster, start);
  queue.push({ moment: start, key: momentKey(start), spent: 0, least, depth: 0, before: null, move: null });
  for (let reached = queue.pop(); reached !== undefined; reached = queue.pop()) {
    if (settled.has(reached.key)) continue;
    settled.add(reached.key);
    // A run that resumes here knows no more than it sees, and must predict the same; unless it saw at once who serves.
    if (legible && reached.move !== null && !isLegible(roster, reached.move.effect)) continue;
    if (isComplete(roster, reached.moment)) return wayTo(reached);
    for (const move of movesFrom(roster, reached.moment, memory, strictness)) {
      if (barred.size > 0 && barred.has(stepKey(reached.moment, move))) continue;
      const moment = move.effect.after;
      const key = momentKey(moment);
      if (settled.has(key)) continue;
      const spent = reached.spent + costOf(roster, reached.moment, move);
      queue.push({
        moment,
        key,
        spent,
        least: spent + leastRest(roster, moment),
        depth: reached.depth + 1,
        before: reached,
        move,
      });
    }
  }
  return null;
}

/** The parts of a cost, most important first. Each stays below its limit over a whole stage: see `combined`. */
interface Cost {
  readonly outages: number;
  readonly bare: number;
  readonly elections: number;
  readonly lost: number;
  readonly steps: number;
  readonly lateness: number;
  readonly disorder: number;
}

/** One number that compares as the parts do in turn; below 2^53. */
function combined(cost: Cost): number {
  const { outages, bare, elections, lost, steps, lateness, disorder } = cost;
  return (
    (((((outages * 64 + bare) * 32 + elections) * 512 + lost) * 64 + steps) * 1024 + lateness) * 1024 +
    disorder
  );
}

function costOf(roster: Roster, before: Moment, { kind, server, effect }: Move): number {
  const { margin, elections } = effect;
  const bit = 1 << server;
  const leader = before.leader < 0 ? 0 : 1 << before.leader;
  return combined({
    outages: margin < 0 ? 1 : 0,
    bare: margin === 0 ? 1 : 0,
    elections,
    lost: fullMargin(roster) - margin,
    steps: 1,
    lateness: count(roster.newcomers & ~before.running & ~bit),
    disorder: count(peersOf(roster, before, kind) & ~leader & (bit - 1)),
  });
}

/** Servers that the same kind of step still awaits. */
function peersOf(roster: Roster, { running, to }: Moment, kind: StepKind): ServerSet {
  if (kind === 'upgrade') return roster.survivors & ~(to & running);
  return kind === 'stop' ? roster.leavers & running : roster.newcomers & ~running;
}

/** The margin of the larger list when all of it serves. */
function fullMargin({ views: { from, to } }: Roster): number {
  return Math.max(from.size - from.quorum, to.size - to.quorum);
}

/**
 * A lower bound of what is left. A member that stays and isn't done must be down once, and an id that changes hands
 * is vacant from its stop to its install: each of these steps costs a margin of one at least. A leader that must go
 * down causes an election.
 */
function leastRest(roster: Roster, { running, to, fenced, installed, leader }: Moment): number {
  const upgrades = count(roster.survivors & ~(to & running & installed));
  const arrivals = count(roster.newcomers & ~(to & running & installed));
  const departures = roster.leavers & running;
  const fences = roster.leavers & ~fenced;
  const awaited = membersOf(roster.newcomers & ~running).filter(
    (server) => at(roster.predecessors, server) !== 0,
  );
  const vacating = awaited.reduce((set, server) => set | at(roster.predecessors, server), 0);
  const late = count(departures & vacating) + count(fences & vacating);
  const vacant = late + awaited.length;
  const leaderGoes = leader >= 0 && ((1 << leader) & (roster.leavers | ~to)) !== 0;
  return combined({
    outages: 0,
    bare: fullMargin(roster) <= 1 ? upgrades + vacant : 0,
    elections: leaderGoes ? 1 : 0,
    lost: upgrades + vacant,
    steps: upgrades + arrivals + count(departures) + count(fences),
    lateness: late,
    disorder: 0,
  });
}

/** What tells two moments apart. */
export function momentKey({
  running,
  from,
  to,
  fenced,
  installed,
  serving,
  leader,
  current,
  filled,
}: Moment): string {
  return `${running},${from},${to},${fenced},${installed},${serving},${leader},${current},${filled}`;
}

function wayTo(reached: Reached): readonly Move[] {
  const moves: Move[] = [];
  for (let step: Reached | null = reached; step !== null; step = step.before) {
    if (step.move !== null) moves.push(step.move);
  }
  return moves.reverse();
}
