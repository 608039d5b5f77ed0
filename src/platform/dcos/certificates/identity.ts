// Do all masters hold the same cluster id, secret and authority? Secrets are compared by their digests, on the hosts.

import { z } from 'zod';
import type { Address } from '../../../model/ensemble.js';
import type { Transport } from '../../../remote/transport.js';
import { askHost, sayFunctions, textOf } from '../ask-host.js';
import type { DcosCluster } from '../cluster-file.js';

/** SHA-256 of what a master holds; empty where it holds none. */
export interface Identity {
  readonly kind: 'known';
  readonly address: Address;
  readonly clusterId: string;
  readonly secret: string;
  readonly bundle: string;
  /** The certificates of the authority, PEM. */
  readonly authority: string;
}

/** A master that could not be asked. */
export interface IdentityUnknown {
  readonly kind: 'unknown';
  readonly address: Address;
  readonly reason: string;
}

const digest = z.string().regex(/^(?:[0-9a-f]{64})?$/);
const answerSchema = z.object({ clusterId: digest, secret: digest, bundle: digest, authority: z.base64() });

/** `packages/bootstrap` in dcos/dcos; the bundle is of DC/OS Enterprise. */
const script = `${sayFunctions}
digest() { say "$1" "$(if [ -f "$2" ]; then sha256sum <"$2" | cut -d' ' -f1; fi)"; }
digest clusterId /var/lib/dcos/cluster-id
digest secret /var/lib/dcos/dcos-oauth/auth-token-secret
digest bundle /run/dcos/pki/CA/ca-bundle.crt
cat /run/dcos/pki/CA/ca-bundle.crt 2>/dev/null | say64 authority
`;

/** Asks a master. Read-only; never throws. */
export async function readIdentity(
  transport: Transport,
  address: Address,
  signal: AbortSignal,
): Promise<Identity | IdentityUnknown> {
  const answer = await askHost(transport, address, script, { timeoutMs: 20_000, signal });
  if (answer.kind === 'unknown') return { kind: 'unknown', address, reason: answer.reason };
  const parsed = answerSchema.safeParse(Object.fromEntries(answer.lines));
  if (!parsed.success) return { kind: 'unknown', address, reason: z.prettifyError(parsed.error) };
  return { kind: 'known', address, ...parsed.data, authority: textOf(parsed.data.authority) };
}

/** Whether the masters have an authority of their own: DC/OS Enterprise, unless its security is disabled. */
export function hasAuthority({ dcos }: DcosCluster): boolean {
  return dcos.variant === 'enterprise' && dcos.security !== 'disabled';
}

/** Something wrong on a host. */
export interface HostFault {
  readonly host: Address;
  readonly seen: string;
  readonly remedy: string;
}

/**
 * What is not the same on all of them. A secret that nobody holds is none: later versions, or no oauth. `unmade`: who may
 * have no bundle yet, because no service has started there since the host did.
 */
export function identityFaults(
  cluster: DcosCluster,
  readings: readonly (Identity | IdentityUnknown)[],
  unmade: readonly Address[] = [],
): readonly HostFault[] {
  const known = readings.filter((one) => one.kind === 'known');
  const silent = readings.flatMap((one) =>
    one.kind === 'unknown'
      ? [
          {
            host: one.address,
            seen: `could not be asked: ${one.reason}`,
            remedy: 'see that the host answers over SSH',
          },
        ]
      : [],
  );
  return [
    ...silent,
    ...differing(known, 'clusterId', '/var/lib/dcos/cluster-id', true),
    ...differing(known, 'secret', '/var/lib/dcos/dcos-oauth/auth-token-secret', false),
    ...(hasAuthority(cluster)
      ? differing(
          known.filter((one) => one.bundle !== '' || !unmade.includes(one.address)),
          'bundle',
          '/run/dcos/pki/CA/ca-bundle.crt',
          true,
        )
      : []),
  ];
}

function differing(
  known: readonly Identity[],
  key: 'clusterId' | 'secret' | 'bundle',
  path: string,
  wanted: boolean,
): readonly HostFault[] {
  if (!wanted && known.every((one) => one[key] === '')) return [];
  const counts = new Map<string, number>();
  for (const one of known) counts.set(one[key], (counts.get(one[key]) ?? 0) + (one[key] === '' ? 0 : 1));
  const usual = [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
  return known
    .filter((one) => one[key] === '' || one[key] !== usual)
    .map((one) => {
      const seen = one[key] === '' ? `has no ${path}` : `its ${path} differs from that of the other masters`;
      return { host: one.address, seen, remedy: "read dcos-exhibitor's and dcos-adminrouter's logs there" };
    });
}
