// How the cluster file learns of a change of members: the one value is replaced, every other byte stays.

import { isDeepStrictEqual } from 'node:util';
import { type Ensemble, sameEnsemble } from '../../model/ensemble.js';
import type { Checked } from '../../model/fault.js';
import { cannotEdit, editDocument, withList } from '../cluster-document.js';
import { parseClusterFile } from './cluster-file.js';

/** The text with `ensemble` as its members. The result is compared with what was meant. */
export function withEnsemble(text: string, ensemble: Ensemble, fileName: string): Checked<string> {
  const before = parseClusterFile(text, fileName);
  if (!before.ok) return before;
  const members = ensemble.map(({ id, address }) => `{ id: ${id}, address: ${JSON.stringify(address)} }`);
  const edited = withList(text, 'ensemble', members);
  if (edited === null) return cannot(fileName, 'its `ensemble` has no place of its own');
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
export function updateClusterFile(path: string, ensemble: Ensemble): Promise<Checked<string>> {
  return editDocument(path, (text) => withEnsemble(text, ensemble, path));
}

function cannot(place: string, reason: string): Checked<string> {
  return cannotEdit(place, '`ensemble`', reason);
}
