// How the work around the stages of a plan is told: when, what kind, and what is done.

import type { Around, Work } from '../plan/plan.js';

/** One piece of work with its moment. */
export interface AroundRow extends Work {
  /** `at first`, `before stage 2`, `after stage 2`, `at the end`. */
  readonly when: string;
}

/** Every piece in its order; empty where there is none. */
export function aroundRows(around: Around | undefined): readonly AroundRow[] {
  if (around === undefined) return [];
  return [
    ...rows('at first', around.beforeRun),
    ...around.stages.flatMap(({ before, after }, index) => [
      ...rows(`before stage ${index + 1}`, before),
      ...rows(`after stage ${index + 1}`, after),
    ]),
    ...rows('at the end', around.afterRun),
  ];
}

function rows(when: string, works: readonly Work[]): readonly AroundRow[] {
  return works.map((work) => ({ ...work, when }));
}
