import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleTrial } from '../../test/support/model-plans.js';
import { type Trials, trialsFolder } from '../../test/support/model-run.js';
import { type LedgerEntry, openLedger } from '../probe/ledger.js';
import { measuredElections } from './measured-elections.js';
import { measuredTimes } from './measured-times.js';

let trials: Trials;
let home: string;

beforeAll(async () => {
  trials = await trialsFolder();
  home = await mkdtemp(join(tmpdir(), 'succession-measured-'));
  await mkdir(join(home, 'runs'));
});

afterAll(async () => {
  await trials.end();
  await rm(home, { recursive: true });
});

test('elections take as long as in the finished runs before, once there are enough of them', async () => {
  const trial = await exampleTrial(trials, 'the worked example', '3.8.0');
  expect(await trial.start()).toEqual({ kind: 'finished' });
  const { stages } = await trial.state();
  expect(stages).toHaveLength(5);

  // One client, a write every 100 ms, and 800 ms without one in the middle of each stage.
  const [first] = stages;
  const lines: LedgerEntry[] = [
    { kind: 'start', at: (first?.startedAt ?? 0) - 1000, root: '/r', incarnation: 'i' },
  ];
  for (const { startedAt, endedAt } of stages) {
    for (let ms = startedAt; ms < (endedAt ?? 0); ms += 100)
      if (ms < startedAt + 1000 || ms >= startedAt + 1700) lines.push(writeAt(ms));
  }
  const ledger = await openLedger(trial.folder.ledger);
  for (const line of lines) ledger.append(line);
  await ledger.close();

  expect(await measuredElections(home, '3.8.0')).toBeUndefined();
  await cp(trial.folder.path, join(home, 'runs', 'run-1'), { recursive: true });
  const measured = await measuredElections(home, '3.8.0');
  expect(measured?.stages).toBeGreaterThanOrEqual(3);
  expect(measured?.electionMs).toBeGreaterThan(300);
  expect(measured?.electionMs).toBeLessThanOrEqual(800);
  expect(await measuredElections(home, '3.4.8')).toBeUndefined();

  // The trial is a change of DC/OS that was applied: it tells of the steps of another one.
  const { plan } = await trial.state();
  const times = await measuredTimes(home, plan);
  expect(times?.source).toBe('applied');
  const installs = stages.flatMap((stage) => stage.steps).filter(({ step }) => step.kind === 'install');
  expect(times?.steps.install?.count).toBe(installs.length);
  expect(installs.map(({ done }) => done?.tookMs)).toContain(times?.steps.install?.ms);
  expect(await measuredTimes(home, { ...plan, zookeeper: '3.4.8' })).toBeNull();
});

function writeAt(at: number): LedgerEntry {
  return { kind: 'acknowledged', at, client: 0, number: at, via: '10.0.0.1', czxid: '0x1' };
}
