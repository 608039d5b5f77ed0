// Which addresses a CIDR block holds, and which of them sort between two others.

import { parseAddress } from './address.js';
import type { Address } from './ensemble.js';
import { refuse, type Checked } from './fault.js';

/** A CIDR block, or a single address. `first` and `last` are its ends as 32-bit numbers, usable hosts only. */
export interface AddressBlock {
  readonly text: string;
  readonly first: number;
  readonly last: number;
}

/** An open interval in the order by code unit; null is no limit on that side. */
export interface AddressInterval {
  readonly after: string | null;
  readonly before: string | null;
}

/**
 * Reads `10.0.0.0/24` or a single address. The network and broadcast addresses of blocks up to /30 are not usable, and
 * so not part of the block. Bits below the prefix must be zero, since `10.0.0.7/24` is more often a slip than a block.
 */
export function parseBlock(text: string, place: string): Checked<AddressBlock> {
  const [base = '', length, ...rest] = text.split('/');
  const address = parseAddress(base, 'ipv4', place);
  if (!address.ok) return address;
  const start = numberOf(address.value);
  if (length === undefined) return { ok: true, value: { text, first: start, last: start } };
  const prefix = /^\d{1,2}$/.test(length) ? Number(length) : 33;
  if (prefix > 32 || rest.length > 0) {
    return refuse({
      rule: 'malformed-block',
      place,
      message: `'${text}' is not a CIDR block: what follows the slash is no number from 0 to 32.`,
      remedy: 'Write ADDRESS/LENGTH, such as 10.0.0.0/24.',
    });
  }
  const size = 2 ** (32 - prefix);
  const floor = Math.floor(start / size) * size;
  if (floor !== start) {
    return refuse({
      rule: 'malformed-block',
      place,
      message: `'${text}' does not start at the beginning of its block.`,
      remedy: `Write ${dotted(floor)}/${prefix} for the block, or ${base} for the host.`,
    });
  }
  const edge = prefix <= 30 ? 1 : 0;
  return { ok: true, value: { text, first: start + edge, last: start + size - 1 - edge } };
}

/** Whether the address is a usable host of the block. */
export function blockHas(block: AddressBlock, address: Address): boolean {
  const number = numberOf(address);
  return number >= block.first && number <= block.last;
}

/** Whether an address sorts strictly inside the interval. */
export function liesIn(interval: AddressInterval, address: Address): boolean {
  return (
    (interval.after === null || address > interval.after) &&
    (interval.before === null || address < interval.before)
  );
}

/**
 * The addresses of a block that sort strictly inside an interval, in numeric order. Whole branches that lie outside are
 * skipped, so even a /8 answers at once.
 */
export function* addressesWithin(block: AddressBlock, interval: AddressInterval): Generator<Address> {
  yield* branch(block, interval, '', 0, 4);
}

function* branch(
  block: AddressBlock,
  interval: AddressInterval,
  prefix: string,
  start: number,
  octetsLeft: number,
): Generator<Address> {
  const span = 256 ** (octetsLeft - 1);
  for (let octet = 0; octet <= 255; octet++) {
    const first = start + octet * span;
    if (first > block.last) return;
    if (first + span - 1 < block.first) continue;
    if (octetsLeft === 1) {
      if (liesIn(interval, `${prefix}${octet}`)) yield `${prefix}${octet}`;
    } else if (mayLieIn(interval, `${prefix}${octet}.`)) {
      yield* branch(block, interval, `${prefix}${octet}.`, first, octetsLeft - 1);
    }
  }
}

/** Whether some text that starts with `prefix` can sort inside the interval. */
function mayLieIn(interval: AddressInterval, prefix: string): boolean {
  const { after, before } = interval;
  return (
    (after === null || prefix > after || after.startsWith(prefix)) && (before === null || prefix < before)
  );
}

function numberOf(address: Address): number {
  return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

function dotted(number: number): Address {
  return [256 ** 3, 256 ** 2, 256, 1].map((unit) => Math.floor(number / unit) % 256).join('.');
}
