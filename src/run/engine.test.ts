// Does a run reach its end by allowed actions only, and stop with the right reason, touching nothing more, when it must?

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleNames, exampleTrial, host, versions } from '../../test/support/model-plans.js';
import {
  afterAction,
  done,
  expectEnd,
  standing,
  type Trials,
  trialsFolder,
} from '../../test/support/model-run.js';

let trials: Trials;

beforeAll(async () => {
  trials = await trialsFolder();
});

afterAll(() => trials.end());

describe('a run without trouble', () => {
  const cases = exampleNames.flatMap((name) => versions.map((version) => [name, version] as const));
  test.each(cases)('%s on %s: takes the steps of the plan, and ends as planned', async (name, version) => {
    const trial = await exampleTrial(trials, name, version);
    expect(await trial.start()).toEqual({ kind: 'finished' });
    expectEnd(trial);
    const planned = trial.plan.stages.flatMap((stage) => stage.steps);
    expect(done(trial)).toEqual(planned.map((step) => `${step.kind} ${step.host}`));
    const state = await trial.state();
    expect(state).toMatchObject({ status: 'finished', deviations: [], resumes: 0 });
    expect(state.audit?.members.map((member) => member.lost)).toEqual(trial.plan.to.map(() => 0));
    expect(state.stages.flatMap((stage) => stage.steps).every((step) => step.done !== null)).toBe(true);
  });
});

test('a leader that moves is found again: the order changes, which is journalled, and it still goes last', async () => {
  const trial = await exampleTrial(trials, 'the worked example', '3.8.0');
  const { servers, trouble } = trial.cluster;
  const leads: string[] = [];
  trouble.afterAction = ({ kind }, count) => {
    const followers = servers.serving.filter((one) => one !== servers.leader);
    if (kind === 'fence') servers.service.moveLeader(followers[count % followers.length] ?? '');
  };
  trouble.mishap = ({ kind, address }) => {
    if (kind === 'upgrade') leads.push(servers.leader === address ? 'leader' : 'follower');
    return null;
  };
  expect(await trial.start()).toEqual({ kind: 'finished' });
  expectEnd(trial);
  expect(leads).toEqual(trial.plan.stages.flatMap(() => ['follower', 'follower', 'follower', 'leader']));
  const { deviations } = await trial.state();
  expect(deviations.length).toBeGreaterThanOrEqual(3);
  expect(deviations[0]?.message).toMatch(/ leads\): .*upgrade .* instead of /);
});

test('an election that takes its time after a step does not stop a run', async () => {
  const trial = await exampleTrial(trials, 'five to three', '3.4.8');
  const { servers, trouble } = trial.cluster;
  // Its end is not the one that is predicted, from which no order of steps would lead on.
  trouble.afterAction = () => servers.service.moveLeader(host(1));
  expect(await trial.start()).toEqual({ kind: 'finished' });
  expectEnd(trial);
});

describe('what passes by itself', () => {
  test('two leaders for a tick do not stop a run', async () => {
    const trial = await exampleTrial(trials, 'one of three replaced', '3.8.0');
    const { servers, trouble } = trial.cluster;
    let since: number | null = null;
    trouble.afterAction = () => {
      since = servers.now;
    };
    trouble.service = (seen) =>
      since !== null && servers.now < since + 2000 && seen.address === host(1) && seen.mode !== null
        ? { ...seen, mode: 'leader' }
        : seen;
    expect(await trial.start()).toEqual({ kind: 'finished' });
    expectEnd(trial);
  });

  test('a removed member that comes back stops the run; resumed, it is stopped again', async () => {
    const trial = await exampleTrial(trials, 'one of three replaced', '3.8.0');
    const { servers } = trial.cluster;
    afterAction(trial, 'upgrade 10.0.0.1', () => servers.boot(host(2)), 1500);
    expect(await trial.start()).toMatchObject({ kind: 'stopped', failure: { code: 'intruder' } });
    expect(done(trial).at(-1)).toBe('upgrade 10.0.0.1');
    expect(await trial.resume()).toEqual({ kind: 'finished' });
    expect(done(trial).slice(4)).toEqual(['stop 10.0.0.2', 'upgrade 10.0.0.3']);
    expectEnd(trial);
  });

  test('a member of an earlier stage that comes back stops the run until it is gone', async () => {
    const trial = await exampleTrial(trials, 'the worked example', '3.8.0');
    const { servers } = trial.cluster;
    const [first, second] = trial.plan.stages;
    const gone = first?.steps.find((step) => step.kind === 'fence')?.host ?? '';
    const later = second?.steps.find((step) => step.kind === 'install')?.host ?? '';
    afterAction(trial, `install ${later}`, () => servers.boot(gone), 1500);
    for (const work of [trial.start, trial.resume]) {
      expect(await work()).toMatchObject({ kind: 'stopped', failure: { code: 'intruder' } });
      expect(done(trial).at(-1)).toBe(`install ${later}`);
    }
    servers.halt(gone);
    expect(await trial.resume()).toEqual({ kind: 'finished' });
    expectEnd(trial);
  });
});

describe('the operator', () => {
  test('who asks for a pause gets it between two steps, and goes on with a resume', async () => {
    const trial = await exampleTrial(trials, 'one of three replaced', '3.8.0');
    trial.cluster.trouble.afterAction = () => {
      trial.pauseRequested = true;
    };
    const pauses: string[] = [];
    let end = await trial.start();
    for (; end.kind === 'paused'; end = await trial.resume()) {
      pauses.push(done(trial).at(-1) ?? '');
      trial.pauseRequested = false;
    }
    expect(end).toEqual({ kind: 'finished' });
    expect(pauses).toEqual(done(trial).slice(0, -1));
    expectEnd(trial);
  });

  test('who stops at once, stops a gate that waits', async () => {
    const trial = await exampleTrial(trials, 'one of three replaced', '3.8.0');
    const { servers } = trial.cluster;
    const abort = new AbortController();
    trial.signal = abort.signal;
    afterAction(trial, 'install 10.0.0.25', () => servers.later(1500, () => abort.abort()));
    expect(await trial.start()).toMatchObject({ kind: 'paused' });
    expect(done(trial).at(-1)).toBe('install 10.0.0.25');
    const stood = standing(trial);
    trial.signal = new AbortController().signal;
    expect(standing(trial)).toEqual(stood);
    expect(await trial.resume()).toEqual({ kind: 'finished' });
    expectEnd(trial);
  });
});
