// How does a run begin, go on and go back, when the cluster, the lock or the journal is not as it should be?

import { existsSync } from 'node:fs';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Crash } from '../../test/support/model-platform.js';
import { type ExampleName, exampleTrial } from '../../test/support/model-plans.js';
import {
  afterAction,
  done,
  type Ending,
  expectEnd,
  standing,
  standingAt,
  type Trial,
  type Trials,
  trialsFolder,
} from '../../test/support/model-run.js';
import { takeProcessLock } from './process-lock.js';

let trials: Trials;

beforeAll(async () => {
  trials = await trialsFolder();
});

afterAll(() => trials.end());

const replacement = (): Promise<Trial> => exampleTrial(trials, 'one of three replaced', '3.8.0');

/** Dies once `count` records are on disk. */
function dieAfter(trial: Trial, count: number): void {
  trial.onRecord = () => {
    if (trial.records.length === count) throw new Crash();
  };
}

/** Rolls back once `records` are on disk, and resumes when the way back dies `later` records after. */
async function back(trial: Trial, records: number, later: number): Promise<Ending> {
  dieAfter(trial, records);
  await trial.start();
  dieAfter(trial, records + later);
  const end = await trial.rollback();
  return end.kind === 'crashed' ? trial.resume() : end;
}

describe('the lock of the cluster', () => {
  test('held by another run: nothing is done, and no folder is left', async () => {
    const trial = await replacement();
    const by = { run: 'another', owner: 'somebody@else', since: '2026-01-01T00:00:00.000Z' };
    trial.cluster.held.by = by;
    expect(await trial.start()).toEqual({ kind: 'locked', by });
    expect(done(trial)).toEqual([]);
    expect(existsSync(trial.folder.path)).toBe(false);
    expect(await trial.resume()).toEqual({ kind: 'no-such-run' });
  });

  test('that can’t be asked for at the start: refused, and no folder is left', async () => {
    const trial = await replacement();
    trial.cluster.trouble.lock = 'unknown';
    expect(await trial.start()).toMatchObject({ kind: 'refused', failure: { code: 'not-as-planned' } });
    expect(existsSync(trial.folder.path)).toBe(false);
    expect(standing(trial)).toEqual(standingAt(trial, trial.plan.from));
  });

  test('that can’t be asked for before the first stage: a resume is refused, and may be tried again', async () => {
    const trial = await replacement();
    dieAfter(trial, 1);
    expect(await trial.start()).toEqual({ kind: 'crashed' });
    trial.cluster.trouble.lock = 'unknown';
    expect(await trial.resume()).toMatchObject({ kind: 'refused' });
    trial.cluster.trouble.lock = 'answers';
    expect(await trial.resume()).toEqual({ kind: 'finished' });
    expectEnd(trial);
  });

  test('that can’t be asked for without a quorum, once a stage has begun: a resume goes on', async () => {
    const trial = await exampleTrial(trials, 'a renumbering with a full stop', '3.8.0');
    const { servers } = trial.cluster;
    trial.cluster.trouble.afterAction = () => {
      if (servers.leader === null) dieAfter(trial, trial.records.length + 1);
    };
    expect(await trial.start()).toEqual({ kind: 'crashed' });
    expect(servers.service.writableSince()).toBeNull();
    trial.cluster.trouble.afterAction = () => undefined;
    expect(await trial.resume()).toEqual({ kind: 'finished' });
    expectEnd(trial);
  });

  test('taken by another run meanwhile: a resume does nothing', async () => {
    const trial = await replacement();
    dieAfter(trial, 6);
    await trial.start();
    const by = { run: 'another', owner: 'somebody@else', since: '2026-01-01T00:00:00.000Z' };
    trial.cluster.held.by = by;
    const asked = done(trial);
    expect(await trial.resume()).toEqual({ kind: 'locked', by });
    expect(await trial.rollback()).toEqual({ kind: 'locked', by });
    expect(done(trial)).toEqual(asked);
  });
});

describe('the journal', () => {
  test('of a run that another process works on is left alone', async () => {
    const trial = await replacement();
    dieAfter(trial, 6);
    await trial.start();
    const release = await takeProcessLock(trial.folder.path);
    expect(await trial.resume()).toEqual({ kind: 'busy' });
    await release?.();
    expect(await trial.resume()).toEqual({ kind: 'finished' });
  });

  test('with a torn last line is gone on with; a damaged one is refused with its line', async () => {
    const trial = await replacement();
    dieAfter(trial, 6);
    await trial.start();
    const whole = await readFile(trial.folder.journal, 'utf8');
    await writeFile(trial.folder.journal, whole.replace('"kind":"step-intent"', '"kind":"step-content"'));
    expect(await trial.resume()).toMatchObject({ kind: 'damaged', fault: { line: 3 } });
    await writeFile(trial.folder.journal, whole);
    await appendFile(trial.folder.journal, '{"seq":6,"at":');
    expect(await trial.resume()).toEqual({ kind: 'finished' });
    expectEnd(trial);
    expect(await trial.resume()).toMatchObject({ kind: 'already-over', state: { status: 'finished' } });
    expect(await trial.rollback()).toMatchObject({ kind: 'already-over' });
  });
});

describe('rollback', () => {
  test.each<readonly [ExampleName, string]>([
    ['one of three replaced', '3.4.8'],
    ['one of three replaced', '3.8.0'],
    ['the leader replaced', '3.4.14'],
    ['three to five', '3.8.0'],
    ['five to three', '3.4.8'],
    ['a renumbering with a full stop', '3.8.0'],
  ])(
    '%s on %s: leads back from wherever the stage stands, and when it dies on the way',
    async (name, version) => {
      const straight = await exampleTrial(trials, name, version);
      await straight.start();
      const kinds = straight.records.map((record) => record.kind);
      const [first, last] = [kinds.indexOf('stage-started') + 1, kinds.indexOf('stage-done')];
      const faults: string[] = [];
      for (let records = first; records <= last; records += 1) {
        const later = records % 2 === 0 ? Infinity : 1 + (records % 7);
        const trial = await exampleTrial(trials, name, version);
        const end = await back(trial, records, later);
        const [seen, wanted] = [standing(trial), standingAt(trial, trial.plan.from)].map((one) =>
          JSON.stringify(one),
        );
        const fault = [
          ...trial.breaches,
          ...(seen === wanted ? [] : [seen]),
          ...(/finished|over/.test(end.kind) ? [] : [JSON.stringify(end)]),
        ];
        if (fault.length > 0)
          faults.push(`after ${records}, ${kinds[records - 1]}, and ${later}: ${fault.join('; ')}`);
      }
      expect(faults).toEqual([]);
    },
  );

  test('of an action that broke off half-way, wherever', async () => {
    const straight = await replacement();
    await straight.start();
    for (let deeds = 1; deeds <= straight.cluster.deeds.count; deeds += 1) {
      for (const later of [Infinity, 2, 3]) {
        const trial = await replacement();
        trial.cluster.trouble.onDeed = (count) => {
          if (count === deeds) throw new Crash();
        };
        expect(await trial.start()).toEqual({ kind: 'crashed' });
        dieAfter(trial, trial.records.length + later);
        let end = await trial.rollback();
        if (end.kind === 'crashed') end = await trial.resume();
        expect(end, `after deed ${deeds}, and ${later}`).toEqual({ kind: 'finished' });
        expectEnd(trial, trial.plan.from);
      }
    }
  });

  test('between two stages, and of a rebuild, there is nothing to undo', async () => {
    const trial = await exampleTrial(trials, 'a cascade', '3.8.0');
    trial.onRecord = ({ kind }) => {
      if (kind === 'stage-done') throw new Crash();
    };
    expect(await trial.start()).toEqual({ kind: 'crashed' });
    const stood = standing(trial);
    expect(await trial.rollback()).toMatchObject({ kind: 'nothing-to-undo' });
    expect(standing(trial)).toEqual(stood);

    const rebuild = await exampleTrial(trials, 'a member rebuilt', '3.8.0');
    dieAfter(rebuild, 4);
    await rebuild.start();
    expect(await rebuild.rollback()).toMatchObject({ kind: 'nothing-to-undo' });
    expect(await rebuild.resume()).toEqual({ kind: 'finished' });
    expectEnd(rebuild);
  });

  test('of a later stage ends at the ensemble before it; a second rollback finds nothing to undo', async () => {
    const trial = await exampleTrial(trials, 'a cascade', '3.8.0');
    const [first, second] = trial.plan.stages;
    const install = second?.steps.find((step) => step.kind === 'install')?.host ?? '';
    afterAction(trial, `install ${install}`, () => (trial.pauseRequested = true));
    expect(await trial.start()).toMatchObject({ kind: 'paused' });
    afterAction(trial, `stop ${install}`, () => (trial.pauseRequested = true));
    trial.pauseRequested = false;
    expect(await trial.rollback()).toMatchObject({ kind: 'paused' });
    trial.pauseRequested = false;
    expect(await trial.rollback()).toMatchObject({ kind: 'nothing-to-undo' });
    expect(await trial.resume()).toEqual({ kind: 'finished' });
    expectEnd(trial, first?.ensemble);
  });
});
