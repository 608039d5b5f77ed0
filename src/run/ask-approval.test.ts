import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Crash } from '../../test/support/model-platform.js';
import { exampleTrial } from '../../test/support/model-plans.js';
import { type Trial, type Trials, trialsFolder } from '../../test/support/model-run.js';
import type { ApprovalDesk, ApprovalScope, Decision } from './approvals.js';

let trials: Trials;
beforeAll(async () => {
  trials = await trialsFolder();
});
afterAll(() => trials.end());

const ana = { approved: true, by: 'ana@ops', via: 'page', from: '127.0.0.1' } as const;

/** A desk at which `decide` answers, asked about each request in turn. */
function deskOf(decide: (id: string, looks: number) => Decision | null): ApprovalDesk & { asked: string[] } {
  const asked: string[] = [];
  let looks = 0;
  return {
    asked,
    open: ({ id }) => {
      asked.push(id);
      looks = 0;
    },
    look: async (id) => decide(id, (looks += 1)),
    close: () => undefined,
  };
}

async function trialWith(scope: ApprovalScope, desk: ApprovalDesk | null): Promise<Trial> {
  const trial = await exampleTrial(trials, 'one of three replaced', '3.8.0');
  return Object.assign(trial, { approvals: scope, desk });
}

describe('approvals', () => {
  test('a stage waits until somebody approves it, and the journal says who and from where', async () => {
    const desk = deskOf((_, looks) => (looks < 4 ? null : ana));
    const trial = await trialWith('stages', desk);
    expect(await trial.start()).toEqual({ kind: 'finished' });
    expect(desk.asked).toEqual(['stage-1']);
    const { approvals } = await trial.state();
    expect(approvals[0]?.given).toMatchObject({ by: 'ana@ops', via: 'page', from: '127.0.0.1' });
    expect(trial.breaches).toEqual([]);
  });

  test('while somebody is waited for, the servers are looked at', async () => {
    const seen: number[] = [];
    const desk = deskOf((_, looks) => (seen.length === 0 && looks < 100 ? null : ana));
    const trial = await trialWith('stages', desk);
    trial.onServices = ({ size }) => void seen.push(size);
    expect(await trial.start()).toEqual({ kind: 'finished' });
    expect(seen[0]).toBe(4);
  });

  test('each step is asked for, and taken as what it was approved as', async () => {
    const desk = deskOf(() => ana);
    const trial = await trialWith('steps', desk);
    expect(await trial.start()).toEqual({ kind: 'finished' });
    const steps = (await trial.state()).stages.flatMap((stage) => stage.steps.map(({ step }) => step));
    expect(desk.asked).toEqual(steps.map((step) => `${step.id}-${step.kind}-${step.host}`));
  });

  test('a refusal pauses the run, and a resume asks again', async () => {
    let approved = false;
    const trial = await trialWith(
      'stages',
      deskOf(() => ({ ...ana, approved })),
    );
    expect(await trial.start()).toEqual({
      kind: 'paused',
      reason: 'ana@ops did not approve: begin stage 1, replace?',
    });
    expect(trial.cluster.actions).toEqual([]);
    approved = true;
    expect(await trial.resume()).toEqual({ kind: 'finished' });
  });

  test('a run that dies after an approval does not ask for it again', async () => {
    const desk = deskOf(() => ana);
    const trial = await trialWith('stages', desk);
    trial.onRecord = (record) => {
      if (record.kind === 'approval-given' && desk.asked.length === 1) throw new Crash();
    };
    expect(await trial.start()).toEqual({ kind: 'crashed' });
    expect(await trial.resume()).toEqual({ kind: 'finished' });
    expect(desk.asked).toEqual(['stage-1']);
  });

  test('where nobody can be asked the run pauses', async () => {
    const trial = await trialWith('stages', null);
    expect(await trial.start()).toMatchObject({ kind: 'paused' });
  });
});
