// How numbers and lists are put into sentences.

/** `a`, `a and b`, `a, b and c`. */
export function inWords(items: readonly string[]): string {
  const [last, ...others] = [...items].reverse();
  if (last === undefined) return 'nobody';
  return others.length === 0 ? last : `${others.reverse().join(', ')} and ${last}`;
}

/** `1 host`, `2 hosts`. */
export function countWords(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Whole and half seconds: `1.5 s`. */
export function secondsWords(ms: number): string {
  return `${Number((ms / 1000).toFixed(1))} s`;
}
