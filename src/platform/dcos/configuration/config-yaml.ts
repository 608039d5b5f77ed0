// What does a `genconf/config.yaml` say of the masters, and may a run begin to edit it?

import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type Pair,
  type YAMLSeq,
} from 'yaml';
import { z } from 'zod';
import { nearMiss, parseAddress } from '../../../model/address.js';
import { duplicateAddresses } from '../../../model/address-list.js';
import { byCodeUnit, type Address } from '../../../model/ensemble.js';
import { type Checked, type Fault, refuse } from '../../../model/fault.js';

/** The key under which the generator looks for the masters. */
export const masterListKey = 'master_list';

/** A list as it stands in the file, unchecked. */
export interface ListedMasters {
  /** The key as it was found, right or misspelt. */
  readonly key: string;
  readonly addresses: readonly string[];
}

/** The file as it was read. */
export interface ConfigDocument {
  readonly text: string;
  readonly fileName: string;
  readonly document: Document;
  readonly lines: LineCounter;
  /** What it says, key by key. */
  readonly content: Readonly<Record<string, unknown>>;
}

/** A master list that may be edited. */
export interface EditableList {
  readonly sequence: YAMLSeq;
  /** In the order of the file. */
  readonly addresses: readonly Address[];
}

const contentSchema: z.ZodType<Readonly<Record<string, unknown>>> = z.record(z.string(), z.unknown());
const stringsSchema: z.ZodType<readonly string[]> = z.array(z.string());

/** Reads the text as the generator does: PyYAML knows YAML 1.1. A key that stands there twice is a fault. */
export function readConfig(text: string, fileName: string): Checked<ConfigDocument> {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.1',
    lineCounter: lines,
    prettyErrors: false,
    keepSourceTokens: true,
  });
  const unreadable = (message: string, line: number): Fault => ({
    rule: 'config-yaml',
    place: `${fileName}:${line}`,
    message: `This is not YAML as the generator reads it: ${message}.`,
    remedy: 'Mend the line.',
  });
  if (document.errors.length > 0) {
    const faults = document.errors.map((error) =>
      unreadable(error.message.replace(/\.$/, ''), lines.linePos(error.pos[0]).line),
    );
    return { ok: false, faults };
  }
  try {
    const content = contentSchema.safeParse(document.toJS());
    if (content.success)
      return { ok: true, value: { text, fileName, document, lines, content: content.data } };
    return refuse(unreadable('there are no `key: value` lines at its top', 1));
  } catch (error) {
    return refuse(unreadable(error instanceof Error ? error.message : String(error), 1));
  }
}

/** The list under `master_list`, or under a key that was meant to be it. */
export function listedMasters(config: ConfigDocument): Checked<ListedMasters> {
  const pair = masterPair(config);
  if (pair === undefined) return refuse(missingList(config));
  const key = keyOf(pair);
  const list = stringsSchema.safeParse(config.content[key]);
  if (list.success) return { ok: true, value: { key, addresses: list.data } };
  return refuse({
    rule: 'malformed-list',
    place: placeOf(config, pair),
    message: `'${key}' is no list of addresses.`,
    remedy: "Write one '- ADDRESS' a line below it.",
  });
}

/** Everything that keeps a run from editing the list, or the list. */
export function editableList(config: ConfigDocument): Checked<EditableList> {
  const pair = masterPair(config);
  const others = otherFaults(config);
  if (pair === undefined) return { ok: false, faults: [missingList(config), ...others] };
  const key = keyOf(pair);
  if (key !== masterListKey) {
    const fault: Fault = {
      rule: 'misspelt-key',
      place: placeOf(config, pair),
      message: `The key '${key}' means nothing to the generator, which reads '${masterListKey}'.`,
      remedy: `Write '${masterListKey}:'.`,
    };
    return { ok: false, faults: [fault, ...others] };
  }
  const list = sequenceOf(config, pair);
  if (!list.ok) return { ok: false, faults: [...list.faults, ...others] };
  return others.length > 0 ? { ok: false, faults: others } : list;
}

/** Whether both lists hold the same addresses, in whatever order. */
export function sameAddresses(left: readonly string[], right: readonly string[]): boolean {
  return sorted(left).join() === sorted(right).join();
}

/** The list in the order of the ids, for people: `A, B`. */
export function listInWords(addresses: readonly Address[]): string {
  return sorted(addresses).join(', ');
}

/** Why the list is none of those that may stand there now; each stranger with what was probably meant. */
export function unexpectedList(
  config: ConfigDocument,
  list: EditableList,
  present: readonly Address[],
): readonly Fault[] {
  const strangers = list.addresses.filter((address) => !present.includes(address));
  const absent = present.filter((address) => !list.addresses.includes(address));
  const lists = `The file lists ${listInWords(list.addresses)}; the cluster runs with ${listInWords(present)}.`;
  const remedy = 'Correct the list before anything is generated from it, then go on.';
  const whole: Fault = {
    rule: 'unexpected-list',
    place: placeOf(config, list.sequence),
    message: lists,
    remedy,
  };
  return [
    whole,
    ...strangers.map((address): Fault => {
      const near = nearMiss(address, absent);
      const place = placeOf(config, list.sequence.items[list.addresses.indexOf(address)]);
      const message = `${address} is not a master of the cluster${near === undefined ? '.' : `; did you mean ${near}?`}`;
      return {
        rule: 'unknown-member',
        place,
        message,
        remedy: near === undefined ? remedy : `Write ${near}.`,
      };
    }),
    ...absent.map((address): Fault => ({
      rule: 'member-not-listed',
      place: placeOf(config, list.sequence),
      message: `${address} is a master of the cluster, and the file does not list it: the generator would take it out.`,
      remedy,
    })),
  ];
}

/** `file:line` of a node, a pair, or the whole. */
export function placeOf({ fileName, lines }: ConfigDocument, node: unknown): string {
  const inner = isPair(node) ? node.key : node;
  const start = isNode(inner) ? inner.range?.[0] : undefined;
  return `${fileName}:${start === undefined ? 1 : lines.linePos(start).line}`;
}

function masterPair({ document }: ConfigDocument): Pair | undefined {
  const pairs = isMap(document.contents) ? document.contents.items : [];
  return (
    pairs.find((pair) => keyOf(pair) === masterListKey) ?? pairs.find((pair) => isMasterList(keyOf(pair)))
  );
}

/** Whether it is the list's key, or was meant to be. */
export function isMasterList(key: string): boolean {
  return key.replaceAll(/[^a-z]/gi, '').toLowerCase() === 'masterlist';
}

function keyOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : '';
}

function missingList({ fileName }: ConfigDocument): Fault {
  return {
    rule: 'no-master-list',
    place: `${fileName}:1`,
    message: `There is no '${masterListKey}'.`,
    remedy: `Only static lists can be changed: 'master_discovery: static', and the masters under '${masterListKey}:'.`,
  };
}

function sequenceOf(config: ConfigDocument, pair: Pair): Checked<EditableList> {
  const { value } = pair;
  if (isAlias(value) || (isNode(value) && hasAnchor(value))) return refuse(shared(placeOf(config, pair)));
  if (!isSeq(value)) {
    return refuse({
      rule: 'malformed-list',
      place: placeOf(config, pair),
      message: `'${masterListKey}' is no list.`,
      remedy: "Write one '- ADDRESS' a line below it.",
    });
  }
  if (value.items.length === 0) {
    const message = `'${masterListKey}' is empty.`;
    return refuse({ rule: 'empty-list', place: placeOf(config, pair), message, remedy: 'Name the masters.' });
  }
  const addresses: Address[] = [];
  const faults: Fault[] = [];
  for (const item of value.items) {
    const place = placeOf(config, item);
    if (isAlias(item) || (isNode(item) && hasAnchor(item))) faults.push(shared(place));
    else if (!isScalar(item) || typeof item.value !== 'string' || item.type?.startsWith('BLOCK') !== false) {
      const remedy = 'Write each address as a plain word, such as 10.0.0.1.';
      const message = `This entry of '${masterListKey}' is no address in one line.`;
      faults.push({ rule: 'malformed-address', place, message, remedy });
    } else {
      const parsed = parseAddress(item.value, 'ipv4', place);
      if (parsed.ok) addresses.push(parsed.value);
      else faults.push(...parsed.faults);
    }
  }
  if (faults.length > 0) return { ok: false, faults };
  const twice = duplicateAddresses(addresses, masterListKey);
  if (twice.length === 0) return { ok: true, value: { sequence: value, addresses } };
  const again = value.items.filter((_, index) => addresses.indexOf(addresses[index] ?? '') < index);
  return {
    ok: false,
    faults: twice.map((fault, index) => ({ ...fault, place: placeOf(config, again[index]) })),
  };
}

function hasAnchor(node: { readonly anchor?: string | undefined }): boolean {
  return node.anchor !== undefined;
}

function shared(place: string): Fault {
  return {
    rule: 'shared-list',
    place,
    message: `'${masterListKey}' uses an anchor or an alias: a change of it could change another key as well.`,
    remedy: 'Write the addresses out.',
  };
}

/** Keys that say that this cluster's masters are no static list, or that hosts can't load what is generated. */
function otherFaults(config: ConfigDocument): readonly Fault[] {
  const pairs = isMap(config.document.contents) ? config.document.contents.items : [];
  const check = (
    key: string,
    message: (value: unknown) => string | null,
    remedy: string,
  ): readonly Fault[] => {
    const value = config.content[key];
    const said = message(value);
    if (said === null) return [];
    const pair = pairs.find((one) => keyOf(one) === key);
    return [{ rule: key.replaceAll('_', '-'), place: placeOf(config, pair), message: said, remedy }];
  };
  const dynamic =
    'Clusters whose masters are found otherwise need no such change: follow the manual of that backend.';
  return [
    // The generator: "num_masters must be calculated, but was explicitly set" (gen/calc.py in dcos/dcos 1.9.10).
    ...check(
      'num_masters',
      (value) => (value === undefined ? null : "'num_masters' is given; the generator calculates it."),
      'Remove the line.',
    ),
    ...check('master_discovery', notStatic('master_discovery'), dynamic),
    ...check('exhibitor_storage_backend', notStatic('exhibitor_storage_backend'), dynamic),
    ...check(
      'bootstrap_url',
      bootstrapFault,
      "Write 'bootstrap_url: http://ADDRESS:PORT', as the hosts reach it.",
    ),
  ];
}

function notStatic(key: string): (value: unknown) => string | null {
  return (value) =>
    value === undefined || value === 'static' ? null : `'${key}' is '${inText(value)}', and not 'static'.`;
}

function bootstrapFault(value: unknown): string | null {
  if (value === undefined) return "There is no 'bootstrap_url'.";
  if (typeof value !== 'string' || !/^https?:\/\/[^\s/]/.test(value))
    return `'bootstrap_url' is '${inText(value)}': no host can load an upgrade script from there.`;
  return value.endsWith('/') ? "'bootstrap_url' ends in a '/', which the generator refuses." : null;
}

function inText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function sorted(addresses: readonly string[]): readonly string[] {
  return [...addresses].sort(byCodeUnit);
}
