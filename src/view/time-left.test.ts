import { expect, test } from 'vitest';
import type { DutyState, RunState } from '../run/run-state.js';
import { stateAfter } from '../../test/support/sample-run.js';
import { remainingMs } from './time-left.js';

const at = 1_764_000_000_000;
const around = {
  beforeRun: [{ kind: 'preflight', sentence: 'look at every master' }],
  stages: [
    { before: [], after: [{ kind: 'agents', sentence: 'give the 3 agents the new list of masters' }] },
  ],
  afterRun: [{ kind: 'soak', sentence: 'watch the ensemble for 60 min', ms: 3_600_000 }],
};

function duty(kind: DutyState['kind'], startedAt: number, done: boolean): DutyState {
  const ended = { at, tookMs: 1, evidence: [], facts: {}, waivedBy: null };
  return { id: kind, kind, sentence: '', startedAt, result: null, done: done ? ended : null };
}

test('remainingMs counts the work around the stages, and the hour at the end as it passes', () => {
  const bare = stateAfter(5);
  const dcos: RunState = { ...bare, plan: { ...bare.plan, around } };
  const left = (...duties: readonly DutyState[]): number =>
    Math.round((remainingMs({ ...dcos, duties }, at) - remainingMs(bare, at)) / 60_000);
  expect(left()).toBe(1 + 15 + 60);
  expect(left(duty('preflight', at - 60_000, true))).toBe(15 + 60);
  expect(left(duty('preflight', at, true), duty('agents', at - 300_000, false))).toBe(10 + 60);
  // Longer than ever is no time below nothing.
  expect(left(duty('preflight', at, true), duty('agents', at - 9_000_000, false))).toBe(60);
  const soaking = [duty('preflight', at, true), duty('agents', at, true)] as const;
  expect(left(...soaking, duty('soak', at - 1_200_000, true), duty('soak', at - 900_000, false))).toBe(40);
});
