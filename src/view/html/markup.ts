// How does text get into a page? By one way only, which escapes it.

/** A piece of a page that is safe to stand in it as it is. Comes from {@link markup} alone. */
export interface Markup {
  readonly source: string;
}

/** What may stand between tags, or within the quotes of an attribute. Text is escaped; nothing is printed of null. */
export type Content = Markup | string | number | null | readonly Content[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * The one escaping function. Control characters, and those that turn the direction of reading round, show as U+FFFD: what
 * a person signs must read as it is.
 */
function escaped(text: string): string {
  return text
    .replaceAll(/(?![\n\t])[\p{Control}\p{Surrogate}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\uFFFD')
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}

function sourceOf(content: Content): string {
  if (content === null) return '';
  if (typeof content === 'string') return escaped(content);
  if (typeof content === 'number') return String(content);
  return 'source' in content ? content.source : content.map(sourceOf).join('');
}

/** A template whose own text is markup, and whose values are escaped unless they are markup themselves. */
export function markup(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  const source = parts.reduce((text, part, index) => text + sourceOf(values[index - 1] ?? null) + part);
  return { source };
}
