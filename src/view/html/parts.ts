// Of which pieces are our pages made?

import { type Content, markup, type Markup } from './markup.js';

/** A column of a table. Numbers stand to the right. */
export interface Column {
  readonly title: string;
  readonly kind?: 'number' | 'nowrap';
}

/** A row, marked where something changes in it. */
export interface Row {
  readonly cells: readonly Content[];
  readonly changed?: boolean;
}

/** A table. One of few and short columns is `narrow`, any other becomes a list of cards on a phone. */
export function tableOf(
  caption: string | null,
  columns: readonly Column[],
  rows: readonly Row[],
  form: 'cards' | 'narrow' = 'cards',
): Markup {
  return markup`<table class="${form}">
${caption === null ? null : markup`<caption>${caption}</caption>`}<thead><tr>${columns.map(
    (column) => markup`<th scope="col"${classOf(column.kind)}>${column.title}</th>`,
  )}</tr></thead>
<tbody>
${rows.map((row) => rowMarkup(columns, row))}</tbody>
</table>
`;
}

function rowMarkup(columns: readonly Column[], { cells, changed }: Row): Markup {
  return markup`<tr${classOf(changed === true ? 'changed' : undefined)}>${cells.map((cell, index) => {
    const column = columns[index];
    return markup`<td${classOf(column?.kind)} data-label="${column?.title ?? ''}"><div>${cell}</div></td>`;
  })}</tr>
`;
}

function classOf(name: string | undefined): Markup | null {
  return name === undefined ? null : markup` class="${name}"`;
}

/** Facts by name. */
export function factList(facts: readonly (readonly [name: string, value: Content])[]): Markup {
  return markup`<dl>${facts.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
`;
}

/** The figures that matter most. */
export function tiles(figures: readonly (readonly [figure: Content, meaning: string])[]): Markup {
  return markup`<ul class="tiles">${figures.map(
    ([figure, meaning]) => markup`<li><b>${figure}</b><span>${meaning}</span></li>`,
  )}</ul>
`;
}

/** Lines as a list; nothing of none. */
export function bullets(lines: readonly Content[]): Markup | null {
  return lines.length === 0 ? null : markup`<ul>${lines.map((line) => markup`<li>${line}</li>`)}</ul>`;
}

/** What is shown on demand, and always on paper. */
export function onDemand(title: string, body: Content): Markup {
  return markup`<details><summary>${title}</summary>${body}</details>`;
}

/** How good something is: `good`, `warn` and `bad` are seen as colours, and read as words. */
export function badge(mood: 'good' | 'warn' | 'bad', text: string): Markup {
  return markup`<span class="badge ${mood}">${text}</span>`;
}

/** A picture, wider than a phone, with what it shows in words. */
export function figureOf(picture: Markup, caption: Content): Markup {
  return markup`<figure><div class="wide" tabindex="0" role="group" aria-label="A picture that may be scrolled">${picture}</div><figcaption>${caption}</figcaption></figure>
`;
}

/** Where people sign. */
export function signatures(roles: readonly string[]): Markup {
  return markup`<ul class="sign">${roles.map((role) => markup`<li>${role}</li>`)}</ul>
`;
}

/** Each id with its holder before and after. */
export function membersTable(
  caption: string | null,
  rows: readonly { readonly id: number; readonly before: string | null; readonly after: string | null }[],
): Markup {
  return tableOf(
    caption,
    [{ title: 'Id', kind: 'nowrap' }, { title: 'Before' }, { title: 'After' }],
    rows.map(({ id, before, after }) => ({
      changed: before !== after,
      cells: [
        id,
        before ?? '–',
        before === after ? markup`${after ?? '–'} <span class="soft">stays</span>` : (after ?? '–'),
      ],
    })),
    'narrow',
  );
}
