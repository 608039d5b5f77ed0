// Which network holds a lab's hosts, and which address in it is the operator's.

import type { Address } from '../../model/ensemble.js';

/** The one network that all hosts of a lab are on. */
export interface LabNetwork {
  /** Bits: 8, 16 or 24. */
  readonly prefix: number;
  /** The network's last usable address: where the operator's commands come from, and the hosts' gateway to nowhere. */
  readonly operator: Address;
}

/** The smallest of /24, /16 and /8 that holds all addresses and leaves the operator's free; undefined when none does. */
export function networkOf(addresses: readonly Address[]): LabNetwork | undefined {
  const [first = ''] = addresses;
  for (const octets of [3, 2, 1]) {
    const start = `${first.split('.').slice(0, octets).join('.')}.`;
    const operator = `${start}${['255', '255', '254'].slice(octets - 1).join('.')}`;
    if (addresses.every((address) => address.startsWith(start)) && !addresses.includes(operator))
      return { prefix: octets * 8, operator };
  }
  return undefined;
}
