// What counts as an address, and which known address a mistyped one was probably meant to be.

import type { Address } from './ensemble.js';
import { refuse, type Checked, type Fault } from './fault.js';

/** What a platform takes as a member: DC/OS' static master list holds IPv4 only, plain ZooKeeper names as well. */
export type AddressKind = 'ipv4' | 'ipv4-or-host-name';

/**
 * Reads one address, strictly: no white space inside, no leading zeros (some programs read `010` as 8), no octet above
 * 255. Host names come back in lower case, so that one host can't be listed twice.
 *
 * @param place where the text stands, for the fault
 *
 * @example parseAddress('172.31.18.152', 'ipv4', 'target, item 1') // { ok: true, value: '172.31.18.152' }
 */
export function parseAddress(text: string, kind: AddressKind, place: string): Checked<Address> {
  const dotted = /^\d+\.\d+\.\d+\.\d+$/.test(text);
  const fault = dotted ? octetFault(text, place) : nameFault(text, kind, place);
  if (fault) return refuse(fault);
  return { ok: true, value: dotted ? text : text.toLowerCase() };
}

function octetFault(text: string, place: string): Fault | undefined {
  const octets = text.split('.');
  const padded = octets.find((octet) => /^0\d/.test(octet));
  if (padded !== undefined) {
    const plain = octets.map((octet) => octet.replace(/^0+(?=\d)/, '')).join('.');
    return {
      rule: 'leading-zero',
      place,
      message: `'${text}' has a leading zero in '${padded}', which some programs read as an octal number.`,
      remedy: `Write ${plain}, if that is the host you mean.`,
    };
  }
  const large = octets.find((octet) => Number(octet) > 255);
  if (large === undefined) return undefined;
  return malformed(place, `'${text}' is not an IPv4 address: ${large} is above 255.`);
}

function nameFault(text: string, kind: AddressKind, place: string): Fault | undefined {
  if (text === '') return malformed(place, 'The address is empty.');
  // A name of digits and dots only is a mistyped address, and DNS has no top-level domain of digits.
  if (kind === 'ipv4-or-host-name' && !/^[\d.]*$/.test(text)) {
    return isHostName(text)
      ? undefined
      : malformed(place, `'${text}' is neither an IPv4 address nor a host name.`);
  }
  const fault = malformed(place, `'${text}' is not an IPv4 address.`);
  if (kind === 'ipv4-or-host-name' || !isHostName(text)) return fault;
  return {
    ...fault,
    remedy: `${fault.remedy} Host names are for the platform zookeeper: DC/OS lists addresses.`,
  };
}

function isHostName(text: string): boolean {
  const labels = text.split('.');
  return (
    text.length <= 253 &&
    labels.every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(label)) &&
    !/^\d+$/.test(labels.at(-1) ?? '')
  );
}

function malformed(place: string, message: string): Fault {
  return {
    rule: 'malformed-address',
    place,
    message,
    remedy: 'Write four numbers from 0 to 255 joined by dots, such as 10.0.0.1.',
  };
}

/**
 * The known address that `text` was probably meant to be: at most two slips of the keyboard away. Undefined when none is
 * near, when several are equally near, and when it is `text` itself: a guess between healthy members helps nobody.
 */
export function nearMiss(text: string, known: readonly Address[]): Address | undefined {
  const near = known
    .map((address) => ({ address, slips: slipsBetween(text, address) }))
    .filter(({ slips }) => slips === 1 || slips === 2)
    .sort((a, b) => a.slips - b.slips);
  const [nearest, next] = near;
  return nearest?.slips === next?.slips ? undefined : nearest?.address;
}

/** Characters inserted, left out, changed or swapped with their neighbour between two texts. */
export function slipsBetween(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? 0) + 1 : changed;
      next.push(Math.min(changed, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
