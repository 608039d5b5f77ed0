import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleTrial, host, versions } from '../../test/support/model-plans.js';
import { standing, standingAt, type Trial, type Trials, trialsFolder } from '../../test/support/model-run.js';

let trials: Trials;
beforeAll(async () => {
  trials = await trialsFolder();
});
afterAll(() => trials.end());

function comeBack({ cluster, plan }: Trial): void {
  cluster.servers.configure(host(5), plan.from);
  cluster.servers.boot(host(5));
}

describe('members whose machines are gone', () => {
  test.each(versions)('are replaced without being asked anything, on %s', async (version) => {
    const trial = await exampleTrial(trials, 'two of five gone', version);
    expect(await trial.start()).toEqual({ kind: 'finished' });
    expect(trial.breaches).toEqual([]);
    const gone = [host(4), host(5)];
    expect(trial.cluster.actions.filter((action) => gone.includes(action.address))).toEqual([]);
    const stands = Object.entries(standing(trial)).filter(([address]) => !gone.includes(address));
    const wanted = Object.entries(standingAt(trial, trial.plan.to));
    expect(stands).toEqual(wanted.filter(([address]) => !gone.includes(address)));
  });

  test('one that answers before the start refuses the run', async () => {
    const trial = await exampleTrial(trials, 'two of five gone', '3.4.8');
    comeBack(trial);
    expect(await trial.start()).toMatchObject({
      kind: 'refused',
      failure: {
        code: 'not-as-planned',
        message: `the plan was told that the machine of ${host(5)} is gone for good, and it answers`,
      },
    });
  });

  test('can not be gone back to, and a rollback says so before it touches anything', async () => {
    const trial = await exampleTrial(trials, 'two of five gone', '3.4.8');
    trial.onRecord = ({ kind }) => {
      if (kind === 'step-done') trial.pauseRequested = true;
    };
    expect(await trial.start()).toMatchObject({ kind: 'paused' });
    trial.pauseRequested = false;
    const taken = trial.cluster.actions.length;
    expect(await trial.rollback()).toMatchObject({ kind: 'refused', failure: { code: 'no-schedule' } });
    expect(trial.cluster.actions).toHaveLength(taken);
    trial.onRecord = () => undefined;
    expect(await trial.resume()).toEqual({ kind: 'finished' });
  });

  test('one that comes back on the way stops the run', async () => {
    const trial = await exampleTrial(trials, 'two of five gone', '3.4.8');
    trial.onRecord = (record) => {
      if (record.kind === 'step-acted' && record.id === '1.2') comeBack(trial);
    };
    expect(await trial.start()).toMatchObject({ kind: 'stopped', failure: { code: 'intruder' } });
  });
});
