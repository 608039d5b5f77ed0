// How text is coloured, or not: one place that knows terminals.

import { styleText } from 'node:util';

/** What a piece of text means; how that looks is the palette's matter. */
export interface Palette {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly strong: (text: string) => string;
}

function same(text: string): string {
  return text;
}

/** No colour: logs, pipes, NO_COLOR. */
export const plainPalette: Palette = { good: same, bad: same, warn: same, dim: same, strong: same };

/** The terminal's own sixteen colours, which read on dark and light backgrounds alike. */
export const colourPalette: Palette = {
  good: (text) => styleText('green', text, { validateStream: false }),
  bad: (text) => styleText('red', text, { validateStream: false }),
  warn: (text) => styleText('yellow', text, { validateStream: false }),
  dim: (text) => styleText('dim', text, { validateStream: false }),
  strong: (text) => styleText('bold', text, { validateStream: false }),
};
