import { expect, test } from 'vitest';
import { sortedEnsemble } from '../model/ensemble.js';
import type { Stage } from '../plan/plan.js';
import { aroundOf } from './around.js';
import type { Duty, DutyKind } from './duty.js';

function duty(kind: DutyKind, sentence: string, lastsMs?: number): Duty {
  return {
    ...(lastsMs === undefined ? {} : { lastsMs }),
    id: sentence,
    kind,
    sentence,
    waivable: false,
    look: () => Promise.reject(new Error('a plan looks at nothing')),
    perform: () => Promise.reject(new Error('a plan does nothing')),
  };
}

const none = (): readonly Duty[] => [];
const from = sortedEnsemble(['10.0.0.1', '10.0.0.2', '10.0.0.3']);
const to = sortedEnsemble(['10.0.0.1', '10.0.0.2', '10.0.0.4']);
const stage: Stage = {
  number: 1,
  kind: 'replace',
  method: 'restart',
  from,
  ensemble: to,
  fresh: ['10.0.0.4'],
  renumbered: [],
  fullStop: false,
  reason: '',
  steps: [],
};

test('a plan tells the duties of its run in their places, and the pieces of one work once', () => {
  const asked: (number | null)[] = [];
  const around = aroundOf(
    {
      beforeRun: () => [duty('preflight', 'look at every host')],
      beforeStage: ({ number }) => [duty('configure', `configure ${number}`)],
      afterStage: (_, next) => {
        asked.push(next?.length ?? null);
        return [];
      },
      afterRun: () => [
        duty('dns', 'a, b'),
        duty('soak', 'watch, 1 of 2', 300_000),
        duty('soak', 'watch, 2 of 2', 60_000),
      ],
    },
    [stage, { ...stage, number: 2, from: to, ensemble: from }],
  );
  expect(asked).toEqual([3, null]);
  expect(around).toEqual({
    beforeRun: [{ kind: 'preflight', sentence: 'look at every host' }],
    stages: [
      { before: [{ kind: 'configure', sentence: 'configure 1' }], after: [] },
      { before: [{ kind: 'configure', sentence: 'configure 2' }], after: [] },
    ],
    afterRun: [
      { kind: 'dns', sentence: 'a, b' },
      { kind: 'soak', sentence: 'watch', ms: 360_000 },
    ],
  });
});

test('a plan tells the quiet time of each stage, and how long it is', () => {
  const around = aroundOf(
    { beforeRun: none, beforeStage: none, afterStage: none, afterRun: none, settleMs: 900_000 },
    [stage],
  );
  expect(around.stages[0]?.after).toMatchObject([{ kind: 'settle', ms: 900_000 }]);
});
