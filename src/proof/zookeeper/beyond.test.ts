// Does the model go on past a broken rule where it is asked to, and tell which one it was?

import { describe, expect, test } from 'vitest';
import { ensembleOf } from '../../model/ensemble.js';
import { stateWords } from '../explorer/state-store.js';
import { ensembleModel, type EnsembleModel, type ModelOptions } from './model.js';
import type { Script } from './script.js';
import { emptyState, unpack } from './state.js';

const three = ensembleOf(['A', 'B', 'C'].map((address, place) => ({ id: place + 1, address })));
const five = ensembleOf(['A', 'B', 'C', 'D', 'E'].map((address, place) => ({ id: place + 1, address })));

/** A and B serve under B and the old list; C, D and E run with the new one. */
const aboutToSplit: Script = {
  from: three,
  to: five,
  family: '3.5.4',
  fresh: [],
  servers: ['A', 'B', 'C', 'D', 'E'].map((address, place) => ({
    address,
    holds: place < 2 ? ('from' as const) : ('to' as const),
    running: true,
    fenced: false,
    installed: true,
  })),
  leader: 'B',
  serving: ['A', 'B'],
  steps: [],
};

const options: ModelOptions = { faults: 0, merge: false, canFinish: () => true };

describe('ensembleModel', () => {
  test('ends at a broken rule', () => {
    const { result, emitted } = expandFirst(ensembleModel(aboutToSplit, options));
    expect(result).toBe('split-brain');
    expect(emitted.filter(({ kind }) => kind === 'elect')).toEqual([]);
  });

  test('with `beyond`, emits what breaks a rule too, and tells which', () => {
    const { result, emitted } = expandFirst(ensembleModel(aboutToSplit, { ...options, beyond: true }));
    expect(result).toBe(null);
    const elections = emitted.filter(({ kind }) => kind === 'elect');
    expect(new Set(elections.map(({ broken }) => broken))).toEqual(new Set(['split-brain']));
    expect(new Set(elections.map(({ leader }) => leader))).toEqual(new Set([2, 3, 4]));
    const others = emitted.filter(({ kind }) => kind !== 'elect');
    expect(others.map(({ broken }) => broken)).not.toContain('split-brain');
  });
});

function expandFirst(model: EnsembleModel): {
  readonly result: string | null;
  readonly emitted: readonly {
    readonly kind: string;
    readonly leader: number;
    readonly broken: string | null;
  }[];
} {
  const next = new Int32Array(stateWords);
  const emitted: { kind: string; leader: number; broken: string | null }[] = [];
  const result = model.expand(model.initial[0] ?? next, next, () => {
    const after = emptyState();
    unpack(next, after);
    emitted.push({ kind: model.event.kind, leader: after.leader, broken: model.broken() });
  });
  return { result, emitted };
}
