// After a stage: is the private key of the operator's certificate authority off the hosts that are no masters any more?

import { authorityKeyPath } from '../enterprise-places.js';
import type { Address } from '../../../model/ensemble.js';
import type { Transport } from '../../../remote/transport.js';
import type { Duty, DutyContext, DutyReading } from '../../../run/duty.js';
import type { Outcome } from '../../../run/platform.js';
import { removeKey } from './authority-key.js';
import type { DcosCluster } from '../cluster-file.js';
import { configuredAuthority, heldKey, type HeldKey } from './custom-authority.js';
import { sideBySide } from '../side-by-side.js';

const mostHosts = 8;

/** Takes the key off hosts that were no masters before the run, and are none after the stage. */
export function authorityGoneDuty(
  cluster: DcosCluster,
  transport: Transport,
  stage: number,
  hosts: readonly Address[],
): Duty {
  /** A machine that is dead is no reason to stop: what is left there is told. */
  const unreached = new Set<Address>();
  const held = async (signal: AbortSignal): Promise<readonly (readonly [Address, HeldKey])[]> =>
    sideBySide(hosts, mostHosts, async (host) => [host, await heldKey(transport, host, signal)] as const);
  return {
    id: `${stage}.authority-gone`,
    kind: 'authority',
    sentence: `take the key of your certificate authority off ${hosts.join(', ')}, where there is one`,
    waivable: false,
    look: async (context): Promise<DutyReading> => {
      const put = await whatWasPut(cluster, transport, context);
      if (put === 'nothing') return { kind: 'done', evidence: ['none was put there'] };
      const keys = await held(context.signal);
      const left = keys.filter(([host, key]) => isLeft(put, key) && !unreached.has(host));
      if (left.length > 0) return { kind: 'to-do', evidence: left.map(([host]) => `${host} may hold it`) };
      return { kind: 'done', evidence: keys.map(([host, key]) => sayOf(host, key, unreached.has(host))) };
    },
    perform: async (context): Promise<Outcome> => {
      const { signal } = context;
      const put = await whatWasPut(cluster, transport, context);
      const evidence: string[] = [];
      for (const [host, key] of put === 'nothing' ? [] : await held(signal)) {
        if (!isLeft(put, key)) continue;
        const trouble = await removeKey(transport, host, signal);
        if (trouble === null) evidence.push(`${host} holds it no more`);
        else if (!signal.aborted) unreached.add(host);
      }
      return { kind: 'done', evidence };
    },
  };
}

/** Which key a guest may have from the run. `any`: the work before the stage saw to it that all have the right one. */
type Put = 'nothing' | 'any' | 'unknown' | { readonly publicKey: string };

/** Where that work did not end it left no fact, and may have put the key to some: the configured one and no other. */
async function whatWasPut(
  cluster: DcosCluster,
  transport: Transport,
  { facts, signal }: Pick<DutyContext, 'facts' | 'signal'>,
): Promise<Put> {
  const fact = facts['authorityKey'];
  if (fact !== undefined) return fact === '' ? 'nothing' : 'any';
  const configured = await configuredAuthority(cluster, transport, signal);
  switch (configured.kind) {
    case 'none':
      return 'nothing';
    case 'unknown':
      return 'unknown';
    case 'custom':
      return { publicKey: configured.publicKey };
  }
}

function isLeft(put: Put, held: HeldKey): boolean {
  if (held.kind === 'none' || put === 'nothing') return false;
  if (put === 'any') return true;
  // Another's key is no work of the run, and stays.
  return put !== 'unknown' && (held.kind === 'unknown' || held.publicKey === put.publicKey);
}

function sayOf(host: Address, held: HeldKey, isUnreached: boolean): string {
  if (isUnreached) return `${host} does not answer: remove ${authorityKeyPath} there yourself`;
  if (held.kind === 'none') return `no ${authorityKeyPath} on ${host}`;
  return `${host} may hold a key in ${authorityKeyPath} that is not known to be of this run: see to it yourself`;
}
