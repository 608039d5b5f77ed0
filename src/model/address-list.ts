// How lists of addresses are written on a command line or in a file: `A,B,C`, `1:A,2:B`, `OLD=NEW`.

import { parseAddress, type AddressKind } from './address.js';
import { ensembleOf, type Address, type Ensemble, type Member } from './ensemble.js';
import { allOf, refuse, type Checked, type Fault } from './fault.js';

/** One member making room for another. */
export interface Replacement {
  readonly old: Address;
  readonly new: Address;
}

/** Reads `A,B,C`, keeping the order. The list may not be empty, and no address may occur twice. */
export function parseAddressList(text: string, kind: AddressKind, list: string): Checked<readonly Address[]> {
  const items = itemsOf(text);
  if (items.length === 0) return refuse(emptyList(list));
  const parsed = allOf(items.map((item, index) => parseAddress(item, kind, itemPlace(list, index))));
  if (!parsed.ok) return parsed;
  const faults = duplicateAddresses(parsed.value, list);
  return faults.length > 0 ? { ok: false, faults } : parsed;
}

/** Reads `1:A,2:B`, in any order. No id and no address may occur twice; ids lie in 1…255. */
export function parseEnsemble(text: string, kind: AddressKind, list: string): Checked<Ensemble> {
  const items = itemsOf(text);
  if (items.length === 0) return refuse(emptyList(list));
  const parsed = allOf(items.map((item, index) => parseMember(item, kind, itemPlace(list, index))));
  if (!parsed.ok) return parsed;
  const faults = memberFaults(parsed.value, list);
  return faults.length > 0 ? { ok: false, faults } : { ok: true, value: ensembleOf(parsed.value) };
}

/** Reads `OLD=NEW`. */
export function parseReplacement(text: string, kind: AddressKind, place: string): Checked<Replacement> {
  const [before, after, ...rest] = text.split('=');
  if (before === undefined || after === undefined || rest.length > 0) {
    return refuse({
      rule: 'malformed-replacement',
      place,
      message: `'${text}' does not say which address replaces which.`,
      remedy: 'Write OLD=NEW, such as 10.0.0.1=10.0.0.9.',
    });
  }
  const both = allOf([
    parseAddress(before.trim(), kind, `${place}, before the =`),
    parseAddress(after.trim(), kind, `${place}, after the =`),
  ]);
  if (!both.ok) return both;
  return { ok: true, value: { old: both.value[0] ?? '', new: both.value[1] ?? '' } };
}

/** What is wrong with a list of members: an id outside 1…255, an id or an address that occurs twice. */
export function memberFaults(members: readonly Member[], list: string): readonly Fault[] {
  const range = members.flatMap((member, index): Fault[] =>
    Number.isInteger(member.id) && member.id >= 1 && member.id <= 255
      ? []
      : [
          {
            rule: 'id-out-of-range',
            place: itemPlace(list, index),
            message: `The server id ${member.id} of ${member.address} is outside 1…255.`,
            remedy: 'Give each server a whole number from 1 to 255.',
          },
        ],
  );
  const twice = members.flatMap((member, index): Fault[] => {
    const first = members.findIndex((other) => other.id === member.id);
    if (first === index) return [];
    return [
      {
        rule: 'duplicate-id',
        place: itemPlace(list, index),
        message: `The server id ${member.id} is given to ${member.address} and, in item ${first + 1}, to ${members[first]?.address ?? ''}.`,
        remedy: 'Give each server an id of its own.',
      },
    ];
  });
  return [
    ...range,
    ...twice,
    ...duplicateAddresses(
      members.map((member) => member.address),
      list,
    ),
  ];
}

/** One fault for each item that repeats an earlier one. */
export function duplicateAddresses(addresses: readonly Address[], list: string): readonly Fault[] {
  return addresses.flatMap((address, index): Fault[] => {
    const first = addresses.indexOf(address);
    if (first === index) return [];
    return [
      {
        rule: 'duplicate-address',
        place: itemPlace(list, index),
        message: `${address} is listed twice: it is item ${first + 1} already.`,
        remedy: 'Name each host once.',
      },
    ];
  });
}

/** The fault of a list without items. */
export function emptyList(list: string): Fault {
  return {
    rule: 'empty-list',
    place: list,
    message: 'The list is empty, and an ensemble without servers can serve nobody.',
    remedy: 'Name at least one address.',
  };
}

/** `target, item 3`: how a fault names its place; `index` counts from 0. */
export function itemPlace(list: string, index: number): string {
  return `${list}, item ${index + 1}`;
}

function itemsOf(text: string): readonly string[] {
  return text.trim() === '' ? [] : text.split(',').map((item) => item.trim());
}

function parseMember(text: string, kind: AddressKind, place: string): Checked<Member> {
  const match = /^(\d+)\s*:\s*(.*)$/.exec(text);
  if (!match) {
    return refuse({
      rule: 'malformed-member',
      place,
      message: `'${text}' does not say which server id belongs to which address.`,
      remedy: 'Write ID:ADDRESS, such as 1:10.0.0.1.',
    });
  }
  const address = parseAddress(match[2] ?? '', kind, place);
  return address.ok ? { ok: true, value: { id: Number(match[1]), address: address.value } } : address;
}
