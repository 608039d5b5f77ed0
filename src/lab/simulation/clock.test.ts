import { describe, expect, test } from 'vitest';
import { beginningMs, VirtualClock } from './clock.js';

describe('VirtualClock', () => {
  test('does what is due in order of time, each at its own moment', () => {
    const clock = new VirtualClock();
    const seen: string[] = [];
    const note = (name: string) => (): void => void seen.push(`${name} ${clock.now - beginningMs}`);
    clock.later(300, note('c'));
    clock.later(100, note('a'));
    clock.later(100, note('b'));
    clock.later(900, note('late'));
    clock.advance(500);
    expect(seen).toEqual(['a 100', 'b 100', 'c 300']);
    expect(clock.now).toBe(beginningMs + 500);
  });

  test('what a deed plans is done in the same advance when it is due', () => {
    const clock = new VirtualClock();
    let count = 0;
    const again = (): void => {
      count += 1;
      clock.later(100, again);
    };
    clock.later(100, again);
    clock.advance(1000);
    expect(count).toBe(10);
  });
});
