// Where does the chance of a simulation come from? From its seed alone, so that the seed repeats it.

/** The next number in [0, 1). */
export type Random = () => number;

/**
 * An endless row of numbers from a seed (mulberry32, by Tommy Ettinger, public domain). Each `purpose` has a row of its
 * own: what one of them draws, or not, changes nothing for the others.
 *
 * @param seed a whole number
 */
export function randomFrom(seed: number, purpose: string): Random {
  let state = seed;
  for (let at = 0; at < purpose.length; at += 1)
    state = Math.imul(state ^ purpose.charCodeAt(at), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A whole number from `least` to `most`, both included. */
export function wholeBetween(random: Random, least: number, most: number): number {
  return least + Math.floor(random() * (most - least + 1));
}
