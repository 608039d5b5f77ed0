import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { existsSync } from 'node:fs';
import { Crash } from '../../test/support/model-platform.js';
import { exampleTrial } from '../../test/support/model-plans.js';
import { type Trial, type Trials, trialsFolder } from '../../test/support/model-run.js';
import type { Duty, DutyKind, DutyReading, Surroundings } from './duty.js';
import type { Outcome } from './platform.js';
import type { WatchEnd } from './watch-ensemble.js';

let trials: Trials;
beforeAll(async () => {
  trials = await trialsFolder();
});
afterAll(() => trials.end());

/** A small world of work: what is done of it, and every deed in order. */
interface Work {
  readonly done: Set<string>;
  readonly deeds: string[];
}

const acted: Outcome = { kind: 'done', evidence: ['acted'] };

/** A duty that notes itself in `work`; it stays done. */
function duty(work: Work, id: string, kind: DutyKind, change: Partial<Duty> = {}): Duty {
  return {
    id,
    kind,
    sentence: `do ${id}`,
    waivable: false,
    look: async (): Promise<DutyReading> =>
      work.done.has(id)
        ? { kind: 'done', evidence: [`${id} is done`], facts: { [kind]: id } }
        : { kind: 'to-do', evidence: [] },
    perform: async () => {
      work.deeds.push(id);
      work.done.add(id);
      return acted;
    },
    ...change,
  };
}

function around(work: Work, first: readonly Duty[] = []): Surroundings {
  return {
    beforeRun: () => [duty(work, 'preflight', 'preflight'), ...first],
    beforeStage: (stage) => [duty(work, `${stage.number}.configure`, 'configure')],
    afterStage: (stage, next) => [
      duty(work, `${stage.number}.agents`, 'agents', {
        perform: async (context) => {
          work.deeds.push(`agents with ${context.facts['configure']}, ${next === null ? 'last' : 'more'}`);
          work.done.add(`${stage.number}.agents`);
          return acted;
        },
      }),
    ],
    afterRun: () => [duty(work, 'dns', 'dns')],
  };
}

async function trialWith(surroundings: (work: Work) => Surroundings): Promise<Trial & { work: Work }> {
  const trial = await exampleTrial(trials, 'three to five', '3.8.0');
  const work: Work = { done: new Set(), deeds: [] };
  return Object.assign(trial, { surroundings: surroundings(work), work });
}

function refusing(waivable: boolean): Partial<Duty> {
  const failure = {
    code: 'audit',
    blame: 'operator',
    message: 'an app holds 10.0.0.1',
    seen: ['app /x'],
    expected: 'none',
    next: ['change the app'],
  } as const;
  return { waivable, look: async () => ({ kind: 'refused', failure }) };
}

describe('work around the stages', () => {
  test('comes before, between and after the stages, and its facts reach what comes later', async () => {
    const trial = await trialWith(around);
    expect(await trial.start()).toEqual({ kind: 'finished' });
    const stages = trial.plan.stages.map((stage) => stage.number);
    expect(trial.work.deeds).toEqual([
      'preflight',
      ...stages.flatMap((stage, index) => [
        `${stage}.configure`,
        `agents with ${stage}.configure, ${index === stages.length - 1 ? 'last' : 'more'}`,
      ]),
      'dns',
    ]);
    const { duties } = await trial.state();
    expect(duties.every((one) => one.done !== null)).toBe(true);
  });

  test('a run that dies at any record does all of it, and nothing of it after it is seen to be done', async () => {
    const straight = await trialWith(around);
    await straight.start();
    for (let at = 1; at <= straight.records.length; at += 1) {
      const trial = await trialWith(around);
      trial.onRecord = () => {
        if (trial.records.length === at) throw new Crash();
      };
      let end = await trial.start();
      while (end.kind === 'crashed') end = await trial.resume();
      expect(['finished', 'already-over']).toContain(end.kind);
      expect(trial.work.deeds, `died at record ${at}`).toEqual(straight.work.deeds);
      expect(trial.breaches).toEqual([]);
    }
  });

  test('what is refused before anything was changed leaves no run and no lock', async () => {
    const trial = await trialWith((work) => around(work, [duty(work, 'audit', 'audit', refusing(true))]));
    expect(await trial.start()).toMatchObject({
      kind: 'refused',
      failure: { code: 'audit', next: ['change the app'] },
    });
    expect(existsSync(trial.folder.path)).toBe(false);
    expect(trial.cluster.held.by).toBeNull();
  });

  test('the operator waives by kind, and the journal says who did', async () => {
    const trial = await trialWith((work) => around(work, [duty(work, 'audit', 'audit', refusing(true))]));
    trial.waived = ['audit'];
    expect(await trial.start()).toEqual({ kind: 'finished' });
    const { duties } = await trial.state();
    expect(duties.find((one) => one.kind === 'audit')?.done).toMatchObject({
      waivedBy: 'op@model',
      evidence: ['an app holds 10.0.0.1', 'app /x'],
    });
  });

  test('what can’t be waived is not', async () => {
    const trial = await trialWith((work) => around(work, [duty(work, 'audit', 'audit', refusing(false))]));
    trial.waived = ['audit'];
    expect(await trial.start()).toMatchObject({ kind: 'refused' });
  });

  test('a failure stops the run with its kind, and a resume does it again', async () => {
    let broken = true;
    const trial = await trialWith((work) => ({
      ...around(work),
      afterRun: () => [
        duty(work, 'dns', 'dns', {
          perform: async () => {
            if (!broken) work.done.add('dns');
            return broken
              ? { kind: 'failed', reason: 'the hook failed', evidence: ['status 1'], remedy: 'mend the hook' }
              : acted;
          },
        }),
      ],
    }));
    expect(await trial.start()).toMatchObject({
      kind: 'stopped',
      failure: {
        code: 'dns',
        message: 'do dns: the hook failed',
        seen: ['status 1'],
        next: ['mend the hook', 'then resume'],
      },
    });
    broken = false;
    expect(await trial.resume()).toEqual({ kind: 'finished' });
  });

  test('an unknown outcome is looked at, and performed again only while it is still to do', async () => {
    const trial = await trialWith((work) => ({
      ...around(work),
      afterRun: () => [
        duty(work, 'dns', 'dns', {
          perform: async () => {
            work.deeds.push('tried');
            return { kind: 'unknown', reason: 'lost', evidence: [], remedy: 'look' };
          },
        }),
      ],
    }));
    expect(await trial.start()).toMatchObject({ kind: 'stopped', failure: { code: 'dns' } });
    expect(trial.work.deeds.filter((deed) => deed === 'tried')).toHaveLength(3);
  });

  test('an ensemble that breaks while it is watched is told, one that holds is not', async () => {
    const seen: WatchEnd[] = [];
    const trial = await trialWith((work) => ({
      ...around(work),
      afterRun: () => [
        duty(work, 'soak', 'soak', {
          perform: async ({ watchEnsemble }) => {
            seen.push(await watchEnsemble(200_000));
            trial.cluster.servers.halt(trial.plan.to[0]?.address ?? '');
            seen.push(await watchEnsemble(200_000));
            work.done.add('soak');
            return acted;
          },
        }),
      ],
    }));
    await trial.start();
    expect(seen).toMatchObject([
      { kind: 'held', longestBreakMs: 0, elections: 0 },
      { kind: 'failed', failure: { code: 'member-down' } },
    ]);
  });
});
