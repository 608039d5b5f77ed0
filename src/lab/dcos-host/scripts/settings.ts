// What follows from a valid configuration: the ensemble, the counts, the URLs?

import { describeEnsemble, quorumOf, sortedEnsemble } from '../../../model/ensemble.js';
import type { Arguments } from './load-config.js';
import { itemsOf } from './validate-config.js';

/** What the packages and scripts of one configuration need to know. */
export interface Settings {
  readonly version: string;
  readonly variant: 'open' | 'enterprise';
  readonly bootstrapUrl: string;
  /** In the order of the configuration. */
  readonly masterList: readonly string[];
  /** `1:a,2:b,…`: `calculate_exhibitor_static_ensemble` in `gen/calc.py`. */
  readonly ensemble: string;
  readonly quorum: number;
  readonly security: string;
  /** Empty: Exhibitor asks for none. */
  readonly exhibitorPassword: string;
  readonly ipDetect: string;
  /** The certificate of the operator's own authority, PEM; empty: DC/OS makes one. */
  readonly authority: string;
  readonly given: Arguments;
  /** How long systemd waits before it starts a service again. */
  readonly retry: { readonly usualMs: number; readonly mesosMs: number };
}

/** DC/OS' own: 5 s, and 15 s for Mesos, Marathon, Cosmos and Metronome. */
export const dcosRetry: Settings['retry'] = { usualMs: 5000, mesosMs: 15_000 };

/** The settings of a configuration that was validated. */
export function settingsOf(
  given: Arguments,
  from: Pick<Settings, 'version' | 'variant' | 'ipDetect' | 'retry'> & Partial<Pick<Settings, 'authority'>>,
): Settings {
  const masterList = itemsOf(given.get('master_list'));
  return {
    authority: '',
    ...from,
    bootstrapUrl: given.get('bootstrap_url') ?? '',
    masterList,
    ensemble: describeEnsemble(sortedEnsemble(masterList)),
    quorum: quorumOf(masterList.length),
    security: from.variant === 'enterprise' ? (given.get('security') ?? 'permissive') : 'disabled',
    exhibitorPassword: given.get('exhibitor_admin_password') ?? '',
    given,
  };
}
