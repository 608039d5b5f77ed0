import { expect, test } from 'vitest';
import { stateAfter } from '../../../test/support/sample-run.js';
import type { DutyState, RunState } from '../../run/run-state.js';
import { workPath } from './work-path.js';

const state = stateAfter(5);
const around = {
  beforeRun: [{ kind: 'preflight', sentence: 'look at every master' }],
  stages: [
    {
      before: [{ kind: 'configure', sentence: 'generate the new configuration' }],
      after: [{ kind: 'agents', sentence: 'give the 3 agents the new list of masters' }],
    },
  ],
  afterRun: [{ kind: 'soak', sentence: 'watch the ensemble for 60 min', ms: 3_600_000 }],
};

function duty(id: string, kind: DutyState['kind'], more: Partial<DutyState> = {}): DutyState {
  const done = { at: 2000, tookMs: 1000, evidence: [], facts: {}, waivedBy: null };
  return { id, kind, sentence: id, startedAt: 1000, result: null, done, ...more };
}

function placesOf(duties: readonly DutyState[]): readonly string[] {
  const run: RunState = { ...state, plan: { ...state.plan, around }, duties };
  return workPath(run).map(({ when, place }) => `${when}: ${place}`);
}

test('workPath tells what was done, what is under way, and what the plan still has ahead', () => {
  expect(
    placesOf([duty('preflight', 'preflight'), duty('1.configure', 'configure', { done: null })]),
  ).toEqual(['at first: done', 'before stage 1: here', 'after stage 1: ahead', 'at the end: ahead']);
});

function piece(number: number): DutyState {
  return duty(`soak.${number}`, 'soak', { sentence: `watch the ensemble for 60 min, part ${number} of 12` });
}

test('workPath takes the pieces of the quiet time for one work, done with its last', () => {
  const pieces = Array.from({ length: 12 }, (_, index) => piece(index + 1));
  expect(placesOf(pieces.slice(0, 11)).at(-1)).toBe('at the end: here');
  expect(placesOf(pieces).at(-1)).toBe('at the end: done');
});

test('workPath puts last what the plan did not tell of, such as the work of a rollback', () => {
  expect(placesOf([duty('2.configure', 'configure')]).at(-1)).toBe(': done');
});
