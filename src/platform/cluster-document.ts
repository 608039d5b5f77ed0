// What all kinds of cluster files share: YAML read by a schema, faults with their line, and one value replaced in place.

import { readFile, rename, writeFile } from 'node:fs/promises';
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { z } from 'zod';
import { type Checked, refuse } from '../model/fault.js';

/** The text of a cluster file. An unreadable file is a fault like any other. */
export async function readDocument(path: string): Promise<Checked<string>> {
  try {
    return { ok: true, value: await readFile(path, 'utf8') };
  } catch (error) {
    const message = `The cluster file can't be read: ${error instanceof Error ? error.message : String(error)}.`;
    return refuse({
      rule: 'cluster-file',
      place: path,
      message,
      remedy: 'Name a readable one with --cluster.',
    });
  }
}

/**
 * The document, or everything that is wrong with it, each with `file:line`.
 *
 * @param example where a complete example is to be found, as a sentence
 */
export function parseClusterDocument<T>(
  text: string,
  fileName: string,
  schema: z.ZodType<T>,
  example: string,
): Checked<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const faults = document.errors.map((error) => ({
      rule: 'cluster-file',
      place: `${fileName}:${lines.linePos(error.pos[0]).line}`,
      message: `This is not YAML: ${error.message}.`,
      remedy: 'Mend the line.',
    }));
    return { ok: false, faults };
  }
  const parsed = schema.safeParse(document.toJS());
  if (parsed.success) return { ok: true, value: parsed.data };
  const faults = parsed.error.issues.map((issue) => ({
    rule: 'cluster-file',
    place: `${fileName}:${lineOf(document, lines, issue.path)}`,
    message: `${issue.path.length === 0 ? 'The document' : `'${issue.path.join('.')}'`}: ${issue.message}`,
    remedy: `Correct it. ${example}`,
  }));
  return { ok: false, faults };
}

/** The line of the innermost node on the path that the document has. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

/**
 * The text with these items as the list `key`; every other byte stays. The library's own writing would re-indent lists and
 * move comments (our own measurement), so the value's place in the text is overwritten: compare the result with what was
 * meant. Null when the list has no place of its own.
 */
export function withList(text: string, key: string, items: readonly string[]): string | null {
  const node = parseDocument(text).get(key, true);
  const range = isNode(node) ? node.range : null;
  if (!range) return null;
  const start = text.slice(0, range[0]).trimEnd();
  return `${start}\n${items.map((item) => `  - ${item}`).join('\n')}\n${text.slice(range[2])}`;
}

/** Writes what `edit` makes of the file's text, whole or not at all. */
export async function editDocument(
  path: string,
  edit: (text: string) => Checked<string>,
): Promise<Checked<string>> {
  try {
    const edited = edit(await readFile(path, 'utf8'));
    if (!edited.ok) return edited;
    await writeFile(`${path}.new`, edited.value);
    await rename(`${path}.new`, path);
    return edited;
  } catch (error) {
    return cannotEdit(path, 'the list of members', error instanceof Error ? error.message : String(error));
  }
}

/** The fault of a list that could not be brought up to date. */
export function cannotEdit(place: string, list: string, reason: string): Checked<string> {
  return refuse({
    rule: 'cluster-file-edit',
    place,
    message: `The members in the cluster file could not be brought up to date: ${reason}.`,
    remedy: `Write them into ${list} by hand.`,
  });
}
