// Is what is left of a stage still safe, from the world that was just seen?

import type { Stage } from '../plan/plan.js';
import { provedSchedule, type ProvedSchedule } from '../plan/proved-schedule.js';
import type { PlannedStep } from '../plan/schedule.js';
import type { StageWorld } from '../plan/world.js';
import type { Replicated } from '../proof/prove-script.js';
import type { Failure } from './failure.js';

/** The rest of a stage with what it was proved for, or why there is none. */
export type ProvedRest =
  | {
      readonly kind: 'proved';
      readonly steps: readonly PlannedStep[];
      /** How many further faults it bears: fewer than the plan when what was seen is one already. */
      readonly faults: number;
      /** States explored; 0 where there was nothing left to explore. */
      readonly states: number;
    }
  | { readonly kind: 'refuted'; readonly failure: Failure }
  /** No order of steps keeps even the rules. */
  | { readonly kind: 'none' };

/** What is to be proved: plain data, so that another thread can have it. */
export interface RestToProve {
  readonly stage: Stage;
  readonly world: StageWorld;
  /** How many faults the plan bears in each stage. */
  readonly faults: number;
  /** What must stay safe. */
  readonly replicated: readonly Replicated[];
}

/** Worlds remembered at the most, so that a long run's memory stays small. */
const mostRemembered = 500;

const remembered = new Map<string, ProvedSchedule>();

/**
 * Proves the rest with as many faults as the plan bears; where that is refuted, something has failed already, and the rest
 * need only bear one fault less. Where a rule is broken as things stand, the steps that mend it are not held against it.
 */
export function proveRest({ stage, world, faults, replicated }: RestToProve): ProvedRest {
  let found = schedule(world, faults, replicated);
  let bound = faults;
  while (found.kind === 'refuted' && bound > 0) {
    bound -= 1;
    found = schedule(world, bound, replicated);
  }
  if (found.kind === 'none') return found;
  const { states, refutation } = found.proof;
  // What is broken already can only be mended: the rules of the schedule say how.
  if (refutation?.atStart === true) return { kind: 'proved', steps: found.steps, faults: 0, states };
  if (found.kind === 'proved') return { kind: 'proved', steps: found.steps, faults: bound, states };
  return { kind: 'refuted', failure: refuted(stage, refutation?.story ?? []) };
}

function schedule(world: StageWorld, faults: number, replicated: readonly Replicated[]): ProvedSchedule {
  const key = JSON.stringify([faults, replicated, world]);
  const known = remembered.get(key);
  if (known !== undefined) return known;
  if (remembered.size >= mostRemembered) remembered.clear();
  const found = provedSchedule(world, faults, replicated);
  remembered.set(key, found);
  return found;
}

function refuted(stage: Stage, story: readonly string[]): Failure {
  return {
    code: 'refuted',
    blame: 'cluster',
    message: `every order of the rest of stage ${stage.number} could break a rule, from what is seen now: ${story.at(-1) ?? ''}`,
    seen: story,
    expected: 'an order of steps that is proved from here',
    next: [
      'bring back what is down or does not serve, with its disk, then resume',
      '`succession rollback` looks for a proved way back',
    ],
  };
}
