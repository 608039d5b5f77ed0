// Which differences between real servers and a model are told, and as what?

import { describe, expect, test } from 'vitest';
import {
  compareOutcomes,
  type ModelMoment,
  type ModelOutcome,
  type RealMoment,
  type RealOutcome,
} from './outcome.js';

const seen: RealMoment = {
  after: 'upgrade A',
  serving: ['A', 'B'],
  leaders: ['B'],
  silent: [],
  asleep: [],
  restless: false,
};
const predicted: ModelMoment = {
  mustServe: ['A', 'B'],
  mayServe: ['A', 'B'],
  mayLead: ['B'],
  mayBeLeaderless: false,
  fits: true,
};
const calm = {
  acknowledged: 9,
  collisions: 0,
  superseded: 0,
  twoLeadersMs: 0,
  lost: { A: 0 },
  differing: { A: 0 },
};

function real(moment: Partial<RealMoment>, end: Partial<RealOutcome['end']> = {}): RealOutcome {
  return { moments: [{ ...seen, ...moment }], end: { ...calm, ...end }, tookMs: 1 };
}

function model(moment: Partial<ModelMoment>, end: Partial<ModelOutcome> = {}): ModelOutcome {
  return { moments: [{ ...predicted, ...moment }], split: 'never', loss: 'never', ...end };
}

describe('compareOutcomes', () => {
  test('agrees with what the model allows', () => {
    expect(compareOutcomes(real({}), model({}))).toEqual([]);
  });

  test('tells who serves or leads and should not', () => {
    const text = compareOutcomes(real({}), model({ mustServe: ['B'], mayServe: ['B'], mayLead: ['A'] }));
    expect(text.map((one) => one.text)).toEqual([
      "after 'upgrade A' A served, and can't",
      "after 'upgrade A' B led, and can't",
    ]);
  });

  test('tells what may be, one by one, and never together', () => {
    expect(compareOutcomes(real({}), model({ fits: false })).map((one) => one.text)).toEqual([
      "after 'upgrade A' A B served and B led, never both",
    ]);
  });

  test('takes a server that may be asleep for no contradiction', () => {
    const missing = { serving: ['B'] };
    expect(compareOutcomes(real(missing), model({}))[0]?.kind).toBe('contradiction');
    expect(compareOutcomes(real({ ...missing, asleep: ['A'] }), model({}))[0]?.kind).toBe('sleep');
  });

  test('compares nothing with what never settled', () => {
    expect(compareOutcomes(real({ serving: [], leaders: [], restless: true }), model({}))).toEqual([]);
  });

  test('holds lost writes and splits against what the model excludes or demands', () => {
    const bad = { lost: { A: 0, B: 3 }, superseded: 2, twoLeadersMs: 400 };
    expect(compareOutcomes(real({}, bad), model({})).length).toBe(2);
    expect(compareOutcomes(real({}, bad), model({}, { split: 'possible', loss: 'certain' }))).toEqual([]);
    expect(compareOutcomes(real({}), model({}, { split: 'possible', loss: 'certain' })).length).toBe(1);
  });

  test('a service that begins anew on empty disks is no split', () => {
    const anew = { collisions: 40, superseded: 3 };
    expect(compareOutcomes(real({}, anew), model({}))).toEqual([]);
  });
});
