// Which of the known names a mistyped one was probably meant to be, as commander does for commands and options.

import { slipsBetween } from '../model/address.js';

/** The nearest names, at most three slips and less than half of the word away. None when `text` is one of them. */
function nearNames(text: string, known: readonly string[]): readonly string[] {
  const slips = known.map((name) => slipsBetween(text, name));
  const least = Math.min(...slips);
  if (least === 0 || least > 3 || least * 2 >= text.length) return [];
  return known.filter((_, index) => slips[index] === least).slice(0, 3);
}

/** ` Did you mean gate-limit?`, or nothing. */
export function didYouMean(text: string, known: readonly string[]): string {
  const near = nearNames(text, known);
  return near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`;
}
