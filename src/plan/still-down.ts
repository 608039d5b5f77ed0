// Which members are down, or gone, when a stage begins?

import type { Address } from '../model/ensemble.js';
import type { Plan, Stage } from './plan.js';

/** Those of `down` that no earlier stage has started from an empty disk. */
export function stillDown(
  down: readonly Address[],
  earlier: readonly { readonly fresh: readonly Address[] }[],
): readonly Address[] {
  const renewed = new Set(earlier.flatMap((stage) => stage.fresh));
  return down.filter((address) => !renewed.has(address));
}

/** The members whose machines are gone when this stage begins; a stage that undoes another has those of that one. */
export function goneIn(
  { gone, stages }: Pick<Plan, 'gone' | 'stages'>,
  { number }: Pick<Stage, 'number'>,
): readonly Address[] {
  return stillDown(
    gone,
    stages.filter((stage) => stage.number < number),
  );
}
