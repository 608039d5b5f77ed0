// How it reads that an approval was given.

import { duration } from './figures.js';

/** `by ana@ops, on the page (10.0.0.9)`; of a wait that nobody cut short, that its time was over. */
export function givenWords({
  by,
  via,
  from,
}: {
  readonly by: string;
  readonly via: string;
  readonly from: string;
}): string {
  if (via === 'timer') return 'its time was over';
  return `by ${by}, ${via === 'command' ? 'by command' : `on the ${via}`} (${from})`;
}

/** What is said of a wait that goes on by itself; null of what needs somebody. Both in ms since the epoch. */
export function untilWords(until: number | undefined, now: number): string | null {
  return until === undefined ? null : `It goes on by itself in ${duration(Math.max(0, until - now))}.`;
}
