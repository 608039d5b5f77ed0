import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Gap, GapMeter } from './gaps.js';

/** One life: when it began, how long after each write came, and how long it lived on. */
interface Life {
  readonly pauseMs: number;
  readonly writesAfterMs: readonly number[];
  readonly livesOnMs: number;
}

const life: fc.Arbitrary<Life> = fc.record({
  pauseMs: fc.nat(3000),
  writesAfterMs: fc.array(fc.nat(1500), { maxLength: 6 }),
  livesOnMs: fc.nat(1500),
});

/** The same by the definition: every stretch between neighbouring moments of one life is a gap. */
function gapsByDefinition(lives: readonly Life[]): readonly Gap[] {
  const gaps: Gap[] = [];
  let now = 0;
  for (const { pauseMs, writesAfterMs, livesOnMs } of lives) {
    now += pauseMs;
    for (const step of [...writesAfterMs, livesOnMs]) {
      gaps.push({ fromMs: now, toMs: now + step });
      now += step;
    }
  }
  return gaps;
}

function play(meter: GapMeter, lives: readonly Life[], endOfLife: 'recorded' | 'killed'): void {
  let now = 0;
  for (const { pauseMs, writesAfterMs, livesOnMs } of lives) {
    now += pauseMs;
    meter.begin(now);
    for (const step of writesAfterMs) meter.acknowledge((now += step));
    meter.reach((now += livesOnMs));
    if (endOfLife === 'recorded') meter.end();
  }
}

describe('GapMeter', () => {
  test('agrees with the definition, in any window, whether or not a life ends properly', () => {
    const window = fc.tuple(fc.nat(8000), fc.nat(8000));
    const endOfLife = fc.constantFrom('recorded', 'killed');
    fc.assert(
      fc.property(fc.array(life, { maxLength: 4 }), window, endOfLife, (lives, [fromMs, lengthMs], end) => {
        const toMs = fromMs + lengthMs;
        const meter = new GapMeter(fromMs, toMs);
        play(meter, lives, end);
        const inside = (gap: Gap): number =>
          Math.max(0, Math.min(gap.toMs, toMs) - Math.max(gap.fromMs, fromMs));
        const all = gapsByDefinition(lives).filter((gap) => inside(gap) > 0);
        const noticeable = all.filter((gap) => gap.toMs - gap.fromMs > 500);
        expect(meter.read()).toEqual({
          longestGapMs: Math.max(0, ...all.map(inside)),
          unavailableMs: noticeable.reduce((sum, gap) => sum + inside(gap), 0),
          gaps: noticeable,
        });
      }),
    );
  });

  test('a clock that is set back makes no gap', () => {
    const meter = new GapMeter(-Infinity, Infinity);
    meter.begin(10_000);
    meter.acknowledge(10_400);
    meter.acknowledge(5000);
    expect(meter.read()).toEqual({ longestGapMs: 400, unavailableMs: 0, gaps: [] });
  });
});
