// How is the master list in the text of a `genconf/config.yaml` changed, and nothing else?

import { isDeepStrictEqual } from 'node:util';
import { isNode, type YAMLSeq } from 'yaml';
import type { Address } from '../../../model/ensemble.js';
import { type Checked, refuse } from '../../../model/fault.js';
import {
  type ConfigDocument,
  editableList,
  masterListKey,
  readConfig,
  sameAddresses,
  unexpectedList,
} from './config-yaml.js';

/** One change of the list. */
type Edit =
  | { readonly kind: 'replace'; readonly old: Address; readonly new: Address }
  | { readonly kind: 'remove'; readonly address: Address }
  | { readonly kind: 'append'; readonly address: Address };

/** A piece of the text, and what stands there instead. */
interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The text with `target` in place of `present`: who comes takes the place of who goes, entry by entry, and every other
 * byte stays. The library's own writing would re-indent lists and move comments (our own measurement on yaml 2.9.1), so
 * pieces of the text are replaced, and the result is read again and compared with what was meant. A file that holds the
 * target already stays as it is.
 */
export function withMasterList(
  text: string,
  fileName: string,
  present: readonly Address[],
  target: readonly Address[],
): Checked<string> {
  const before = readConfig(text, fileName);
  if (!before.ok) return before;
  const list = editableList(before.value);
  if (!list.ok) return list;
  if (sameAddresses(list.value.addresses, target)) return { ok: true, value: text };
  if (!sameAddresses(list.value.addresses, present))
    return { ok: false, faults: unexpectedList(before.value, list.value, present) };
  const edits = editsBetween(list.value.addresses, target);
  let edited = before.value;
  for (const edit of edits) {
    const next = applied(edited, edit);
    if (!next.ok) return next;
    edited = next.value;
  }
  return asMeant(before.value, edited, resultOf(list.value.addresses, edits))
    ? { ok: true, value: edited.text }
    : refuse(cannot(fileName, `the edit would change more than '${masterListKey}'`));
}

/** Whether both texts say the same, but for their master lists. */
export function differInMastersOnly(left: ConfigDocument, right: ConfigDocument): boolean {
  return isDeepStrictEqual(
    { ...left.content, [masterListKey]: null },
    { ...right.content, [masterListKey]: null },
  );
}

function editsBetween(present: readonly Address[], target: readonly Address[]): readonly Edit[] {
  const going = present.filter((address) => !target.includes(address));
  const coming = target.filter((address) => !present.includes(address));
  return [
    ...going.map((address, index): Edit => {
      const next = coming[index];
      return next === undefined ? { kind: 'remove', address } : { kind: 'replace', old: address, new: next };
    }),
    ...coming.slice(going.length).map((address): Edit => ({ kind: 'append', address })),
  ];
}

function resultOf(present: readonly Address[], edits: readonly Edit[]): readonly Address[] {
  return edits.reduce<readonly Address[]>((list, edit) => {
    switch (edit.kind) {
      case 'replace':
        return list.map((address) => (address === edit.old ? edit.new : address));
      case 'remove':
        return list.filter((address) => address !== edit.address);
      case 'append':
        return [...list, edit.address];
    }
  }, present);
}

function asMeant(before: ConfigDocument, after: ConfigDocument, expected: readonly Address[]): boolean {
  return (
    differInMastersOnly(before, after) &&
    isDeepStrictEqual(Object.keys(before.content), Object.keys(after.content)) &&
    isDeepStrictEqual(after.content[masterListKey], expected)
  );
}

function applied(config: ConfigDocument, edit: Edit): Checked<ConfigDocument> {
  const list = editableList(config);
  if (!list.ok) return list;
  const { sequence, addresses } = list.value;
  const splice = spliceFor(config.text, sequence, addresses, edit);
  if (splice === null) {
    const deed = edit.kind === 'replace' ? `put ${edit.new} for ${edit.old}` : `${edit.kind} ${edit.address}`;
    return refuse(cannot(config.fileName, `the layout of the list leaves no safe way to ${deed}`));
  }
  const text = config.text.slice(0, splice.start) + splice.text + config.text.slice(splice.end);
  return readConfig(text, config.fileName);
}

function spliceFor(
  text: string,
  sequence: YAMLSeq,
  addresses: readonly Address[],
  edit: Edit,
): Splice | null {
  const places = sequence.items.map((item) => (isNode(item) ? item.range : null));
  const indexOf = (address: Address): number => addresses.indexOf(address);
  const flow = sequence.flow === true;
  switch (edit.kind) {
    case 'replace': {
      const place = places[indexOf(edit.old)];
      if (!place) return null;
      const [start, end] = place;
      return { start, end, text: inStyleOf(text.slice(start, end), edit.new) };
    }
    case 'remove': {
      const at = indexOf(edit.address);
      const [before, here, after] = [places[at - 1], places[at], places[at + 1]];
      if (!here) return null;
      if (!flow) return withoutLines(text, dashOf(sequence, at), here[1]);
      // What lies between two entries: blanks and a comma. A comment there would go with it.
      const gap = before
        ? { start: before[1], end: here[1] }
        : after
          ? { start: here[0], end: after[0] }
          : null;
      return gap === null || text.slice(gap.start, gap.end).includes('#') ? null : { ...gap, text: '' };
    }
    case 'append': {
      const last = places.at(-1);
      if (!last) return null;
      const entry = inStyleOf(text.slice(last[0], last[1]), edit.address);
      if (flow) {
        const previous = places.at(-2);
        const between = previous ? text.slice(previous[1], last[0]) : ', ';
        const separator = /^\s*,\s*$/.test(between) ? between : ', ';
        return { start: last[1], end: last[1], text: separator + entry };
      }
      return newLine(text, dashOf(sequence, places.length - 1), last[0], last[1], entry);
    }
  }
}

/** The address in the quotes of the entry that it follows. */
function inStyleOf(like: string, address: Address): string {
  const quote = /^["']/.exec(like)?.[0] ?? '';
  return quote + address + quote;
}

/** Where the `-` of an entry stands. */
function dashOf(sequence: YAMLSeq, index: number): number | null {
  const token = sequence.srcToken;
  if (token?.type !== 'block-seq') return null;
  return token.items[index]?.start.find((part) => part.type === 'seq-item-ind')?.offset ?? null;
}

/** All lines from the dash to the end of the value's: its comment goes with it. Null unless they are the entry's own. */
function withoutLines(text: string, dash: number | null, valueEnd: number): Splice | null {
  if (dash === null) return null;
  const start = text.lastIndexOf('\n', dash) + 1;
  if (text.slice(start, dash).trim() !== '') return null;
  const lineEnd = text.indexOf('\n', valueEnd);
  if (lineEnd !== -1) return { start, end: lineEnd + 1, text: '' };
  // The last line of a file that ends without a newline goes on ending without one.
  const beforeBreak = text.slice(0, start).replace(/\r?\n$/, '').length;
  return { start: beforeBreak, end: text.length, text: '' };
}

/** A line after the last entry's, with its indentation, its blanks after the dash and its line break. */
function newLine(
  text: string,
  dash: number | null,
  valueStart: number,
  valueEnd: number,
  entry: string,
): Splice | null {
  if (dash === null) return null;
  const lineStart = text.lastIndexOf('\n', dash) + 1;
  const indent = text.slice(lineStart, dash);
  if (indent.trim() !== '') return null;
  const between = text.slice(dash + 1, valueStart);
  const line = `${indent}-${/^[ \t]+$/.test(between) ? between : ' '}${entry}`;
  const lineBreak = /\r?\n/.exec(text)?.[0] ?? '\n';
  const lineEnd = text.indexOf('\n', valueEnd);
  return lineEnd === -1
    ? { start: text.length, end: text.length, text: lineBreak + line }
    : { start: lineEnd + 1, end: lineEnd + 1, text: line + lineBreak };
}

function cannot(fileName: string, reason: string): Parameters<typeof refuse>[0] {
  return {
    rule: 'config-edit',
    place: fileName,
    message: `'${masterListKey}' could not be changed: ${reason}.`,
    remedy: "Write the list with one '- ADDRESS' a line, or change it by hand, then go on.",
  };
}
