// Which servers does a static ensemble of Exhibitor name?

import type { Ensemble } from '../../../model/ensemble.js';
import { idOf } from '../../../model/ensemble.js';

/** `1:172.31.16.60,2:172.31.18.152` in the order given: Exhibitor takes the list as it is and sorts nothing. */
export function parseSpec(spec: string): Ensemble {
  return spec.split(',').flatMap((item) => {
    const found = /^\s*(?:[SO]:)?(\d+):(\S+?)\s*$/.exec(item);
    return found === null ? [] : [{ id: Number(found[1]), address: found[2] ?? '' }];
  });
}

/** The same as text. */
export function specOf(ensemble: Ensemble): string {
  return ensemble.map(({ id, address }) => `${id}:${address}`).join(',');
}

/** What an Exhibitor starts with, or why it does not (`packages/exhibitor/extra/start_exhibitor.py` in dcos/dcos). */
export type Start =
  | { readonly kind: 'start'; readonly ensemble: Ensemble; readonly ownId: number | undefined }
  | { readonly kind: 'refuse'; readonly message: string };

/** A single master is an ensemble of its own address; a host that the list lacks is refused, or runs as a stranger. */
export function startWith(order: {
  readonly spec: string;
  readonly masterCount: number;
  readonly address: string;
  readonly stranger: 'standalone' | 'refuses';
}): Start {
  const { address } = order;
  const ensemble = parseSpec(order.masterCount === 1 ? `1:${address}` : order.spec);
  const ownId = idOf(ensemble, address);
  if (ownId === undefined && order.stranger === 'refuses') {
    const message = `ERROR: ip-detect returned ${address}. ${address} is not in the configured list of masters.`;
    return { kind: 'refuse', message };
  }
  return { kind: 'start', ensemble, ownId };
}
