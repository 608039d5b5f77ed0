// How does a counterexample read, event by event?

import type { Palette } from './palette.js';
import { wrapped } from './wrapped.js';

/** Numbered sentences with their sequels indented; what it comes to stands out. */
export function timelineText(story: readonly string[], palette: Palette): readonly string[] {
  return story.flatMap((sentence, index) => {
    const number = `  ${String(index + 1).padStart(3)}`;
    const [first = '', ...rest] = wrapped(sentence, ' '.repeat(number.length + 2), `${number}  `);
    const paint = index === story.length - 1 ? palette.bad : (text: string): string => text;
    return [`${palette.dim(number)}${paint(first.slice(number.length))}`, ...rest.map((line) => paint(line))];
  });
}

/** The same as a Markdown list. */
export function timelineMarkdown(story: readonly string[]): string {
  return story
    .map((sentence, index) => `${index + 1}. ${index === story.length - 1 ? `**${sentence}**` : sentence}`)
    .join('\n');
}

/** The heading that a plan's proof writes above its story, such as `In stage 2:`, and the story itself. */
export function splitStory(counterexample: readonly string[]): {
  readonly where: string;
  readonly story: readonly string[];
} {
  const [first, ...rest] = counterexample;
  const where = /^In (stage \d+):$/.exec(first ?? '')?.[1];
  return where === undefined ? { where: '', story: counterexample } : { where: ` in ${where}`, story: rest };
}
