// Where do the random scripts get their chance from? A seed, so that a failure can be seen again.

/** Choices that are the same for the same seed. */
export interface Chance {
  /** A whole number from 0 up to but not including `limit`. */
  readonly below: (limit: number) => number;
  /** True once in `times`, on average. */
  readonly in: (times: number) => boolean;
  /** One of them. Throws when there are none. */
  readonly one: <T>(items: readonly T[]) => T;
  /** So many of them, in any order. */
  readonly some: <T>(items: readonly T[], howMany: number) => T[];
}

/** Chance from a seed: Mulberry32. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
  const one = <T>(items: readonly T[]): T => {
    const index = below(items.length);
    for (const [place, item] of items.entries()) if (place === index) return item;
    throw new Error('nothing to choose from');
  };
  const some = <T>(items: readonly T[], howMany: number): T[] => {
    const rest = [...items];
    return Array.from({ length: Math.min(howMany, rest.length) }, () => {
      const item = one(rest);
      rest.splice(rest.indexOf(item), 1);
      return item;
    });
  };
  return { below, in: (times) => below(times) === 0, one, some };
}
