import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Crash } from '../../test/support/model-platform.js';
import { exampleTrial } from '../../test/support/model-plans.js';
import { type Trial, type Trials, trialsFolder } from '../../test/support/model-run.js';
import type { Decision } from './approvals.js';

const settleMs = 900_000;

let trials: Trials;
beforeAll(async () => {
  trials = await trialsFolder();
});
afterAll(() => trials.end());

/** A replacement with a quiet time, on a platform where everything is complete once nobody is missing. */
async function quietTrial(look: (id: string, looks: number) => Decision | null): Promise<Trial> {
  const trial = await exampleTrial(trials, 'one of three replaced', '3.8.0');
  let looks = 0;
  return Object.assign(trial, {
    settings: { ...trial.settings, settleMs },
    desk: {
      open: () => (looks = 0),
      look: async (id: string) => look(id, (looks += 1)),
      close: () => undefined,
    },
  });
}

function completeOnceNobodyIsMissing({ cluster }: Trial): void {
  Object.assign(cluster.platform, {
    isComplete: ({
      expectation,
    }: {
      readonly expectation: { readonly serving: unknown[]; readonly running: unknown[] };
    }) => expectation.serving.length === 3 && expectation.running.length === 3,
  });
}

const carry = { approved: true, by: 'ana@ops', via: 'command', from: 'ops' } as const;

describe('the quiet time after a changed member', () => {
  test('is kept after each step where nobody says otherwise, and the journal says that the timer ended it', async () => {
    const trial = await quietTrial(() => null);
    expect(await trial.start()).toEqual({ kind: 'finished' });
    const { approvals, stages } = await trial.state();
    expect(approvals.map((one) => one.id)).toEqual(
      stages.flatMap((stage) => stage.steps.map(({ step }) => `settle-${step.id}`)),
    );
    for (const { given, wantedAt } of approvals) {
      expect(given?.via).toBe('timer');
      expect((given?.at ?? 0) - wantedAt).toBeGreaterThanOrEqual(settleMs);
    }
    expect(trial.breaches).toEqual([]);
  });

  test('is not kept in a state that is none to stay in', async () => {
    const trial = await quietTrial(() => null);
    completeOnceNobodyIsMissing(trial);
    expect(await trial.start()).toEqual({ kind: 'finished' });
    const { approvals, stages } = await trial.state();
    const steps = stages.flatMap((stage) => stage.steps.map(({ step }) => step));
    expect(approvals.length).toBeGreaterThan(0);
    expect(approvals.length).toBeLessThan(steps.length);
    expect(approvals.at(-1)?.id).toBe(`settle-${steps.at(-1)?.id}`);
  });

  test('ends when somebody says so, who is named', async () => {
    const trial = await quietTrial((_, looks) => (looks < 3 ? null : carry));
    expect(await trial.start()).toEqual({ kind: 'finished' });
    const { approvals } = await trial.state();
    for (const { given, wantedAt } of approvals) {
      expect(given).toMatchObject({ by: 'ana@ops', via: 'command' });
      expect((given?.at ?? 0) - wantedAt).toBeLessThan(60_000);
    }
  });

  test('goes on where it was when its process dies in it, and is not begun again', async () => {
    const trial = await quietTrial(() => null);
    trial.onRecord = (record) => {
      if (record.kind === 'approval-wanted' && trial.records.length < 12) throw new Crash();
    };
    expect(await trial.start()).toEqual({ kind: 'crashed' });
    const [first] = (await trial.state()).approvals;
    trial.onRecord = () => undefined;
    trial.cluster.servers.advance(settleMs - 60_000);
    expect(await trial.resume()).toEqual({ kind: 'finished' });
    const again = (await trial.state()).approvals.find((one) => one.id === first?.id);
    expect(again?.wantedAt).toBe(first?.wantedAt);
    expect((again?.given?.at ?? 0) - (first?.wantedAt ?? 0)).toBeLessThan(settleMs + 60_000);
  });

  test('a pause is taken in it, and what breaks in it stops the run', async () => {
    const paused = await quietTrial((_, looks) => {
      paused.pauseRequested = looks > 2;
      return null;
    });
    expect(await paused.start()).toEqual({
      kind: 'paused',
      reason: 'paused by the operator in a quiet time',
    });

    const broken = await quietTrial((_, looks) => {
      if (looks === 3) broken.cluster.servers.halt(broken.plan.to[0]?.address ?? '');
      return null;
    });
    completeOnceNobodyIsMissing(broken);
    expect(await broken.start()).toMatchObject({ kind: 'stopped', failure: { code: 'member-down' } });
  });
});
