// What a change of a DC/OS cluster cost, and how that is written as a line of a table.

import { z } from 'zod';
import { duration } from '../src/view/figures.js';
import type { DcosCase } from './dcos-changes.js';
import type { Watched } from './dcos-watch.js';

/** The figures of one change. */
export interface DcosFigures extends Watched {
  readonly acknowledged: number;
  /** On the master that lacks most. */
  readonly lost: number;
  readonly longestGapMs: number;
  readonly unavailableMs: number;
  readonly wallMs: number;
  /** What was waited for and did not come while there was patience. */
  readonly vain: readonly string[];
  /** Masters that could not be asked for the writes at the end. */
  readonly notServing: readonly string[];
}

/** Of the file that the measuring program leaves. */
export const figuresSchema: z.ZodType<DcosFigures> = z.object({
  acknowledged: z.number(),
  lost: z.number(),
  longestGapMs: z.number(),
  unavailableMs: z.number(),
  twoLeadersMs: z.number(),
  withoutMesosMs: z.number(),
  longestWithoutMesosMs: z.number(),
  wallMs: z.number(),
  vain: z.array(z.string()),
  notServing: z.array(z.string()),
});

/** The table's heading. */
export const heading: readonly string[] = [
  'change',
  'by',
  'writes',
  'lost',
  'longest gap',
  'unavailable',
  'two leaders',
  'without a Mesos master',
  'waits in vain',
  'wall time',
];

/** The table's line. */
export function lineOf({ change, way }: DcosCase, figures: DcosFigures): readonly (string | number)[] {
  return [
    change.name,
    way.kind,
    figures.acknowledged,
    figures.lost,
    duration(figures.longestGapMs),
    duration(figures.unavailableMs),
    figures.twoLeadersMs === 0 ? 'none' : duration(figures.twoLeadersMs),
    duration(figures.withoutMesosMs),
    figures.vain.length,
    duration(figures.wallMs),
  ];
}
