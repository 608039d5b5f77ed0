// Which addresses a newcomer would need so that nobody's id changes (ids by sorted position).

import { addressesWithin, liesIn, type AddressBlock, type AddressInterval } from '../model/address-block.js';
import { missingFrom } from '../model/change.js';
import { idOf, type Address, type Ensemble } from '../model/ensemble.js';

/** A run of ids between two members that stay, which needs newcomers that sort between those two. */
export interface Opening {
  readonly ids: readonly number[];
  readonly interval: AddressInterval;
  /** Newcomers that do sort there. */
  readonly fitting: readonly Address[];
}

/**
 * The openings for which the target has too few newcomers. Empty when the target keeps the order, and when no newcomer
 * could help, since members were taken out whose ids are not the last.
 */
export function unfilledOpenings(current: Ensemble, target: Ensemble): readonly Opening[] {
  const stayers = current.filter((member) => idOf(target, member.address) !== undefined);
  const newcomers = missingFrom(current, target);
  const openings = [...stayers, null].map((member, index): Opening => {
    const before = stayers[index - 1];
    const [first, end] = [(before?.id ?? 0) + 1, member?.id ?? target.length + 1];
    const interval = { after: before?.address ?? null, before: member?.address ?? null };
    const ids = Array.from({ length: Math.max(0, end - first) }, (_, offset) => first + offset);
    return { ids, interval, fitting: newcomers.filter((address) => liesIn(interval, address)) };
  });
  const needed = openings.reduce((sum, opening) => sum + opening.ids.length, 0);
  if (needed !== newcomers.length) return [];
  return openings.filter((opening) => opening.fitting.length < opening.ids.length);
}

/** Newcomers of the target that sort where no id is free for them. */
export function misplacedNewcomers(current: Ensemble, target: Ensemble): readonly Address[] {
  const fitting = unfilledOpenings(current, target).flatMap((opening) => opening.fitting);
  const stayers = current.filter((member) => idOf(target, member.address) !== undefined);
  return missingFrom(current, target).filter((address) => {
    if (fitting.includes(address)) return false;
    const after = stayers.findLast((member) => member.address < address);
    const before = stayers.find((member) => member.address > address);
    const free = (before?.id ?? target.length + 1) - (after?.id ?? 0) - 1;
    const rivals = missingFrom(current, target).filter((other) =>
      liesIn({ after: after?.address ?? null, before: before?.address ?? null }, other),
    );
    return rivals.length > free;
  });
}

/** For each block of candidates the first few addresses that would do; empty when none does. */
export function candidatesFor(
  opening: Opening,
  blocks: readonly AddressBlock[],
  taken: readonly Address[],
  limit: number,
): readonly { readonly block: AddressBlock; readonly addresses: readonly Address[] }[] {
  return blocks.map((block) => {
    const addresses: Address[] = [];
    for (const address of addressesWithin(block, opening.interval)) {
      if (addresses.length === limit) break;
      if (!taken.includes(address)) addresses.push(address);
    }
    return { block, addresses };
  });
}

/** `sorts after 172.31.29.82`; `sort` when said of several addresses. */
export function describeInterval({ after, before }: AddressInterval, count: number): string {
  const verb = count === 1 ? 'sorts' : 'sort';
  if (after === null) return before === null ? `${verb} anywhere` : `${verb} before ${before}`;
  return before === null ? `${verb} after ${after}` : `${verb} between ${after} and ${before}`;
}
