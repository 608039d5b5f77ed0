import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleTrial } from '../../test/support/model-plans.js';
import { standing, standingAt, type Trial, type Trials, trialsFolder } from '../../test/support/model-run.js';
import type { Duty, DutyKind } from './duty.js';

let trials: Trials;
beforeAll(async () => {
  trials = await trialsFolder();
});
afterAll(() => trials.end());

/** A replacement whose duties are done at once, but for the one that fails. */
async function failingAt(failing: string): Promise<{ readonly trial: Trial; readonly deeds: string[] }> {
  const trial = await exampleTrial(trials, 'one of three replaced', '3.8.0');
  const deeds: string[] = [];
  const done = new Set<string>();
  const duty = (id: string, kind: DutyKind): Duty => ({
    id,
    kind,
    sentence: `do ${id}`,
    waivable: false,
    look: async () => (done.has(id) ? { kind: 'done', evidence: [] } : { kind: 'to-do', evidence: [] }),
    perform: async () => {
      deeds.push(id);
      if (id === failing) return { kind: 'failed', reason: 'broken', evidence: [], remedy: 'mend it' };
      done.add(id);
      return { kind: 'done', evidence: [] };
    },
  });
  trial.surroundings = {
    beforeRun: () => [],
    beforeStage: ({ number }) => [duty(`${number}.configure`, 'configure')],
    afterStage: ({ number }) => [
      duty(`${number}.certificates`, 'certificates'),
      duty(`${number}.decommission`, 'decommission'),
    ],
    afterRun: () => [],
  };
  return { trial, deeds };
}

describe('a rollback', () => {
  test('takes back a configuration that was begun before the first step of its stage', async () => {
    const { trial, deeds } = await failingAt('1.configure');
    expect(await trial.start()).toMatchObject({ kind: 'stopped', failure: { code: 'configure' } });
    expect(await trial.rollback()).toEqual({ kind: 'finished' });
    expect(deeds.slice(0, 2)).toEqual(['1.configure', '2.configure']);
    expect(trial.cluster.actions).toEqual([]);
    expect((await trial.state()).stages.map((stage) => stage.number)).toEqual([2]);
  });

  test('leads back from a stage whose steps are done, while work after them is open', async () => {
    const { trial } = await failingAt('1.certificates');
    expect(await trial.start()).toMatchObject({ kind: 'stopped', failure: { code: 'certificates' } });
    const reached = (await trial.state()).stages.at(-1)?.endedAt;
    expect(reached).not.toBeNull();
    expect(await trial.rollback()).toMatchObject({ kind: 'finished' });
    expect(standing(trial)).toEqual(standingAt(trial, trial.plan.from));
    expect((await trial.state()).stages[0]?.endedAt).toBe(reached);
    expect(trial.breaches).toEqual([]);
  });

  test('finds nothing to undo once the old member was taken out of everything else', async () => {
    const { trial } = await failingAt('1.decommission');
    expect(await trial.start()).toMatchObject({ kind: 'stopped', failure: { code: 'decommission' } });
    expect(await trial.rollback()).toMatchObject({ kind: 'nothing-to-undo' });
  });
});
