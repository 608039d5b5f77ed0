// What does a plan tell of the work around its stages? The very duties that its run would have, in the same places.

import type { Around, Stage, Work } from '../plan/plan.js';
import type { Duty, Surroundings } from './duty.js';

/** The work around these stages, as the run asks for it. Nothing is looked at. */
export function aroundOf(surroundings: Surroundings, stages: readonly Stage[]): Around {
  const beforeRun = worksOf(surroundings.beforeRun());
  const around = stages.map((stage, index) => ({
    before: worksOf(surroundings.beforeStage(stage)),
    after: [
      ...quietWork(surroundings),
      ...worksOf(surroundings.afterStage(stage, stages[index + 1]?.ensemble ?? null)),
    ],
  }));
  return { beforeRun, stages: around, afterRun: worksOf(surroundings.afterRun()) };
}

/** At least once a stage: whether more depends on when the services of its members are up. */
function quietWork({ settleMs = 0 }: Surroundings): readonly Work[] {
  if (settleMs === 0) return [];
  const sentence = `stay quiet for ${Math.ceil(settleMs / 60_000)} min after each changed master, once all services are up, and watch; succession approve ends it`;
  return [{ kind: 'settle', sentence, ms: settleMs }];
}

/** Pieces of one work, such as the hour's watch, are told once, without what follows the last comma: the piece's number. */
function worksOf(duties: readonly Duty[]): readonly Work[] {
  return duties.flatMap(({ kind, sentence, lastsMs }, index) => {
    if (duties[index - 1]?.kind === kind) return [];
    const isFirstOfMany = duties[index + 1]?.kind === kind;
    const pieces = duties.filter((one) => one.kind === kind);
    const ms = pieces.reduce((sum, one) => sum + (one.lastsMs ?? 0), 0);
    return [
      {
        kind,
        sentence: isFirstOfMany ? sentence.slice(0, sentence.lastIndexOf(',')) : sentence,
        ...(lastsMs === undefined ? {} : { ms }),
      },
    ];
  });
}
