// Who knows, finds and hears whom, by the lists alone? The first section of docs/reference/proof-model.md, written again.

import type { Address, Ensemble } from '../../src/model/ensemble.js';
import type { ZooKeeperFamily } from '../../src/model/family.js';

/** The two lists of a stage. */
export type ListName = 'from' | 'to';

/** What decides who can hear and follow whom. */
export interface Lists {
  readonly from: Ensemble;
  readonly to: Ensemble;
  readonly family: ZooKeeperFamily;
}

/** A set of servers: bit `i` is the server of that index in `serversOf`. */
export type Bits = number;

/** What one server makes of the others, when it runs on one list and all of them run on one list. */
export interface Regard {
  /** Servers whose claimed id is in its list. */
  readonly knows: Bits;
  /** Servers whose claimed id has their own address in its list. */
  readonly finds: Bits;
  /** Servers whose votes reach it and that it knows. */
  readonly hears: Bits;
}

/** Every address of the two lists, those of `from` first. */
export function serversOf({ from, to }: Lists): readonly Address[] {
  return [...new Set([...from, ...to].map((member) => member.address))];
}

/** The set of these addresses. Throws for an address that is in neither list. */
export function bitsOf(servers: readonly Address[], addresses: readonly Address[]): Bits {
  return addresses.reduce((bits, address) => {
    const index = servers.indexOf(address);
    if (index === -1) throw new Error(`${address} is in neither list`);
    return bits | (1 << index);
  }, 0);
}

/** The majority of a list. */
export function majorityOf(list: Ensemble): number {
  return Math.floor(list.length / 2) + 1;
}

/** The id that a server claims when it runs on this list; undefined when the list does not have it. */
export function claimOf(list: Ensemble, address: Address): number | undefined {
  return list.find((member) => member.address === address)?.id;
}

/** How the server `me`, running on `mine`, regards those that run on `theirs`. */
export function regardOf(lists: Lists, me: Address, mine: ListName, theirs: ListName): Regard {
  const regard = { knows: 0, finds: 0, hears: 0 };
  const myClaim = claimOf(lists[mine], me);
  if (myClaim === undefined) return regard;
  serversOf(lists).forEach((other, index) => {
    const claim = claimOf(lists[theirs], other);
    if (claim === undefined) return;
    const entry = lists[mine].find((member) => member.id === claim);
    if (entry === undefined) return;
    regard.knows |= 1 << index;
    if (entry.address === other) regard.finds |= 1 << index;
    const [higher, lower] = myClaim > claim ? [mine, theirs] : [theirs, mine];
    const [highest, lowest] = myClaim > claim ? [me, other] : [other, me];
    if (myClaim === claim || lists[mine].length === 1 || lists[theirs].length === 1) return;
    const called = (claimOf(lists[higher], lowest) ?? Infinity) < Math.max(myClaim, claim);
    const calledBack = lists.family === '3.5.4' && claimOf(lists[lower], highest) !== undefined;
    if (called || calledBack) regard.hears |= 1 << index;
  });
  return regard;
}
