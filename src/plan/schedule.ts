// In which order are the servers of a stage touched?

import type { Step } from './plan.js';
import { carryOut, describe, momentOf, type Moment } from './predict.js';
import type { MarginMemory } from './predict-margin.js';
import { at, rosterOf, type Roster } from '../proof/zookeeper/roster.js';
import { fullStopMoves } from './schedule-full-stop.js';
import { reasonFor } from './schedule-reason.js';
import type { Move } from './schedule-rules.js';
import { type Barred, cheapestMoves, stepKey } from './schedule-search.js';
import type { StageWorld } from './world.js';

/** A step that has no place in a plan yet. */
export type PlannedStep = Omit<Step, 'id'>;

/**
 * The cheapest order of steps that completes a stage from any of its worlds: its start, after any step, or what a
 * crash left. [] when the stage is complete; null when no order obeys the rules.
 *
 * Throws `InvariantError` when a list is empty.
 */
export function schedule(world: StageWorld): readonly PlannedStep[] | null {
  return keyedSchedule(world, new Set())?.steps ?? null;
}

/** A schedule, and the names under which its steps can be barred from the next one. */
export interface KeyedSchedule {
  readonly steps: readonly PlannedStep[];
  readonly keys: readonly string[];
}

/** As `schedule`, without the steps that are barred. A full stop has one order only. */
export function keyedSchedule(world: StageWorld, barred: Barred): KeyedSchedule | null {
  const roster = rosterOf(world);
  const moment = momentOf(roster, world);
  const moves = world.fullStop ? fullStopMoves(roster, moment) : cheapestMoves(roster, moment, barred);
  if (moves === null) return null;
  const befores = [moment, ...moves.map((move) => move.effect.after)];
  return {
    steps: planned(roster, moment, moves, world.fullStop),
    keys: moves.map((move, index) => stepKey(at(befores, index), move)),
  };
}

function planned(
  roster: Roster,
  start: Moment,
  moves: readonly Move[],
  fullStop: boolean,
): readonly PlannedStep[] {
  const memory: MarginMemory = new Map();
  return moves.map((move, index): PlannedStep => {
    const before = index === 0 ? start : at(moves, index - 1).effect.after;
    // The search looks at margins less closely than people may.
    const { margin } = carryOut(roster, before, move, 'exact', memory);
    return {
      kind: move.kind,
      host: at(roster.addresses, move.server),
      reason: reasonFor({ roster, before, move, fullStop }),
      margin,
      ...describe(roster, move.effect.after),
      elections: move.effect.elections,
    };
  });
}
