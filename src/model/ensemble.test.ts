import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeEnsemble, ensembleOf, quorumOf, renumbered, sortedEnsemble } from './ensemble.js';
import { InvariantError } from './invariant.js';

describe('sortedEnsemble', () => {
  test('orders by code unit, not by number: the worked example of the runbook', () => {
    const addresses = ['10.10.0.236', '100.10.0.66', '10.10.0.158', '100.10.0.158', '10.10.0.149'];
    expect(describeEnsemble(sortedEnsemble(addresses))).toBe(
      '1:10.10.0.149,2:10.10.0.158,3:10.10.0.236,4:100.10.0.158,5:100.10.0.66',
    );
  });

  test('refuses the same address twice', () => {
    expect(() => sortedEnsemble(['10.0.0.1', '10.0.0.1'])).toThrow(InvariantError);
  });
});

describe('ensembleOf', () => {
  test.each([0, 256, 1.5])('refuses the id %d', (id) => {
    expect(() => ensembleOf([{ id, address: '10.0.0.1' }])).toThrow(InvariantError);
  });

  test('refuses the same id twice', () => {
    expect(() => ensembleOf([1, 1].map((id, index) => ({ id, address: `10.0.0.${index}` })))).toThrow(
      InvariantError,
    );
  });
});

describe('quorumOf', () => {
  test('is the smallest number of which no two disjoint sets fit into the ensemble', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 255 }), (size) => {
        expect(2 * quorumOf(size)).toBeGreaterThan(size);
        expect(2 * (quorumOf(size) - 1)).toBeLessThanOrEqual(size);
      }),
    );
  });
});

describe('renumbered', () => {
  test('names the two that the replacement of the runbook moves', () => {
    const from = sortedEnsemble([
      '172.31.16.60',
      '172.31.18.152',
      '172.31.29.145',
      '172.31.29.82',
      '172.31.31.63',
    ]);
    const to = sortedEnsemble([
      '172.31.16.60',
      '172.31.18.152',
      '172.31.22.240',
      '172.31.29.145',
      '172.31.29.82',
    ]);
    expect(renumbered(from, to)).toEqual(['172.31.29.145', '172.31.29.82']);
  });
});
