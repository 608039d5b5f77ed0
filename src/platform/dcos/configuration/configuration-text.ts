// What must stand in `genconf/config.yaml` for a stage, and may the text that is there be made into it?

import { type Address, addressesIn } from '../../../model/ensemble.js';
import type { Checked, Fault } from '../../../model/fault.js';
import type { Failure } from '../../../run/failure.js';
import { differInMastersOnly, withMasterList } from './config-edit.js';
import { editableList, listInWords, readConfig, sameAddresses, unexpectedList } from './config-yaml.js';
import type { Work } from './configuration-work.js';

/** The list in the text, or why nothing can be done with it. */
export function listOf(work: Work, text: string): Checked<readonly Address[]> {
  const config = readConfig(text, work.file);
  if (!config.ok) return config;
  const list = editableList(config.value);
  if (!list.ok) return list;
  const { addresses } = list.value;
  const known = [work.present, addressesIn(work.target)].some((one) => sameAddresses(addresses, one));
  return known
    ? { ok: true, value: addresses }
    : { ok: false, faults: unexpectedList(config.value, list.value, work.present) };
}

/**
 * The text that holds the target. Where a copy that this run kept of the file holds it already and says the same but for
 * the list, that very text comes back: so the generator makes the same package as before.
 */
export function nextText(work: Work, text: string, earlier: string | null): Checked<string> {
  const target = addressesIn(work.target);
  const edited = withMasterList(text, work.file, work.present, target);
  if (!edited.ok || earlier === null) return edited;
  const [before, after] = [readConfig(earlier, work.file), readConfig(edited.value, work.file)];
  if (!before.ok || !after.ok) return edited;
  const list = editableList(before.value);
  const same =
    list.ok && sameAddresses(list.value.addresses, target) && differInMastersOnly(before.value, after.value);
  return same ? { ok: true, value: earlier } : edited;
}

/** What stops a run whose file can't be edited. */
export function failureOf(work: Work, faults: readonly Fault[]): Failure {
  return {
    code: 'configure',
    blame: 'operator',
    message: `${work.file} on ${work.cluster.bootstrap.address} can't be changed as it stands`,
    seen: faults.map((fault) => `${fault.place}: ${fault.message} (${fault.rule})`),
    expected: `a 'master_list' with ${listInWords(work.present)}`,
    next: [...new Set(faults.map((fault) => fault.remedy)), 'then resume'],
  };
}
