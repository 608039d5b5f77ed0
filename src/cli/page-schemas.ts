// What the live page's server answers, as schemas.

import { z } from 'zod';
import { type JournalRecord, journalRecordSchema } from '../run/journal-record.js';
import { type LiveReading, liveReadingSchema } from '../run/live-reading.js';
import { planSchema } from '../run/plan-schema.js';
import type { RunState } from '../run/run-state.js';
import type { Availability, MeasuredGap } from '../view/page/availability.js';
import type { PlanDraft } from '../view/page/plan-draft.js';
import { verificationSchema } from './verification-schema.js';

/** What is said of the fold besides that it is one; the rest of it follows from the records. */
type Fold = Pick<RunState, 'run' | 'cluster' | 'by' | 'plan' | 'status' | 'startedAt' | 'lastAt' | 'records'>;

/** `succession.run/1`: what `/api/run` answers; with `after` without the state, and with the later records only. */
export interface RunDocument {
  readonly schema: 'succession.run/1';
  readonly run: string;
  readonly generation: number;
  readonly version: string;
  readonly readOnly: boolean;
  readonly now: number;
  readonly live: LiveReading | null;
  readonly damage: string | null;
  readonly draft: PlanDraft | null;
  readonly state?: Fold | null | undefined;
  readonly records: readonly JournalRecord[];
}

/** `succession.availability/1`: what `/api/availability` answers. */
export interface AvailabilityDocument extends Omit<Availability, 'gaps'> {
  readonly schema: 'succession.availability/1';
  readonly gaps: readonly (MeasuredGap & {
    readonly cause: { readonly id: string; readonly label: string } | null;
  })[];
}

const count = z.int().min(0);
const ms = z.number();

export const runSchema: z.ZodType<RunDocument> = z.object({
  schema: z.literal('succession.run/1'),
  run: z.string(),
  generation: count,
  version: z.string(),
  readOnly: z.boolean(),
  now: ms,
  live: liveReadingSchema.nullable(),
  damage: z.string().nullable(),
  /** Of a plan that nobody has begun. */
  draft: z.object({ file: z.string(), verification: verificationSchema, totalMs: ms }).nullable(),
  state: z
    .looseObject({
      run: z.string(),
      cluster: z.string(),
      by: z.string(),
      plan: planSchema,
      status: z.enum(['running', 'paused', 'stopped', 'finished', 'abandoned']),
      startedAt: ms,
      lastAt: ms,
      records: count,
    })
    .nullable()
    .optional(),
  records: z.array(journalRecordSchema),
});

export const availabilitySchema: z.ZodType<AvailabilityDocument> = z.object({
  schema: z.literal('succession.availability/1'),
  sliceMs: ms,
  slices: z.array(z.object({ at: ms, acknowledged: count })),
  gaps: z.array(
    z.object({
      fromMs: ms,
      toMs: ms,
      cause: z.object({ id: z.string(), label: z.string() }).nullable(),
    }),
  ),
  longestGapMs: ms,
  unavailableMs: ms,
});
