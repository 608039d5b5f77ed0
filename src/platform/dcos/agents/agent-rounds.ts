// After which stages must the agents get the new list, so that it always holds a master that lives?

import { addressesIn, idOf, sameEnsemble } from '../../../model/ensemble.js';
import type { Address, Ensemble } from '../../../model/ensemble.js';

/** What of a stage decides. */
export interface ListedStage {
  readonly number: number;
  readonly from: Ensemble;
  readonly ensemble: Ensemble;
  readonly fresh: readonly Address[];
}

/** What of a plan decides. */
export interface ListedPlan {
  /** The ensemble at the start, whose list the agents hold. */
  readonly from: Ensemble;
  /** Members that are down, until a stage renews them. */
  readonly down: readonly Address[];
  readonly stages: readonly ListedStage[];
}

/**
 * As many masters of an agent's list should live throughout a stage: while one of them restarts, another is there
 * (`packages/bootstrap` in dcos/dcos picks one of the list, and tries again).
 */
const enough = 2;

/**
 * Whether the agents must get the stage's list when it is reached. `next` is the ensemble after the stage that follows;
 * null: this was the last one, and the agents end with the list that the masters have. Otherwise when too few of the list
 * that they hold would live throughout that stage, and more of the new one would.
 */
export function needsAgentRound(plan: ListedPlan, stage: ListedStage, next: Ensemble | null): boolean {
  return roundAfter(plan, stage, next, agentsListDuring(plan, stage));
}

/** The list that the agents hold while `stage` is carried out. */
export function agentsListDuring(plan: ListedPlan, stage: ListedStage): readonly Address[] {
  const last = plan.stages.find((one) => one.number === stage.number - 1);
  // What was undone was never reached; the stage that undoes it may not be in the plan.
  const undone = last !== undefined && undoes(stage, last) ? last : null;
  const done = plan.stages.filter((one) => one.number < stage.number && one !== undone);
  let listed = addressesIn(plan.from);
  for (const [index, one] of done.entries()) {
    const next = done[index + 1] ?? undone ?? stage;
    if (roundAfter(plan, one, next.ensemble, listed)) listed = addressesIn(one.ensemble);
  }
  return listed;
}

/** Whether an agent that holds another list than it should has a living master in it until its first round. */
export function livesUntilRound(plan: ListedPlan, listed: readonly Address[]): boolean {
  const present = addressesIn(plan.from);
  for (const [index, stage] of plan.stages.entries()) {
    const away = sameEnsemble(stage.from, stage.ensemble) ? 1 : 0;
    const down = downBefore(plan, stage);
    const living = listed.filter(
      (address) =>
        [stage.from, stage.ensemble].every((one) => idOf(one, address) !== undefined) &&
        !down.includes(address),
    );
    if (living.length - away < 1) return false;
    if (roundAfter(plan, stage, plan.stages[index + 1]?.ensemble ?? null, present)) return true;
  }
  return true;
}

function undoes(stage: ListedStage, other: ListedStage): boolean {
  if (sameEnsemble(other.from, other.ensemble)) return false;
  return sameEnsemble(stage.from, other.ensemble) && sameEnsemble(stage.ensemble, other.from);
}

function roundAfter(
  plan: ListedPlan,
  stage: ListedStage,
  next: Ensemble | null,
  listed: readonly Address[],
): boolean {
  const present = addressesIn(stage.ensemble);
  if (next === null) return !sameAddresses(listed, present);
  const down = downBefore(plan, stage).filter((address) => !stage.fresh.includes(address));
  const livesThroughout = (address: Address): boolean =>
    [stage.ensemble, next].every((one) => idOf(one, address) !== undefined) && !down.includes(address);
  // A list that stays is a rebuild: one of it is away in between.
  const away = sameEnsemble(stage.ensemble, next) ? 1 : 0;
  const left = listed.filter(livesThroughout).length - away;
  return left < enough && left < present.filter(livesThroughout).length - away;
}

/** A stage that undoes another has the number of the plan's next one, which is none of those before it. */
function downBefore({ down, stages }: ListedPlan, { number }: ListedStage): readonly Address[] {
  const renewed = stages.filter((one) => one.number < number).flatMap((one) => one.fresh);
  return down.filter((address) => !renewed.includes(address));
}

function sameAddresses(left: readonly Address[], right: readonly Address[]): boolean {
  return left.length === right.length && left.every((address) => right.includes(address));
}
