import { describe, expect, test } from 'vitest';
import { randomFrom, wholeBetween } from './random.js';

function row(seed: number, purpose: string): readonly number[] {
  const random = randomFrom(seed, purpose);
  return Array.from({ length: 20 }, random);
}

describe('randomFrom', () => {
  test('a seed and a purpose give the same row again, another seed or purpose another', () => {
    expect(row(42, 'delays')).toEqual(row(42, 'delays'));
    expect(row(42, 'delays')).not.toEqual(row(43, 'delays'));
    expect(row(42, 'delays')).not.toEqual(row(42, 'faults'));
  });

  test('fills [0, 1) evenly', () => {
    const random = randomFrom(7, 'evenness');
    const counts = Array.from({ length: 10 }, () => 0);
    for (let draw = 0; draw < 10_000; draw += 1) {
      const place = Math.floor(random() * 10);
      counts[place] = (counts[place] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1150);
  });
});

test('wholeBetween reaches both ends and nothing beyond', () => {
  const random = randomFrom(1, 'ends');
  const drawn = new Set(Array.from({ length: 200 }, () => wholeBetween(random, 2, 5)));
  expect(drawn).toEqual(new Set([2, 3, 4, 5]));
});
