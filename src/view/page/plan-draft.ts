// What a page tells of a plan before anything is done.

import type { Verification } from '../../plan/verification.js';
import type { RunState } from '../../run/run-state.js';
import { splitStory } from '../timeline.js';

/** A plan file, proved again. */
export interface PlanDraft {
  /** As it was named. */
  readonly file: string;
  readonly verification: Verification;
  /** How long all of it may take, in ms. */
  readonly totalMs: number;
}

/** How something goes wrong, a sentence an event. */
export interface Story {
  /** ` in stage 2`, or nothing. */
  readonly where: string;
  readonly sentences: readonly string[];
}

/** Every counterexample that there is: of each stage of a plan, or of what was left of a stage when the run stopped. */
export function storiesOf({ plan, failure }: RunState, draft: PlanDraft | null): readonly Story[] {
  if (draft !== null)
    return draft.verification.stages.flatMap(({ stage, counterexample }) =>
      counterexample === null ? [] : [{ where: ` in stage ${stage}`, sentences: counterexample }],
    );
  if (failure?.code === 'refuted' && failure.seen.length > 0)
    return [{ where: ', from what was seen', sentences: failure.seen }];
  if (plan.proof.counterexample === null) return [];
  const { where, story } = splitStory(plan.proof.counterexample);
  return [{ where, sentences: story }];
}
