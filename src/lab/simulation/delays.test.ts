import { describe, expect, test } from 'vitest';
import { electionMs, restartMs } from '../../plan/durations.js';
import { measuredDelays, measuredTimes, quantileMs } from './delays.js';
import { randomFrom } from './random.js';

const families = ['3.4.6', '3.4.13', '3.5.4'] as const;

describe('quantileMs', () => {
  test('gives the points themselves, and in between in proportion', () => {
    const quantiles = [
      [0, 100],
      [0.5, 200],
      [1, 1000],
    ] as const;
    expect([0, 0.25, 0.5, 0.75, 1].map((share) => quantileMs(quantiles, share))).toEqual([
      100, 150, 200, 600, 1000,
    ]);
  });
});

describe.each(families)('delays of %s', (family) => {
  const drawn = Array.from({ length: 2000 }, (_, seed) =>
    measuredDelays(family, randomFrom(seed, 'test')).start('filled'),
  );
  const wholes = drawn.map((one) => one.javaMs + one.syncMs + one.settleMs).sort((a, b) => a - b);

  test('a start takes as long as was measured, in median and in nine of ten', () => {
    const { restart } = measuredTimes[family];
    expect(wholes[1000]).toBeGreaterThan(quantileMs(restart, 0.45));
    expect(wholes[1000]).toBeLessThan(quantileMs(restart, 0.55));
    expect(wholes[1800]).toBeGreaterThan(quantileMs(restart, 0.87));
    expect(wholes[1800]).toBeLessThan(quantileMs(restart, 0.93));
  });

  test('no part of a start is negative', () => {
    expect(
      Math.min(...drawn.flatMap((one) => [one.javaMs, one.syncMs, one.settleMs])),
    ).toBeGreaterThanOrEqual(0);
  });

  test('what a plan expects lies within what is drawn', () => {
    const { restart, election } = measuredTimes[family];
    for (const [quantiles, ms] of [
      [restart, restartMs],
      [election, electionMs[family]],
    ] as const) {
      expect(ms).toBeGreaterThanOrEqual(quantileMs(quantiles, 0));
      expect(ms).toBeLessThanOrEqual(quantileMs(quantiles, 1));
    }
  });
});
