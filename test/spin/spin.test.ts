// Does an independent model agree with ours? Written in Promela from docs/reference/proof-model.md, searched by Spin.

import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { balancedSamples, compareModels, disagreements, type Comparison } from './compare-models.js';
import { promelaOf } from './promela.js';
import { readVerdict, runSpin, spinRules } from './run-spin.js';

/** Another sample, as often as wanted: `SUCCESSION_SEED=7 npx vitest run test/spin`. */
const seed = Number(process.env['SUCCESSION_SEED'] ?? '20');
const howMany = 220;
const unsafeOnes = 100;

const compared = compareModels(balancedSamples(seed, howMany - unsafeOnes, unsafeOnes));
compared.catch(() => undefined);

const withRule = (all: readonly Comparison[], rule: string): number =>
  all.filter(({ spin }) => spin.broken.some((broken) => broken === rule)).length;

describe(`Spin on ${howMany} random scripts of seed ${seed}`, () => {
  test('gives the verdict of our explorer, names its rule, and visits as many states where all is safe', async () => {
    const differing = (await compared)
      .map((one) => ({ differs: disagreements(one), ...one.sample }))
      .filter(({ differs }) => differs.length > 0);
    expect(differing).toEqual([]);
    // gcc takes most of it: a minute on two idle cores.
  }, 1_500_000);

  test('has scripts enough of each verdict', async () => {
    const all = await compared;
    console.log(`Spin, seed ${seed}: ${summary(all)}`);
    expect(all).toHaveLength(howMany);
    for (const rule of spinRules) expect(withRule(all, rule), rule).toBeGreaterThan(howMany / 40);
  });
});

function summary(all: readonly Comparison[]): string {
  const sum = (of: (one: Comparison) => number): number => all.reduce((total, one) => total + of(one), 0);
  const safe = all.filter(({ spin }) => spin.verdict === 'safe');
  const rules = spinRules.map((rule) => `${rule} ${withRule(all, rule)}`).join(', ');
  const states = safe.reduce((total, { plain }) => total + plain.states, 0);
  return `${safe.length} safe (${states} states), ${all.length - safe.length} unsafe (${rules}); to compile ${sum(({ spin }) => spin.compileMs)} ms, to search ${sum(({ spin }) => spin.searchMs)} ms`;
}

describe('runSpin', () => {
  test('says which program is missing', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = '/nowhere';
    try {
      await expect(runSpin('init { skip }')).rejects.toThrow('spin is not installed');
    } finally {
      process.env['PATH'] = path;
    }
  });

  test('throws what spin says of a model that it refuses', async () => {
    await expect(runSpin('init { nonsense }')).rejects.toThrow('undeclared variable: nonsense');
  });

  test('does not call a search complete that was cut short', () => {
    const report = [
      'Full statespace search for:',
      'error: max search depth too small',
      'State-vector 44 byte, depth reached 9, errors: 0',
      '      12 states, stored',
      '      30 transitions (= stored+matched)',
      '   99.748	total actual memory usage',
    ].join('\n');
    expect(readVerdict(report, { rules: 'all' }).verdict).toBe('cut-short');
  });
});

test('a server of the lists is 16th at most', () => {
  const many = Array.from({ length: 16 }, (_, index) => ({ id: index + 1, address: `s${index}` }));
  const script = {
    from: many,
    to: many,
    fresh: [],
    family: '3.5.4',
    servers: [],
    leader: null,
    serving: [],
    steps: [],
  };
  expect(() => promelaOf({ ...script, family: '3.5.4' }, 0)).toThrow('do not fit');
});
