// The documents that `--output json` prints, and the journal's lines, as schemas. `schemas/` holds them as JSON Schema.

import { z } from 'zod';
import { failureCodes } from '../run/failure.js';
import { dutyKinds } from '../run/duty.js';
import { type Notification, notificationEvents } from '../run/notification.js';
import { journalRecordSchema } from '../run/journal-record.js';
import { liveReadingSchema } from '../run/live-reading.js';
import { planSchema, stepKinds } from '../run/plan-schema.js';
import type { Explanation } from '../view/failure-pages.js';
import type { ReplayReport } from '../view/replay-text.js';
import { historyKinds, type RunReport } from '../view/report.js';
import type { AddressAudit } from '../run/address-audit.js';
import type { ClusterStatus } from '../view/status-text.js';
import { hostsSchema, labSchema } from './lab-schemas.js';
import { availabilitySchema, runSchema } from './page-schemas.js';
import { verificationSchema } from './verification-schema.js';

const count = z.int().min(0);
const time = z.iso.datetime();
const ms = z.number().min(0);
const address = z.string();
const ensemble = z.array(z.object({ id: z.int(), address }));
const strings = z.array(z.string());
const stageKind = z.enum(['replace', 'rebuild', 'grow', 'shrink', 'renumber']);
const written = { acknowledged: count, longestGapMs: ms, unavailableMs: ms };
const status = z.enum(['running', 'paused', 'stopped', 'finished', 'abandoned', 'interrupted']);
const auditLines = z.array(z.object({ address, checked: count, lost: count, examples: strings }));
const failure = z.object({
  code: z.string(),
  blame: z.enum(['operator', 'cluster', 'tool']),
  message: z.string(),
  seen: strings,
  expected: z.string(),
  next: strings,
});

/** `succession.report/1`: what `show`, `apply`, `rehearse`, `resume` and `rollback` print. */
export const reportSchema: z.ZodType<Omit<RunReport, 'failure'>> = z.object({
  schema: z.literal('succession.report/1'),
  run: z.string(),
  purpose: z.string(),
  cluster: z.string(),
  platform: z.enum(['dcos', 'zookeeper']),
  change: z.string(),
  program: z.string(),
  plan: z.string(),
  by: z.string(),
  status,
  startedAt: time,
  endedAt: time,
  tookMs: ms,
  resumes: count,
  zookeeper: z.string(),
  from: ensemble,
  to: ensemble,
  reached: ensemble,
  stagesPlanned: count,
  stages: z.array(
    z.object({
      stage: z.int().min(1),
      kind: stageKind,
      method: z.enum(['restart', 'reconfigure']),
      title: z.string(),
      reason: z.string(),
      from: ensemble,
      ensemble,
      startedAt: time,
      endedAt: time.nullable(),
      tookMs: ms.nullable(),
      elections: z.int().nullable(),
      ...written,
      steps: z.array(
        z.object({
          id: z.string(),
          kind: z.enum(stepKinds),
          host: address,
          reason: z.string(),
          margin: z.int(),
          startedAt: time,
          tookMs: ms.nullable(),
          result: z.string(),
          actedMs: ms.nullable(),
          evidence: strings,
          heldMs: ms.nullable(),
          gate: z.object({ leader: address.nullable(), epoch: z.int().nullable(), seen: strings }).nullable(),
          proof: z.object({ faults: count, states: count }).nullable(),
        }),
      ),
    }),
  ),
  duties: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(dutyKinds),
      sentence: z.string(),
      startedAt: time,
      tookMs: ms.nullable(),
      result: z.string(),
      evidence: strings,
      facts: z.record(z.string(), z.string()),
      waivedBy: z.string().nullable(),
    }),
  ),
  total: z.object({ ...written, elections: z.int().nullable() }),
  availability: z
    .object({
      startedAt: time,
      bucketMs: ms,
      acknowledged: z.array(count.nullable()),
      gaps: z.array(z.object({ at: time, tookMs: ms, cause: z.string().nullable() })),
    })
    .nullable(),
  leaders: z.array(
    z.object({
      at: time,
      leader: address.nullable(),
      epoch: z.int().nullable(),
      step: z.string().nullable(),
    }),
  ),
  hosts: z.array(
    z.object({
      address,
      idBefore: z.int().nullable(),
      idAfter: z.int().nullable(),
      before: z.string().nullable(),
      after: z.string().nullable(),
      steps: strings,
    }),
  ),
  approvals: z.array(
    z.object({
      id: z.string(),
      question: z.string(),
      about: strings,
      wantedAt: time,
      given: z.object({ at: time, by: z.string(), via: z.string(), from: z.string() }).nullable(),
    }),
  ),
  history: z.array(
    z.object({ at: time, kind: z.enum(historyKinds), by: z.string().nullable(), text: z.string() }),
  ),
  audit: z.object({ acknowledged: count, lost: count, members: auditLines }).nullable(),
  deviations: strings,
  failure: failure.nullable(),
  simulation: z.object({ seed: z.int(), faults: count, injected: strings }).nullable(),
});

/** `succession.status/1`: what `status` prints. */
export const statusSchema: z.ZodType<ClusterStatus> = z.object({
  schema: z.literal('succession.status/1'),
  cluster: z.string(),
  leader: address.nullable(),
  margin: z.int().min(-1),
  members: z.array(
    z.object({
      id: z.int().nullable(),
      address,
      mode: z.string().nullable(),
      epoch: count.nullable(),
      zxid: z.string().nullable(),
      version: z.string().nullable(),
      running: z.boolean().nullable(),
      enabled: z.boolean().nullable(),
      unasked: z.string().nullable(),
    }),
  ),
  run: z.string().nullable(),
  services: z
    .object({
      masters: z.array(
        z.object({
          address,
          exhibitor: z.string().nullable(),
          mesos: z.object({ elected: z.boolean(), recovered: z.boolean() }).nullable(),
        }),
      ),
      agents: z.object({ listed: count, registered: count, others: z.array(address) }),
      login: z.string().nullable().optional(),
    })
    .optional(),
});

/** `succession.audit/1`: what `audit` prints. */
export const auditSchema: z.ZodType<AddressAudit> = z.object({
  schema: z.literal('succession.audit/1'),
  cluster: z.string(),
  addresses: z.array(address),
  lookedAt: strings,
  findings: z.array(
    z.object({
      rule: z.enum([
        'address-in-app',
        'address-in-file',
        'address-in-genconf',
        'address-in-dns',
        'old-upgrade-scripts',
        'not-looked-at',
      ]),
      severity: z.enum(['warning', 'info']),
      subject: z.string(),
      address: address.nullable(),
      message: z.string(),
      remedy: z.string(),
    }),
  ),
});

/** One run of `succession.runs/1`. */
export interface RunSummary {
  readonly run: string;
  readonly status: string;
  readonly purpose: string;
  readonly cluster: string;
  readonly stages: string;
}

/** `succession.runs/1`: what `runs` prints. */
export const runsSchema: z.ZodType<{
  readonly schema: 'succession.runs/1';
  readonly runs: readonly RunSummary[];
}> = z.object({
  schema: z.literal('succession.runs/1'),
  runs: z.array(
    z.object({
      run: z.string(),
      status: z.string(),
      purpose: z.string(),
      cluster: z.string(),
      stages: z.string(),
    }),
  ),
});

/** `succession.replay/1`: what `rehearse --counterexample` prints. */
export const replaySchema: z.ZodType<ReplayReport> = z.object({
  schema: z.literal('succession.replay/1'),
  plan: z.string(),
  stage: z.int().min(1),
  zookeeper: z.string(),
  faults: count,
  tookMs: ms,
  scenes: z.array(z.object({ predicted: z.string(), happened: strings })),
  acknowledged: count,
  lost: count,
  reproduced: z.boolean(),
  outcome: z.string(),
});

/** `succession.notification/1`: what a notify command reads and a notify URL is sent. */
export const notificationSchema: z.ZodType<Notification> = z.object({
  schema: z.literal('succession.notification/1'),
  id: z.string(),
  event: z.enum(notificationEvents),
  at: z.iso.datetime(),
  text: z.string(),
  run: z.string(),
  purpose: z.enum(['apply', 'rehearsal', 'simulation']),
  cluster: z.string(),
  by: z.string(),
  stages: z.object({ done: count, total: count }),
  approval: z.object({ id: z.string(), question: z.string(), about: strings }).nullable(),
  failure: z
    .object({
      code: z.enum(failureCodes),
      blame: z.enum(['operator', 'cluster', 'tool']),
      message: z.string(),
      expected: z.string(),
      next: strings,
    })
    .nullable(),
});

/** `succession.explanation/1`: what `explain` prints. */
export const explanationSchema: z.ZodType<Explanation> = z.object({
  schema: z.literal('succession.explanation/1'),
  code: z.enum(failureCodes),
  meaning: z.string(),
  cause: z.string(),
  blame: z.enum(['operator', 'cluster', 'tool']),
  evidence: z.string(),
  remedy: strings,
});

/** Every document by the name of its file. */
export const documentSchemas: Readonly<Record<string, z.ZodType>> = {
  live: liveReadingSchema,
  plan: planSchema,
  report: reportSchema,
  status: statusSchema,
  verification: verificationSchema,
  replay: replaySchema,
  audit: auditSchema,
  runs: runsSchema,
  notification: notificationSchema,
  explanation: explanationSchema,
  lab: labSchema,
  hosts: hostsSchema,
  run: runSchema,
  availability: availabilitySchema,
  'journal-record': journalRecordSchema,
};

/** The JSON Schema of a document, as `schemas/<name>.json` holds it. */
export function jsonSchemaOf(schema: z.ZodType): string {
  return `${JSON.stringify(z.toJSONSchema(schema, { io: 'output' }), null, 2)}\n`;
}
