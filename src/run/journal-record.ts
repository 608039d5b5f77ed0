// What a journal holds: one JSON object a line, from which the state of a run is folded.

import { z } from 'zod';
import type { Address, Ensemble } from '../model/ensemble.js';
import type { Plan, Stage, Step } from '../plan/plan.js';
import { type ApprovalRequest, type ApprovalScope, approvalScopes, givenWays } from './approvals.js';
import type { LostWrites } from './canary.js';
import { type DutyKind, dutyKinds, type Facts } from './duty.js';
import { type Failure, failureCodes } from './failure.js';
import { planSchema, stageSchema, stepKinds } from './plan-schema.js';
import type { RunSettings } from './settings.js';

/** What a run is for. A rehearsal runs on a lab of its own, a simulation on nothing real. */
export type Purpose = 'apply' | 'rehearsal' | 'simulation';

/** What a simulation was made of, beside plan and settings: the same again repeats it. */
export interface SimulationFacts {
  readonly seed: number;
  /** How many faults were to strike. */
  readonly faults: number;
  readonly clients: number;
  /** Between two writes of a client, in ms. */
  readonly pauseMs: number;
  /** Members that were down from the beginning. */
  readonly down: readonly Address[];
}

/** What was proved right before a step: from what was seen then, to the end of the stage. */
export interface StepProof {
  /** Further faults that the rest bears. */
  readonly faults: number;
  /** States explored. */
  readonly states: number;
}

/** A step as the engine chose it. `id` counts the steps that were really taken: `<stage>.<n>`. */
export type TakenStep = Pick<Step, 'id' | 'kind' | 'host' | 'reason' | 'margin' | 'serving'>;

/** What a gate saw when it passed. */
export interface GateEvidence {
  readonly leader: Address | null;
  /** The epoch that all serving members agreed on; null when nobody was to serve. */
  readonly epoch: number | null;
  /** One line a server. */
  readonly seen: readonly string[];
}

/** The events of a run, in the order in which they may come. Times in ms. */
export type RunEvent =
  | {
      readonly kind: 'run-started';
      readonly schema: 'succession.journal/1';
      readonly version: string;
      readonly run: string;
      readonly purpose: Purpose;
      readonly cluster: string;
      /** The operator's cluster file, absolute: its members are brought up to date at the end. */
      readonly clusterFile: string;
      readonly by: string;
      readonly plan: Plan;
      readonly settings: RunSettings;
      /** What waits for people; absent: nothing. */
      readonly approvals?: ApprovalScope | undefined;
      /** Set when nothing was real. */
      readonly simulation?: SimulationFacts | undefined;
    }
  | { readonly kind: 'run-resumed'; readonly by: string; readonly version: string }
  | {
      readonly kind: 'stage-started';
      readonly stage: number;
      readonly epoch: number | null;
      readonly leader: Address | null;
    }
  | {
      readonly kind: 'step-intent';
      readonly step: TakenStep;
      /** Absent in journals of 0.1.0. */
      readonly proof?: StepProof | undefined;
    }
  | {
      readonly kind: 'step-acted';
      readonly id: string;
      readonly result: 'done' | 'failed' | 'unknown';
      readonly evidence: readonly string[];
    }
  | {
      readonly kind: 'step-done';
      readonly id: string;
      /** From the intent to the gate's pass. */
      readonly tookMs: number;
      /** How long the gate's conditions had been true when it passed. */
      readonly heldMs: number;
      readonly gate: GateEvidence;
    }
  | ({ readonly kind: 'approval-wanted' } & ApprovalRequest)
  | {
      readonly kind: 'approval-given';
      readonly id: string;
      readonly by: string;
      readonly via: (typeof givenWays)[number];
      readonly from: string;
    }
  | {
      readonly kind: 'duty-intent';
      readonly id: string;
      readonly duty: DutyKind;
      readonly sentence: string;
    }
  | {
      readonly kind: 'duty-acted';
      readonly id: string;
      readonly result: 'done' | 'failed' | 'unknown';
      readonly evidence: readonly string[];
    }
  | {
      readonly kind: 'duty-done';
      readonly id: string;
      readonly tookMs: number;
      readonly evidence: readonly string[];
      readonly facts: Facts;
      /** Who waived it, where it was not as it should be; null otherwise. */
      readonly waivedBy: string | null;
    }
  /** A replica differs from the others: this host starts again from an empty disk. */
  | { readonly kind: 'reseed'; readonly stage: number; readonly host: Address; readonly evidence: string }
  | { readonly kind: 'deviation'; readonly message: string; readonly remaining: readonly string[] }
  | {
      readonly kind: 'stage-done';
      readonly stage: number;
      readonly ensemble: Ensemble;
      readonly epoch: number | null;
    }
  /** The begun stage is given up: `stage` leads back to the ensemble before it. */
  | { readonly kind: 'rollback-started'; readonly by: string; readonly undoes: number; readonly stage: Stage }
  | { readonly kind: 'run-paused'; readonly reason: string }
  | { readonly kind: 'run-stopped'; readonly failure: Failure }
  | { readonly kind: 'audited'; readonly acknowledged: number; readonly members: readonly LostWrites[] }
  | { readonly kind: 'run-finished' }
  | { readonly kind: 'run-abandoned'; readonly by: string; readonly reason: string };

/** An event as it stands in the journal. `previous` is the first 16 hex digits of the SHA-256 of the line before. */
export type JournalRecord = {
  readonly seq: number;
  readonly at: string;
  readonly previous: string;
} & RunEvent;

const address = z.string().min(1);
const ensemble = z.array(z.object({ id: z.int().min(1).max(255), address }));
const strings = z.array(z.string());
const nullableInt = z.int().nullable();
const header = { seq: z.int().min(0), at: z.iso.datetime(), previous: z.string() };
const takenStep = z.object({
  id: z.string(),
  kind: z.enum(stepKinds),
  host: address,
  reason: z.string(),
  margin: z.int(),
  serving: z.array(address),
});
const ms = z.number().min(0);
const settings = z.object({
  tickMs: ms,
  pollMs: ms,
  holdMs: ms,
  gateLimitMs: ms,
  toleranceMs: ms,
  downMs: ms,
  unavailableBudgetMs: ms,
  settleMs: ms.optional(),
});
const simulation = z.object({
  seed: z.int(),
  faults: z.int().min(0),
  clients: z.int().min(1),
  pauseMs: ms,
  down: z.array(address),
});
const failure = z.object({
  code: z.enum(failureCodes),
  blame: z.enum(['operator', 'cluster', 'tool']),
  message: z.string(),
  seen: strings,
  expected: z.string(),
  next: strings,
});

/** What a line must be. */
export const journalRecordSchema: z.ZodType<JournalRecord> = z.discriminatedUnion('kind', [
  z.object({
    ...header,
    kind: z.literal('run-started'),
    schema: z.literal('succession.journal/1'),
    version: z.string(),
    run: z.string(),
    purpose: z.enum(['apply', 'rehearsal', 'simulation']),
    cluster: z.string(),
    clusterFile: z.string(),
    by: z.string(),
    plan: planSchema,
    settings,
    approvals: z.enum(approvalScopes).optional(),
    simulation: simulation.optional(),
  }),
  z.object({ ...header, kind: z.literal('run-resumed'), by: z.string(), version: z.string() }),
  z.object({
    ...header,
    kind: z.literal('stage-started'),
    stage: z.int().min(1),
    epoch: nullableInt,
    leader: address.nullable(),
  }),
  z.object({
    ...header,
    kind: z.literal('step-intent'),
    step: takenStep,
    proof: z.object({ faults: z.int().min(0), states: z.int().min(0) }).optional(),
  }),
  z.object({
    ...header,
    kind: z.literal('step-acted'),
    id: z.string(),
    result: z.enum(['done', 'failed', 'unknown']),
    evidence: strings,
  }),
  z.object({
    ...header,
    kind: z.literal('step-done'),
    id: z.string(),
    tookMs: ms,
    heldMs: ms,
    gate: z.object({ leader: address.nullable(), epoch: nullableInt, seen: strings }),
  }),
  z.object({
    ...header,
    kind: z.literal('approval-wanted'),
    id: z.string(),
    question: z.string(),
    about: strings,
    until: ms.optional(),
  }),
  z.object({
    ...header,
    kind: z.literal('approval-given'),
    id: z.string(),
    by: z.string(),
    via: z.enum(givenWays),
    from: z.string(),
  }),
  z.object({
    ...header,
    kind: z.literal('duty-intent'),
    id: z.string(),
    duty: z.enum(dutyKinds),
    sentence: z.string(),
  }),
  z.object({
    ...header,
    kind: z.literal('duty-acted'),
    id: z.string(),
    result: z.enum(['done', 'failed', 'unknown']),
    evidence: strings,
  }),
  z.object({
    ...header,
    kind: z.literal('duty-done'),
    id: z.string(),
    tookMs: ms,
    evidence: strings,
    facts: z.record(z.string(), z.string()),
    waivedBy: z.string().nullable(),
  }),
  z.object({
    ...header,
    kind: z.literal('reseed'),
    stage: z.int().min(1),
    host: address,
    evidence: z.string(),
  }),
  z.object({ ...header, kind: z.literal('deviation'), message: z.string(), remaining: strings }),
  z.object({ ...header, kind: z.literal('stage-done'), stage: z.int().min(1), ensemble, epoch: nullableInt }),
  z.object({
    ...header,
    kind: z.literal('rollback-started'),
    by: z.string(),
    undoes: z.int().min(1),
    stage: stageSchema,
  }),
  z.object({ ...header, kind: z.literal('run-paused'), reason: z.string() }),
  z.object({ ...header, kind: z.literal('run-stopped'), failure }),
  z.object({
    ...header,
    kind: z.literal('audited'),
    acknowledged: z.int().min(0),
    members: z.array(z.object({ address, checked: z.int(), lost: z.int(), examples: strings })),
  }),
  z.object({ ...header, kind: z.literal('run-finished') }),
  z.object({ ...header, kind: z.literal('run-abandoned'), by: z.string(), reason: z.string() }),
]);
