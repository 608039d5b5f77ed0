// How the cluster file learns of a change of members: the one value is replaced, every other byte stays.

import { readFile, rename, writeFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { isNode, parseDocument } from 'yaml';
import { type Ensemble, sameEnsemble } from '../../model/ensemble.js';
import { type Checked, refuse } from '../../model/fault.js';
import { parseClusterFile } from './cluster-file.js';

/**
 * The text with `ensemble` as its members. The library's own writing would re-indent lists and move comments (our own
 * measurement), so the value's place in the text is overwritten and the result is compared with what was meant.
 */
export function withEnsemble(text: string, ensemble: Ensemble, fileName: string): Checked<string> {
  const before = parseClusterFile(text, fileName);
  if (!before.ok) return before;
  const node = parseDocument(text).get('ensemble', true);
  const range = isNode(node) ? node.range : null;
  if (!range) return cannot(fileName, 'its `ensemble` has no place of its own');
  const members = ensemble.map(({ id, address }) => `{ id: ${id}, address: ${JSON.stringify(address)} }`);
  const start = text.slice(0, range[0]).trimEnd();
  const edited = `${start}\n${members.map((member) => `  - ${member}`).join('\n')}\n${text.slice(range[2])}`;
  const after = parseClusterFile(edited, fileName);
  const asMeant =
    after.ok &&
    isDeepStrictEqual(after.value, { ...before.value, ensemble: after.value.ensemble }) &&
    sameEnsemble(after.value.ensemble, ensemble);
  return asMeant
    ? { ok: true, value: edited }
    : cannot(fileName, 'the edit would change more than its `ensemble`');
}

/** Writes `ensemble` into the file, whole or not at all. */
export async function updateClusterFile(path: string, ensemble: Ensemble): Promise<Checked<string>> {
  try {
    const edited = withEnsemble(await readFile(path, 'utf8'), ensemble, path);
    if (!edited.ok) return edited;
    await writeFile(`${path}.new`, edited.value);
    await rename(`${path}.new`, path);
    return edited;
  } catch (error) {
    return cannot(path, error instanceof Error ? error.message : String(error));
  }
}

function cannot(place: string, reason: string): Checked<string> {
  return refuse({
    rule: 'cluster-file-edit',
    place,
    message: `The members in the cluster file could not be brought up to date: ${reason}.`,
    remedy: 'Write them into `ensemble` by hand.',
  });
}
