// Who is in an ensemble, under which server id, and what a majority of it is.

import { invariant } from './invariant.js';

/** An IPv4 address, or a host name on platforms that allow one: already validated by `parseAddress`. */
export type Address = string;

/** One voting ZooKeeper server. `id` is its `myid`, 1…255. */
export interface Member {
  readonly id: number;
  readonly address: Address;
}

/** The voting servers, ascending by id; no id and no address occurs twice. */
export type Ensemble = readonly Member[];

/**
 * How server ids come about: `sorted` is DC/OS' static master list (the 1-based position in the list of addresses
 * sorted by code unit: `calculate_exhibitor_static_ensemble` in dcos/dcos gen/calc.py); `explicit` is plain ZooKeeper.
 */
export type IdPolicy = 'sorted' | 'explicit';

/** Orders two strings by code unit, as Python's `sort` does for ASCII: a locale is how the order goes wrong. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The ensemble that a DC/OS static master list of these addresses makes. Throws `InvariantError` on duplicates. */
export function sortedEnsemble(addresses: readonly Address[]): Ensemble {
  return ensembleOf([...addresses].sort(byCodeUnit).map((address, index) => ({ id: index + 1, address })));
}

/** Members in id order. Throws `InvariantError` when an id or an address occurs twice, or an id is outside 1…255. */
export function ensembleOf(members: readonly Member[]): Ensemble {
  const ordered = [...members].sort((a, b) => a.id - b.id);
  const ids = new Set(ordered.map((member) => member.id));
  const addresses = new Set(ordered.map((member) => member.address));
  invariant(ids.size === ordered.length, `ids are unique: ${describeEnsemble(ordered)}`);
  invariant(addresses.size === ordered.length, `addresses are unique: ${describeEnsemble(ordered)}`);
  invariant(
    ordered.every((member) => Number.isInteger(member.id) && member.id >= 1 && member.id <= 255),
    `ids lie in 1…255: ${describeEnsemble(ordered)}`,
  );
  return ordered;
}

/** Servers needed for a majority of `size` voters. */
export function quorumOf(size: number): number {
  return Math.floor(size / 2) + 1;
}

/** The id of `address` in `ensemble`, or undefined. */
export function idOf(ensemble: Ensemble, address: Address): number | undefined {
  return ensemble.find((member) => member.address === address)?.id;
}

/** The address that holds `id` in `ensemble`, or undefined. */
export function addressOf(ensemble: Ensemble, id: number): Address | undefined {
  return ensemble.find((member) => member.id === id)?.address;
}

/** Every address of these ensembles once, in the order of first mention. */
export function addressesIn(...ensembles: readonly Ensemble[]): readonly Address[] {
  return [...new Set(ensembles.flat().map((member) => member.address))];
}

/** Whether both ensembles hold the same ids at the same addresses. */
export function sameEnsemble(a: Ensemble, b: Ensemble): boolean {
  return (
    a.length === b.length &&
    a.every((member, index) => member.id === b[index]?.id && member.address === b[index]?.address)
  );
}

/** Addresses present in both ensembles under different ids: the ones that a change would renumber. */
export function renumbered(from: Ensemble, to: Ensemble): readonly Address[] {
  return from
    .filter((member) => {
      const id = idOf(to, member.address);
      return id !== undefined && id !== member.id;
    })
    .map((member) => member.address);
}

/** One line, as Exhibitor writes it: `1:10.10.0.149,2:10.10.0.158`. */
export function describeEnsemble(ensemble: Ensemble): string {
  return ensemble.map((member) => `${member.id}:${member.address}`).join(',');
}
