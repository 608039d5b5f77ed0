// What the operator wants to change, and which ensemble comes of it.

import { nearMiss } from './address.js';
import { duplicateAddresses, emptyList, itemPlace, memberFaults, type Replacement } from './address-list.js';
import {
  byCodeUnit,
  ensembleOf,
  idOf,
  sameEnsemble,
  sortedEnsemble,
  type Address,
  type Ensemble,
  type IdPolicy,
  type Member,
} from './ensemble.js';
import type { Checked, Fault } from './fault.js';

/**
 * A whole list to end at, with or without ids, or any mix of single changes. The same host may occur in one of the
 * single changes only.
 */
export type Change =
  | { readonly kind: 'target'; readonly addresses: readonly Address[] }
  | { readonly kind: 'target-with-ids'; readonly members: readonly Member[] }
  | {
      readonly kind: 'edits';
      readonly replace: readonly Replacement[];
      readonly add: readonly Address[];
      readonly remove: readonly Address[];
      readonly rebuild: readonly Address[];
    };

/** Where a change leads: the ensemble to end at, and the members that start from an empty disk under their own id. */
export interface Goal {
  readonly target: Ensemble;
  readonly rebuilds: readonly Address[];
}

/**
 * The goal of a change, or everything that is wrong with it.
 *
 * Under `explicit`, survivors keep their ids. In a mix of single changes a replacement takes the id that it replaces, and
 * what is added takes the next ids above all others, in the order given. In a whole list without ids the newcomers take
 * the ids that became free, ascending, and then the next ones.
 */
export function resolveChange(current: Ensemble, policy: IdPolicy, change: Change): Checked<Goal> {
  if (change.kind === 'target') return resolveTarget(current, policy, change.addresses);
  if (change.kind === 'target-with-ids') return resolveMembers(policy, change.members);
  return resolveEdits(current, policy, change);
}

function resolveTarget(current: Ensemble, policy: IdPolicy, addresses: readonly Address[]): Checked<Goal> {
  const faults = addresses.length === 0 ? [emptyList('target')] : duplicateAddresses(addresses, 'target');
  if (faults.length > 0) return { ok: false, faults };
  if (policy === 'sorted') return { ok: true, value: { target: sortedEnsemble(addresses), rebuilds: [] } };
  const survivors = current.filter((member) => addresses.includes(member.address));
  const freed = current.filter((member) => !addresses.includes(member.address)).map((member) => member.id);
  const newcomers = addresses.filter((address) => idOf(current, address) === undefined);
  return numbered(survivors, newcomers, [...freed, ...idsAbove(current, newcomers.length)], []);
}

function resolveMembers(policy: IdPolicy, members: readonly Member[]): Checked<Goal> {
  const faults = members.length === 0 ? [emptyList('target')] : memberFaults(members, 'target');
  if (faults.length > 0) return { ok: false, faults };
  const target = ensembleOf(members);
  const sorted = sortedEnsemble(members.map((member) => member.address));
  if (policy === 'sorted' && !sameEnsemble(target, sorted)) {
    return { ok: false, faults: [unsortedIds(target, 'target')] };
  }
  return { ok: true, value: { target, rebuilds: [] } };
}

/** The fault of an ensemble whose ids are not the positions of its sorted addresses, where they must be. */
export function unsortedIds(ensemble: Ensemble, place: string): Fault {
  const sorted = sortedEnsemble(ensemble.map((member) => member.address));
  const wrong = ensemble.find((member) => idOf(sorted, member.address) !== member.id);
  const due = wrong === undefined ? undefined : idOf(sorted, wrong.address);
  return {
    rule: 'ids-not-sorted',
    place,
    message: `${wrong?.address} is given the id ${wrong?.id}, but sorts to position ${due}: here the ids are the positions of the sorted addresses.`,
    remedy: `Give the addresses without ids, or give ${wrong?.address} the id ${due}.`,
  };
}

type Edits = Extract<Change, { kind: 'edits' }>;

function resolveEdits(current: Ensemble, policy: IdPolicy, edits: Edits): Checked<Goal> {
  const leaving = [...edits.replace.map((item) => item.old), ...edits.remove];
  const remaining = current.filter((member) => !leaving.includes(member.address));
  const left = remaining.length + edits.replace.length + edits.add.length;
  const faults = [...editFaults(current, edits), ...(left === 0 ? [emptyList('remove')] : [])];
  if (faults.length > 0) return { ok: false, faults };
  const replacing = edits.replace.map((item): Member => ({
    id: idOf(current, item.old) ?? 0,
    address: item.new,
  }));
  if (policy === 'sorted') {
    const addresses = [...remaining, ...replacing].map((member) => member.address);
    return {
      ok: true,
      value: { target: sortedEnsemble([...addresses, ...edits.add]), rebuilds: edits.rebuild },
    };
  }
  return numbered(
    [...remaining, ...replacing],
    edits.add,
    idsAbove(current, edits.add.length),
    edits.rebuild,
  );
}

function editFaults(current: Ensemble, edits: Edits): readonly Fault[] {
  const named: readonly {
    readonly address: Address;
    readonly place: string;
    readonly role: 'member' | 'newcomer';
  }[] = [
    ...edits.replace.flatMap((item, index) => [
      { address: item.old, place: `${itemPlace('replace', index)}, before the =`, role: 'member' as const },
      { address: item.new, place: `${itemPlace('replace', index)}, after the =`, role: 'newcomer' as const },
    ]),
    ...edits.add.map((address, index) => ({
      address,
      place: itemPlace('add', index),
      role: 'newcomer' as const,
    })),
    ...edits.remove.map((address, index) => ({
      address,
      place: itemPlace('remove', index),
      role: 'member' as const,
    })),
    ...edits.rebuild.map((address, index) => ({
      address,
      place: itemPlace('rebuild', index),
      role: 'member' as const,
    })),
  ];
  return named.flatMap(({ address, place, role }, index): Fault[] => {
    const earlier = named.slice(0, index).find((other) => other.address === address);
    if (earlier) return [namedTwice(address, place, earlier.place)];
    const isMember = idOf(current, address) !== undefined;
    if (role === 'member' && !isMember) return [unknownMember(current, address, place)];
    return role === 'newcomer' && isMember ? [memberAlready(current, address, place)] : [];
  });
}

function namedTwice(address: Address, place: string, earlier: string): Fault {
  return {
    rule: 'duplicate-address',
    place,
    message: `${address} is named twice: in '${earlier}' already.`,
    remedy: 'Name each host in one change only; to keep a host but start it from an empty disk, use rebuild.',
  };
}

/** The fault of an address that should be a member and is not, with the member it was probably meant to be. */
export function unknownMember(current: Ensemble, address: Address, place: string): Fault {
  const members = current.map((member) => member.address);
  const near = nearMiss(address, members);
  return {
    rule: 'unknown-member',
    place,
    message: `${address} is not a member of the ensemble${near === undefined ? '' : `; did you mean ${near}?`}`,
    remedy: near === undefined ? `Name one of the members: ${members.join(', ')}.` : `Write ${near}.`,
  };
}

function memberAlready(current: Ensemble, address: Address, place: string): Fault {
  return {
    rule: 'already-member',
    place,
    message: `${address} is a member already, under the id ${idOf(current, address)}.`,
    remedy: 'Name a host that is not a member, or use rebuild to start this one from an empty disk.',
  };
}

function idsAbove(current: Ensemble, count: number): readonly number[] {
  const highest = Math.max(0, ...current.map((member) => member.id));
  return Array.from({ length: count }, (_, index) => highest + 1 + index);
}

function numbered(
  kept: readonly Member[],
  newcomers: readonly Address[],
  ids: readonly number[],
  rebuilds: readonly Address[],
): Checked<Goal> {
  const members = [
    ...kept,
    ...newcomers.map((address, index): Member => ({ id: ids[index] ?? 256, address })),
  ];
  const faults = memberFaults(members, 'target');
  return faults.length > 0
    ? { ok: false, faults }
    : { ok: true, value: { target: ensembleOf(members), rebuilds } };
}

/** The addresses of one ensemble that the other lacks, by code unit. */
export function missingFrom(other: Ensemble, ensemble: Ensemble): readonly Address[] {
  return ensemble
    .map((member) => member.address)
    .filter((address) => idOf(other, address) === undefined)
    .sort(byCodeUnit);
}
