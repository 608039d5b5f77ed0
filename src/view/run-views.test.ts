import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { measured, records, stateAfter } from '../../test/support/sample-run.js';
import { applyRecord, type RunState } from '../run/run-state.js';
import { liveFrame } from './live-frame.js';
import { colourPalette, plainPalette } from './palette.js';
import { recordLine } from './record-line.js';
import { buildReport } from './build-report.js';
import { reportMarkdown } from './report-markdown.js';
import { reportText } from './report-text.js';

const canary = {
  acknowledged: 812,
  unknown: 1,
  readsMissing: 0,
  sinceLastWriteMs: 12,
  longestGapMs: 834,
  unavailableMs: 834,
};
const log = [
  '16:00:05   1.1 done in 700 ms, 10.0.0.3 leads',
  '16:00:06   1.2 install 10.0.0.25: it joins at once',
];

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
      { state: stateAfter(7), gate, canary, now: 1_764_000_009_000, pausing: false, duty: null, log },
      100,
      plainPalette,
    );
    await expect(`${frame.join('\n')}\n`).toMatchFileSnapshot('../../test/golden/view/frame.txt');
  });

  test('a frame shows the work around the stages while it goes on', () => {
    const duty = 'agents 1 of 3, 2 at work';
    const view = { gate: null, canary, now: 1_764_000_013_000, pausing: false, duty, log };
    const frame = liveFrame({ ...view, state: stateAfter(13) }, 100, plainPalette).join('\n');
    expect(frame).toContain('▸ give 3 agents the new masters\n  agents 1 of 3, 2 at work');
    expect(liveFrame({ ...view, state: stateAfter(15) }, 100, plainPalette).join('\n')).not.toContain(
      'agents',
    );
  });

  test('no line of a frame is longer than the terminal, coloured or not, and none of the gate is lost', () => {
    const conditions = ['serving', 'synced followers', 'Mesos'].map((name) => {
      return { name, state: 'wait', seen: '2 of 3 (10.0.0.25 missing)', code: null, about: [] } as const;
    });
    const waits = { waitedMs: 2100, limitMs: 120_000, heldMs: 0, holdMs: 6000 };
    const gate = { conditions, services: new Map(), ...waits };
    const view = {
      state: stateAfter(7),
      gate,
      canary,
      now: 1_764_000_009_000,
      pausing: true,
      duty: null,
      log,
    };
    const frame = liveFrame(view, 34, plainPalette);
    expect(Math.max(...frame.map((line) => line.length))).toBeLessThanOrEqual(34);
    expect(frame.join(' ').replaceAll(/ +/g, ' ')).toContain('held 0 ms of 6.0 s, 2.1 s of 2 min 00 s');
    const coloured = liveFrame(view, 34, colourPalette).map((line) => stripVTControlCharacters(line));
    expect(coloured).toEqual(frame);
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
