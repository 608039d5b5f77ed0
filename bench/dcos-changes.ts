// Which changes of a DC/OS cluster does the runbook carry out, and in which ways do we do the same?

import { addressesIn, sortedEnsemble } from '../src/model/ensemble.js';

/** A change, as its operator sees it. */
export interface DcosChange {
  readonly name: string;
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly agents: { readonly private: readonly string[]; readonly public: readonly string[] };
}

/** `runbook`: by hand, to the letter. `ours`: `succession plan` with these options, and `apply`. */
export type Way =
  { readonly kind: 'runbook' } | { readonly kind: 'ours'; readonly options: readonly string[] };

/** One line of the table. */
export interface DcosCase {
  readonly change: DcosChange;
  readonly way: Way;
}

/** The version that the runbook was written for. */
export const version = '1.9.10';

const stay = ['172.31.16.60', '172.31.18.152', '172.31.29.145', '172.31.29.82'];
const agents = { private: ['172.31.20.11'], public: ['172.31.21.5'] };

const replacement: DcosChange = {
  name: 'replacement: 172.31.31.63 by 172.31.22.240',
  from: [...stay, '172.31.31.63'],
  to: [...stay, '172.31.22.240'],
  agents,
};
const inOrder: DcosChange = {
  name: 'replacement: 172.31.31.63 by 172.31.31.70, which keeps the order',
  from: [...stay, '172.31.31.63'],
  to: [...stay, '172.31.31.70'],
  agents,
};
const three = ['172.31.27.182', '172.31.27.57', '172.31.31.133'];
const expansion: DcosChange = {
  name: 'expansion from three to five',
  from: three,
  to: [...three, '172.31.30.129', '172.31.30.220'],
  agents,
};

const ours = (change: DcosChange, ...consents: readonly string[]): DcosCase => ({
  change,
  way: { kind: 'ours', options: ['--target', change.to.join(','), ...consents] },
});

/** In the order of the table. */
export const cases: readonly DcosCase[] = [
  { change: replacement, way: { kind: 'runbook' } },
  ours(replacement, '--allow-cascade'),
  { change: inOrder, way: { kind: 'runbook' } },
  ours(inOrder),
  { change: expansion, way: { kind: 'runbook' } },
  ours(expansion, '--allow-cascade'),
];

/** Every master that there is at one time or another. */
export function everyMaster({ from, to }: DcosChange): readonly string[] {
  return addressesIn(sortedEnsemble(from), sortedEnsemble(to));
}
