// Whether a document is a plan: the schema of plan files and of the plan inside a journal.

import { z } from 'zod';
import type { Alternative, Around, Finding, Plan, Stage, Step, Work } from '../plan/plan.js';

/** Every kind of step, for schemas. */
export const stepKinds = [
  'stop',
  'fence',
  'install',
  'upgrade',
  'start',
  'restart',
  'join',
  'add',
  'remove',
] as const;

const address = z.string().min(1);
const id = z.int().min(1).max(255);
const ensemble = z
  .array(z.object({ id, address }))
  .min(1)
  .refine(
    (members) => new Set(members.map((member) => member.id)).size === members.length,
    'an id occurs twice',
  )
  .refine(
    (members) => new Set(members.map((member) => member.address)).size === members.length,
    'an address occurs twice',
  )
  .refine(
    (members) => members.every((member, index) => index === 0 || member.id > (members[index - 1]?.id ?? 0)),
    'ids must ascend',
  );
const count = z.int().min(0);

const stepSchema: z.ZodType<Step> = z.object({
  id: z.string(),
  kind: z.enum(stepKinds),
  host: address,
  reason: z.string(),
  margin: z.int().min(-1),
  serving: z.array(address),
  leader: address.nullable(),
  elections: count,
});

/** What the operator should know. */
export const findingSchema: z.ZodType<Finding> = z.object({
  rule: z.string(),
  severity: z.enum(['error', 'warning', 'info']),
  subject: z.string(),
  message: z.string(),
  remedy: z.string(),
});

/** One stage of a plan. */
export const stageSchema: z.ZodType<Stage> = z.object({
  number: z.int().min(1),
  kind: z.enum(['replace', 'rebuild', 'grow', 'shrink', 'renumber']),
  // Documents from before reconfiguration do not say.
  method: z.enum(['restart', 'reconfigure']).default('restart'),
  from: ensemble,
  ensemble,
  renumbered: z.array(address),
  fresh: z.array(address),
  fullStop: z.boolean(),
  reason: z.string(),
  steps: z.array(stepSchema),
});

const expectedSchema = z.object({
  elections: count,
  unavailableMs: z.number().min(0),
  // Plans of 0.1.0 do not say.
  measuredStages: count.default(0),
  rebuiltHosts: count,
  configurationRounds: count,
});

const alternativeSchema: z.ZodType<Alternative> = z.object({
  needs: z.array(z.enum(['allow-cascade', 'allow-renumber', 'allow-outage'])),
  summary: z.string(),
  stages: z.array(stageSchema),
  expected: expectedSchema,
});

const worksSchema: z.ZodType<readonly Work[]> = z.array(
  z.object({ kind: z.string(), sentence: z.string(), ms: z.number().min(0).optional() }),
);

const aroundSchema: z.ZodType<Around> = z.object({
  beforeRun: worksSchema,
  stages: z.array(z.object({ before: worksSchema, after: worksSchema })),
  afterRun: worksSchema,
});

/** The document `succession.plan/1`. Unknown keys are dropped: a newer minor version may add some. */
export const planSchema: z.ZodType<Plan> = z.object({
  schema: z.literal('succession.plan/1'),
  createdBy: z.string(),
  cluster: z.string().nullable(),
  platform: z.enum(['dcos', 'zookeeper']),
  idPolicy: z.enum(['sorted', 'explicit']),
  zookeeper: z.string(),
  consents: z.object({
    allowCascade: z.boolean(),
    allowOutage: z.boolean(),
    // Plans of 0.1.0 do not know it.
    allowRenumber: z.boolean().default(false),
  }),
  leader: address.nullable(),
  // Plans of 0.1.0 do not know it.
  down: z.array(address).default([]),
  gone: z.array(address).default([]),
  from: ensemble,
  to: ensemble,
  stages: z.array(stageSchema),
  around: aroundSchema.optional(),
  proof: z.object({
    verdict: z.enum(['safe', 'unsafe', 'unproved']),
    faults: count,
    states: count,
    counterexample: z.array(z.string()).nullable(),
  }),
  expected: expectedSchema,
  alternatives: z.array(alternativeSchema),
  findings: z.array(findingSchema),
});
