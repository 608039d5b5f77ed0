import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { beginWatch, watch, type WatchSample, type WatchVerdict } from './gate-watch.js';
import type { Condition } from './condition.js';
import { settingsFor } from './settings.js';

const settings = settingsFor(1000, 0);

function condition(state: Condition['state'], code: Condition['code'] = null): Condition {
  return { name: 'c', state, seen: '', code, about: [] };
}

function play(
  samples: readonly WatchSample[],
  holdMs: number,
  breakMs = settings.gateLimitMs,
): readonly WatchVerdict[] {
  let state = beginWatch(0);
  return samples.map((one) => {
    const step = watch(state, one, { holdMs, breakMs }, settings);
    state = step.state;
    return step.verdict;
  });
}

function sample(at: number, one: Condition, leader = 'a', leaderUptimeMs: number | null = null): WatchSample {
  return { at, conditions: [one], leader, leaderUptimeMs };
}

const pass = condition('pass');

describe('watch', () => {
  test('a gate holds once every condition passed for the whole time, and not before', () => {
    expect(
      play([sample(0, pass), sample(1500, pass), sample(3000, pass)], 3000).map((one) => one.kind),
    ).toEqual(['waiting', 'waiting', 'held']);
  });

  test('one failed sample starts the time anew', () => {
    const verdicts = play(
      [
        sample(0, pass),
        sample(2900, condition('wait')),
        sample(3000, pass),
        sample(5900, pass),
        sample(6000, pass),
      ],
      3000,
    );
    expect(verdicts.map((one) => one.kind)).toEqual(['waiting', 'waiting', 'waiting', 'waiting', 'held']);
  });

  test('what had held and breaks for too long ends the watch, although nothing is alarming', () => {
    const wait = condition('wait');
    const broken = [sample(0, pass), sample(1000, wait), sample(2000, wait), sample(3001, wait)];
    expect(play(broken, 10_000, 2000).at(-1)).toEqual({ kind: 'broken', forMs: 2001 });
    const mended = [...broken.slice(0, 3), sample(2500, pass), sample(12_500, pass)];
    expect(play(mended, 10_000, 2000).at(-1)).toEqual({
      kind: 'held',
      heldMs: 10_000,
      longestBreakMs: 1500,
    });
  });

  test('what has not come yet is waited for as long as the gate may take', () => {
    const wait = condition('wait');
    expect(play([sample(0, wait), sample(5000, wait)], 1000, 2000).at(-1)?.kind).toBe('waiting');
  });

  test('another leader starts the time anew, and so does a leader whose uptime went back', () => {
    expect(play([sample(0, pass, 'a'), sample(3000, pass, 'b')], 3000).at(-1)?.kind).toBe('waiting');
    expect(play([sample(0, pass, 'a', 9000), sample(3000, pass, 'a', 500)], 3000).at(-1)?.kind).toBe(
      'waiting',
    );
    expect(play([sample(0, pass, 'a', 9000), sample(3000, pass, 'a', 12_000)], 3000).at(-1)?.kind).toBe(
      'held',
    );
  });

  test('two leaders that last longer than a hand-over stop the run; ones that pass do not', () => {
    const two = condition('alarm', 'two-leaders');
    expect(play([sample(0, two), sample(settings.toleranceMs, two)], 0).at(-1)?.kind).toBe('alarm');
    expect(
      play([sample(0, two), sample(1000, pass), sample(settings.toleranceMs, two)], 10_000).at(-1)?.kind,
    ).toBe('waiting');
  });

  test('a digest mismatch and a lost write stop the run at once', () => {
    expect(play([sample(0, condition('alarm', 'diverged'))], 0)[0]?.kind).toBe('alarm');
    expect(play([sample(0, condition('alarm', 'lost-writes'))], 0)[0]?.kind).toBe('alarm');
  });

  test('the limit ends a wait that never passes', () => {
    expect(
      play([sample(0, condition('wait')), sample(settings.gateLimitMs, condition('wait'))], 0).at(-1)?.kind,
    ).toBe('limit');
  });

  test('never holds when any sample of the last hold time did not pass', () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 0, max: 10 }),
        (passes, hold) => {
          const verdicts = play(
            passes.map((passed, index) => sample(index, condition(passed ? 'pass' : 'wait'))),
            hold,
          );
          for (const [index, verdict] of verdicts.entries()) {
            const wanted = index >= hold && passes.slice(index - hold, index + 1).every(Boolean);
            expect(verdict.kind === 'held').toBe(wanted);
          }
        },
      ),
    );
  });
});
