// What is around every page that we write: one file, which asks nobody for anything.

import { createHash } from 'node:crypto';
import { type Content, markup, type Markup } from './markup.js';
import { style } from './style.js';

/** A part of a page, in its table of contents under its title. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Content;
}

/** What makes a page. */
export interface Page {
  readonly title: string;
  readonly head: Content;
  readonly sections: readonly Section[];
  readonly foot: Content;
}

/** No script, no request, no form, no frame; this one style sheet by its hash. */
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'`;

/** The whole file, with a line break at its end. */
export function pageHtml({ title, head, sections, foot }: Page): string {
  // Our own text, which holds no `<`.
  const sheet: Markup = { source: `<style>${style}</style>` };
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
${sheet}
</head>
<body>
<header>
${head}
<nav aria-label="Contents"><ol>${sections.map((section) => markup`<li><a href="#${section.id}">${section.title}</a></li>`)}</ol></nav>
</header>
<main>
${sections.map(sectionMarkup)}</main>
<footer>${foot}</footer>
</body>
</html>
`;
  return page.source;
}

function sectionMarkup({ id, title, body }: Section, index: number): Markup {
  return markup`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${index + 1}. ${title}</h2>
${body}
</section>
`;
}
