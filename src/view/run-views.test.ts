import { describe, expect, test } from 'vitest';
import { sortedEnsemble } from '../model/ensemble.js';
import { makePlan } from '../plan/make-plan.js';
import type { JournalRecord, RunEvent } from '../run/journal-record.js';
import { applyRecord, foldJournal, type RunState } from '../run/run-state.js';
import { settingsFor } from '../run/settings.js';
import { liveFrame } from './live-frame.js';
import { plainPalette } from './palette.js';
import { recordLine } from './record-line.js';
import { buildReport } from './build-report.js';
import { reportMarkdown, reportText } from './report-text.js';

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
const { plan } = result;

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
const records = events.map((event, seq): JournalRecord => ({
  seq,
  at: new Date(1_764_000_000_000 + seq * 1000).toISOString(),
  previous: '',
  ...event,
}));

function stateAfter(count: number): RunState {
  const state = foldJournal(records.slice(0, count));
  if (state === null) throw new Error('no state');
  return state;
}

const canary = {
  acknowledged: 812,
  unknown: 1,
  readsMissing: 0,
  sinceLastWriteMs: 12,
  longestGapMs: 834,
  unavailableMs: 834,
};
const measured = {
  total: { acknowledged: 900, longestGapMs: 834, unavailableMs: 834 },
  stages: new Map([[1, { acknowledged: 850, longestGapMs: 834, unavailableMs: 834 }]]),
};

describe('views of a run', () => {
  test('a frame in the middle of a stage reads as its transcript', async () => {
    const services = new Map([
      [
        '10.0.0.3',
        {
          address: '10.0.0.3',
          at: 0,
          port: 'open',
          mode: 'leader',
          zxid: null,
          epoch: 1,
          version: null,
          serverId: 3,
          ensemble: null,
          syncedFollowers: 1,
          quorumSize: null,
          leaderUptimeMs: null,
          digestMismatches: null,
          evidence: '',
        } as const,
      ],
    ]);
    const condition = {
      name: 'serving',
      state: 'wait',
      seen: '2 of 3 (10.0.0.25 missing)',
      code: null,
      about: [],
    } as const;
    const gate = {
      conditions: [condition],
      services,
      waitedMs: 2100,
      limitMs: 120_000,
      heldMs: 0,
      holdMs: 6000,
    };
    const frame = liveFrame(
      { state: stateAfter(7), gate, canary, now: 1_764_000_009_000, pausing: false, duty: null },
      100,
      plainPalette,
    );
    await expect(`${frame.join('\n')}\n`).toMatchFileSnapshot('../../test/golden/view/frame.txt');
  });

  test('a frame shows the work around the stages while it goes on', () => {
    const duty = 'agents 1 of 3, 2 at work';
    const view = { gate: null, canary, now: 1_764_000_013_000, pausing: false, duty };
    const frame = liveFrame({ ...view, state: stateAfter(13) }, 100, plainPalette).join('\n');
    expect(frame).toContain('▸ give 3 agents the new masters\n  agents 1 of 3, 2 at work');
    expect(liveFrame({ ...view, state: stateAfter(15) }, 100, plainPalette).join('\n')).not.toContain(
      'agents',
    );
  });

  test('no line of a frame is longer than the terminal', () => {
    const frame = liveFrame(
      { state: stateAfter(7), gate: null, canary, now: 1_764_000_009_000, pausing: true, duty: null },
      30,
      plainPalette,
    );
    expect(Math.max(...frame.map((line) => line.length))).toBeLessThanOrEqual(30);
  });

  test('the log of a run reads as its transcript', async () => {
    let state: RunState | null = null;
    const lines: string[] = [];
    for (const record of records) {
      state = applyRecord(state, record);
      const line = recordLine(record, state);
      if (line !== null) lines.push(line);
    }
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../../test/golden/view/log.txt');
  });

  test('the reports of a finished and of a stopped run read as their transcripts', async () => {
    const finished = buildReport({ state: stateAfter(records.length), records, measured });
    const stopped = buildReport({ state: stateAfter(10), records: records.slice(0, 10), measured });
    await expect(reportText(finished, plainPalette)).toMatchFileSnapshot('../../test/golden/view/report.txt');
    await expect(reportMarkdown(finished)).toMatchFileSnapshot('../../test/golden/view/report.md');
    await expect(reportText(stopped, plainPalette)).toMatchFileSnapshot('../../test/golden/view/stopped.txt');
  });

  test('the report of a simulation says first that nothing was measured, and which faults struck', async () => {
    const simulation = { seed: 42, faults: 2, clients: 3, pauseMs: 20, down: [] };
    const state: RunState = { ...stateAfter(records.length), purpose: 'simulation', simulation };
    const struck = ['t=00012.340 s  crash  10.0.0.3  back in 3000 ms'];
    const report = buildReport({ state, records, measured, injected: struck });
    await expect(reportText(report, plainPalette)).toMatchFileSnapshot(
      '../../test/golden/view/simulated.txt',
    );
    await expect(reportMarkdown(report)).toMatchFileSnapshot('../../test/golden/view/simulated.md');
  });
});
