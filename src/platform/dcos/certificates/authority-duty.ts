// Before a stage's newcomers are installed: is the private key of the operator's certificate authority on each of them?

import { authorityKeyPath } from '../enterprise-places.js';
import type { Address } from '../../../model/ensemble.js';
import type { Transport } from '../../../remote/transport.js';
import type { Duty, DutyReading } from '../../../run/duty.js';
import { thenResume } from '../../../run/failure.js';
import type { Outcome } from '../../../run/platform.js';
import { findKey, placeKey } from './authority-key.js';
import type { DcosCluster } from '../cluster-file.js';
import { type ConfiguredAuthority, configuredAuthority, heldKey, keyFault } from './custom-authority.js';
import { sideBySide } from '../side-by-side.js';

const mostHosts = 8;

/** What to do where nobody has the key. */
export const keyRemedy: string = `name a file with the key in the cluster file (customCaKeyFile), for its owner alone, or put it to ${authorityKeyPath} on a master, root's, mode 600`;

/** Which stage, who gets the key, and who may have it already. */
export interface AuthorityOrder {
  readonly stage: number;
  readonly newcomers: readonly Address[];
  readonly holders: readonly Address[];
}

/** Puts the key where DC/OS looks for it. The fact that it leaves is what the install looks for. */
export function authorityDuty(cluster: DcosCluster, transport: Transport, order: AuthorityOrder): Duty {
  const { stage, newcomers, holders } = order;
  return {
    id: `${stage}.authority`,
    kind: 'authority',
    sentence: `see that ${newcomers.join(', ')} ${newcomers.length === 1 ? 'has' : 'have'} the key of your certificate authority, where config.yaml names one`,
    waivable: false,
    look: async ({ signal }): Promise<DutyReading> => {
      const configured = await configuredAuthority(cluster, transport, signal);
      if (configured.kind === 'none')
        return {
          kind: 'done',
          evidence: ['config.yaml names none: DC/OS has one of its own'],
          facts: { authorityKey: '' },
        };
      if (configured.kind === 'unknown') return refused(configured.reason);
      const faults = await faultsOn(transport, newcomers, configured.publicKey, signal);
      if (faults.length > 0) return { kind: 'to-do', evidence: faults };
      const evidence = [
        `${authorityKeyPath} on ${newcomers.join(', ')} is the key of ${configured.certificatePath}`,
      ];
      return { kind: 'done', evidence, facts: { authorityKey: configured.publicKey } };
    },
    perform: async ({ signal, say }): Promise<Outcome> => {
      const configured = await configuredAuthority(cluster, transport, signal);
      if (configured.kind !== 'custom')
        return failed(reasonOf(configured), [], 'see to genconf/config.yaml, then go on');
      const wanted = configured.publicKey;
      const found = await findKey(cluster, transport, holders, wanted, signal);
      if (found.kind === 'missing')
        return failed(
          'nobody has the key of the certificate authority',
          found.reasons,
          `${keyRemedy}, then go on`,
        );
      const evidence: string[] = [];
      for (const newcomer of newcomers) {
        const held = await heldKey(transport, newcomer, signal);
        if (keyFault(held, wanted) === null) continue;
        if (held.kind === 'held' && held.publicKey !== wanted)
          return failed(
            `${newcomer} holds another key in ${authorityKeyPath}`,
            evidence,
            'find out whose it is, and move it away, then go on',
          );
        say(`the key of the certificate authority goes from ${found.from} to ${newcomer}`);
        const trouble = await placeKey(transport, newcomer, found.pem, signal);
        if (trouble !== null)
          return {
            kind: 'unknown',
            reason: `${newcomer}: ${trouble}`,
            evidence,
            remedy: 'see to that host, then go on',
          };
        evidence.push(`put on ${newcomer}, from ${found.from}`);
      }
      return { kind: 'done', evidence };
    },
  };
}

async function faultsOn(
  transport: Transport,
  hosts: readonly Address[],
  wanted: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const faults = await sideBySide(hosts, mostHosts, async (host) => {
    const fault = keyFault(await heldKey(transport, host, signal), wanted);
    return fault === null ? [] : [`${host} ${fault}`];
  });
  return faults.flat();
}

function reasonOf(configured: Exclude<ConfiguredAuthority, { kind: 'custom' }>): string {
  return configured.kind === 'unknown'
    ? configured.reason
    : 'config.yaml names no certificate authority any more';
}

function failed(reason: string, evidence: readonly string[], remedy: string): Outcome {
  return { kind: 'failed', reason, evidence, remedy };
}

function refused(reason: string): DutyReading {
  return {
    kind: 'refused',
    failure: {
      code: 'authority',
      blame: 'operator',
      message: `it can't be told whether the cluster has a certificate authority of yours: ${reason}`,
      seen: [],
      expected: 'genconf/config.yaml and the certificate that ca_certificate_path names can be read',
      next: thenResume('see to both on the bootstrap node'),
    },
  };
}
