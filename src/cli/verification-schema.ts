// What `verify` prints with `--output json`, as a schema.

import { z } from 'zod';
import type { Verification } from '../plan/verification.js';
import { findingSchema } from '../run/plan-schema.js';

const count = z.int().min(0);
const verdict = z.enum(['safe', 'unsafe', 'unproved']);

/** `succession.verification/1`: what `verify` prints. */
export const verificationSchema: z.ZodType<Verification> = z.object({
  schema: z.literal('succession.verification/1'),
  plan: z.string(),
  zookeeper: z.string(),
  verdict,
  faults: count,
  states: count,
  tookMs: z.number().min(0),
  stages: z.array(
    z.object({
      stage: z.int().min(1),
      kind: z.enum(['replace', 'rebuild', 'grow', 'shrink', 'renumber']),
      steps: count,
      verdict,
      states: count,
      transitions: count,
      shares: count,
      tookMs: z.number().min(0),
      breaksWith: count.nullable(),
      counterexample: z.array(z.string()).nullable(),
    }),
  ),
  findings: z.array(findingSchema),
});
