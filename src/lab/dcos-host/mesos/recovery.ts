// What may a replica become, given what the replicas say of themselves?
//
// Source: src/log/recover.cpp at Mesos 1.2.0 (RecoverProtocolProcess::received), with log_auto_initialize as DC/OS has it.

import type { LogStatus } from './replica.js';

/** One replica's word, itself included. */
export interface StatusWord {
  readonly status: LogStatus;
  /** Its highest position, -1 for none. */
  readonly end: number;
}

/** `wait`: ask again. `catch-up`: become `RECOVERING`, fetch all positions up to `end`, then vote. */
export type RecoveryStep =
  | { readonly kind: 'recovered' }
  | { readonly kind: 'wait' }
  | { readonly kind: 'become'; readonly status: 'STARTING' | 'VOTING' }
  | { readonly kind: 'catch-up'; readonly end: number };

/**
 * A log begins only when all `2 * quorum - 1` replicas are new, in two rounds. Else a replica needs a quorum of voters:
 * with fewer it waits, for ever if they do not come back. A replica that voted before votes on at once.
 */
export function recoveryStep(own: LogStatus, words: readonly StatusWord[], quorum: number): RecoveryStep {
  if (own === 'VOTING') return { kind: 'recovered' };
  const voters = words.filter(({ status }) => status === 'VOTING');
  if (voters.length >= quorum) return { kind: 'catch-up', end: Math.max(...voters.map(({ end }) => end)) };
  const count = (status: LogStatus): number => words.filter((word) => word.status === status).length;
  const all = 2 * quorum - 1;
  if (own === 'EMPTY' && count('EMPTY') + count('STARTING') >= all) {
    return { kind: 'become', status: 'STARTING' };
  }
  if (own === 'STARTING' && count('STARTING') + voters.length >= all) {
    return { kind: 'become', status: 'VOTING' };
  }
  return { kind: 'wait' };
}
