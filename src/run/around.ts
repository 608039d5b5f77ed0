// What does a plan tell of the work around its stages? The very duties that its run would have, in the same places.

import type { Around, Stage, Work } from '../plan/plan.js';
import type { Duty, Surroundings } from './duty.js';

/** The work around these stages, as the run asks for it. Nothing is looked at. */
export function aroundOf(surroundings: Surroundings, stages: readonly Stage[]): Around {
  const beforeRun = worksOf(surroundings.beforeRun());
  const around = stages.map((stage, index) => ({
    before: worksOf(surroundings.beforeStage(stage)),
    after: worksOf(surroundings.afterStage(stage, stages[index + 1]?.ensemble ?? null)),
  }));
  return { beforeRun, stages: around, afterRun: worksOf(surroundings.afterRun()) };
}

/** Pieces of one work, such as the hour's watch, are told once, without what follows the last comma: the piece's number. */
function worksOf(duties: readonly Duty[]): readonly Work[] {
  return duties.flatMap(({ kind, sentence }, index) => {
    if (duties[index - 1]?.kind === kind) return [];
    const isFirstOfMany = duties[index + 1]?.kind === kind;
    return [{ kind, sentence: isFirstOfMany ? sentence.slice(0, sentence.lastIndexOf(',')) : sentence }];
  });
}
