// Does the master list of a config.yaml say what the cluster runs with?

import { nearMiss, parseAddress } from '../model/address.js';
import { duplicateAddresses, itemPlace } from '../model/address-list.js';
import { idOf, type Address, type Ensemble } from '../model/ensemble.js';
import type { Fault } from '../model/fault.js';
import type { Finding } from './plan.js';
import { faultFinding } from './request-findings.js';
import { inWords } from './wording.js';

/** A list as it stands in a configuration file. */
export interface ConfiguredList {
  /** The key as it was found, right or misspelt. */
  readonly key: string;
  readonly addresses: readonly string[];
}

/** The key under which the DC/OS generator looks for the masters. */
const masterListKey = 'master_list';

/**
 * Compares a configuration's master list with the live ensemble: the key, each address, who is missing, and the order.
 * Empty when file and cluster agree.
 */
export function checkConfiguration(list: ConfiguredList, live: Ensemble): readonly Finding[] {
  const malformed = list.addresses.flatMap((text, index): readonly Fault[] => {
    const parsed = parseAddress(text, 'ipv4', itemPlace(list.key, index));
    return parsed.ok ? [] : parsed.faults;
  });
  const members = live.map((member) => member.address);
  const absent = members.filter((address) => !list.addresses.includes(address));
  return [
    ...misspeltKey(list.key),
    ...[...malformed, ...duplicateAddresses(list.addresses, list.key)].map(faultFinding),
    ...strangers(list, live, absent),
    ...forgotten(list, absent),
    ...fileOrder(list, members),
  ];
}

function misspeltKey(key: string): readonly Finding[] {
  if (key === masterListKey) return [];
  return [
    {
      rule: 'misspelt-key',
      severity: 'error',
      subject: key,
      message: `The key '${key}' means nothing to the generator, which reads '${masterListKey}'.`,
      remedy: `Write '${masterListKey}:'.`,
    },
  ];
}

function strangers(list: ConfiguredList, live: Ensemble, absent: readonly Address[]): readonly Finding[] {
  return list.addresses.flatMap((address, index): Finding[] => {
    // What is no address at all has its own finding.
    if (idOf(live, address) !== undefined || !parseAddress(address, 'ipv4', list.key).ok) return [];
    const near = nearMiss(address, absent);
    return [
      {
        rule: 'unknown-member',
        severity: 'error',
        subject: itemPlace(list.key, index),
        message: `${address} is not a member of the ensemble${near === undefined ? '.' : `; did you mean ${near}?`}`,
        remedy:
          near === undefined ? 'Correct the file before anything is generated from it.' : `Write ${near}.`,
      },
    ];
  });
}

function forgotten(list: ConfiguredList, absent: readonly Address[]): readonly Finding[] {
  return absent.map((address) => ({
    rule: 'member-not-listed',
    severity: 'error',
    subject: address,
    message: `${address} is a member of the ensemble, but '${list.key}' does not list it.`,
    remedy:
      'Correct the file before anything is generated from it: the generator would take this member out.',
  }));
}

function fileOrder(list: ConfiguredList, members: readonly Address[]): readonly Finding[] {
  const known = [...new Set(list.addresses)].filter((address) => members.includes(address));
  const byId = members.filter((address) => known.includes(address));
  if (known.every((address, index) => address === byId[index])) return [];
  return [
    {
      rule: 'file-order-differs',
      severity: 'info',
      subject: list.key,
      message: `The file is not in the order of the ids, which is ${inWords(members)}: ids follow the sorted addresses.`,
      remedy: 'Nothing to do; never read an id from the place in the file.',
    },
  ];
}
