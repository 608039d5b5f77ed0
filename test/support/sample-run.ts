// A run that had every kind of trouble, as a journal: what the views of a run are shown with.

import { sortedEnsemble } from '../../src/model/ensemble.js';
import { makePlan } from '../../src/plan/make-plan.js';
import type { JournalRecord, RunEvent } from '../../src/run/journal-record.js';
import { foldJournal, type RunState } from '../../src/run/run-state.js';
import { settingsFor } from '../../src/run/settings.js';
import { buildReport, type Measured } from '../../src/view/build-report.js';
import type { RunReport } from '../../src/view/report.js';

const result = makePlan({
  platform: 'dcos',
  idPolicy: 'sorted',
  zookeeper: '3.8.0',
  cluster: null,
  createdBy: 'test',
  current: sortedEnsemble(['10.0.0.1', '10.0.0.2', '10.0.0.3']),
  change: { kind: 'target', addresses: ['10.0.0.1', '10.0.0.25', '10.0.0.3'] },
  leader: '10.0.0.3',
  consents: { allowCascade: false, allowRenumber: false, allowOutage: false },
  spares: [],
  candidates: [],
});
if (result.kind !== 'planned') throw new Error(result.kind);
/** Replaces one of three. */
export const { plan } = result;

const seen = ['10.0.0.1: follower, zxid 0x100000004', '10.0.0.3: leader, zxid 0x100000004'];
const step = {
  id: '1.1',
  kind: 'stop',
  host: '10.0.0.2',
  reason: 'it makes way',
  margin: 0,
  serving: ['10.0.0.1', '10.0.0.3'],
} as const;
const install = {
  ...step,
  id: '1.2',
  kind: 'install',
  host: '10.0.0.25',
  reason: 'it joins at once',
} as const;
const events: readonly RunEvent[] = [
  {
    kind: 'run-started',
    schema: 'succession.journal/1',
    version: '0.1.0',
    run: 'r1',
    purpose: 'apply',
    cluster: 'payments',
    clusterFile: '/c.yaml',
    by: 'ana@ops',
    plan,
    settings: settingsFor(2000, 1000),
  },
  { kind: 'stage-started', stage: 1, epoch: 1, leader: '10.0.0.3' },
  { kind: 'step-intent', step },
  { kind: 'step-acted', id: '1.1', result: 'done', evidence: ['stopped'] },
  { kind: 'step-done', id: '1.1', tookMs: 700, heldMs: 0, gate: { leader: '10.0.0.3', epoch: 1, seen } },
  { kind: 'step-intent', step: install },
  { kind: 'step-acted', id: '1.2', result: 'unknown', evidence: ['the connection broke'] },
  { kind: 'reseed', stage: 1, host: '10.0.0.1', evidence: 'mismatches: 71 on 10.0.0.1' },
  { kind: 'deviation', message: 'the rest of the stage is ordered anew', remaining: [] },
  {
    kind: 'run-stopped',
    failure: {
      code: 'member-down',
      blame: 'cluster',
      message: '10.0.0.1 is down',
      seen,
      expected: 'it runs',
      next: ['start it', 'then resume'],
    },
  },
  { kind: 'run-resumed', by: 'bo@ops', version: '0.1.0' },
  { kind: 'stage-done', stage: 1, ensemble: plan.to, epoch: 2 },
  { kind: 'duty-intent', id: '1.agents', duty: 'agents', sentence: 'give 3 agents the new masters' },
  { kind: 'duty-acted', id: '1.agents', result: 'done', evidence: [] },
  {
    kind: 'duty-done',
    id: '1.agents',
    tookMs: 92_000,
    evidence: ['10.0.1.1: registered, 2 tasks kept'],
    facts: {},
    waivedBy: null,
  },
  { kind: 'duty-intent', id: 'dns', duty: 'dns', sentence: 'see that the names point to the new masters' },
  {
    kind: 'duty-done',
    id: 'dns',
    tookMs: 800,
    evidence: ['master.example.test: 10.0.0.2'],
    facts: {},
    waivedBy: 'bo@ops',
  },
  {
    kind: 'audited',
    acknowledged: 900,
    members: [{ address: '10.0.0.1', checked: 900, lost: 0, examples: [] }],
  },
  { kind: 'run-finished' },
];
/** A run that stopped, went on and finished, a second a record. */
export const records: readonly JournalRecord[] = events.map((event, seq): JournalRecord => ({
  seq,
  at: new Date(1_764_000_000_000 + seq * 1000).toISOString(),
  previous: '',
  ...event,
}));

/** The fold of its first records. */
export function stateAfter(count: number): RunState {
  const state = foldJournal(records.slice(0, count));
  if (state === null) throw new Error('no state');
  return state;
}

/** What its canary measured. */
export const measured: Measured = {
  total: { acknowledged: 900, longestGapMs: 834, unavailableMs: 834 },
  stages: new Map([[1, { acknowledged: 850, longestGapMs: 834, unavailableMs: 834 }]]),
};

const startedAt = records[0]?.at ?? '';

/** A report in which every part has something to say. */
export const sampleReport: RunReport = {
  ...buildReport({ state: stateAfter(records.length), records, measured }),
  failure: stateAfter(10).failure,
  simulation: { seed: 42, faults: 2, injected: ['t=00012.340 s  crash  10.0.0.3  back in 3000 ms'] },
  availability: {
    startedAt,
    bucketMs: 1000,
    acknowledged: [50, 48, 0, 31, null, null, 50, 51, 50],
    gaps: [
      { at: new Date(Date.parse(startedAt) + 2000).toISOString(), tookMs: 834, cause: '1.1' },
      { at: new Date(Date.parse(startedAt) + 6100).toISOString(), tookMs: 600, cause: null },
    ],
  },
  approvals: [
    {
      id: 'stage-1',
      question: 'Begin stage 1, replace?',
      about: ['1.1 stop 10.0.0.2'],
      wantedAt: startedAt,
      given: { at: startedAt, by: 'ana@ops', via: 'page', from: '10.0.9.4' },
    },
  ],
};
