// Before the run: is there what each new master must find for its certificates: the operator's own key, a bootstrap CA?

import { authorityKeyPath, mayHaveAuthority } from '../enterprise-places.js';
import type { Address } from '../../../model/ensemble.js';
import type { Transport } from '../../../remote/transport.js';
import { keyRemedy } from '../certificates/authority-duty.js';
import { findKey } from '../certificates/authority-key.js';
import type { DcosCluster } from '../cluster-file.js';
import { configuredAuthority, heldKey, keyFault } from '../certificates/custom-authority.js';
import type { HostFault } from '../certificates/identity.js';
import { sideBySide } from '../side-by-side.js';

/** What is wrong, and what is worth telling although it is not. */
export interface AuthorityFound {
  readonly faults: readonly HostFault[];
  readonly notes: readonly string[];
}

const nothing: AuthorityFound = { faults: [], notes: [] };
const mostHosts = 8;

/** Looks for the key of the operator's authority. `masters` serve; `fresh` will be installed. */
export async function lookForKey(
  cluster: DcosCluster,
  transport: Transport,
  { masters, fresh }: { readonly masters: readonly Address[]; readonly fresh: readonly Address[] },
  signal: AbortSignal,
): Promise<AuthorityFound> {
  if (!mayHaveAuthority(cluster) || fresh.length === 0) return nothing;
  const configured = await configuredAuthority(cluster, transport, signal);
  const bootstrap = cluster.bootstrap.address;
  if (configured.kind === 'none') return nothing;
  if (configured.kind === 'unknown')
    return {
      faults: [{ host: bootstrap, seen: configured.reason, remedy: 'see to genconf there' }],
      notes: [],
    };
  const wanted = configured.publicKey;
  const held = await sideBySide(masters, mostHosts, (master) => heldKey(transport, master, signal));
  const others = await sideBySide(
    fresh.filter((one) => !masters.includes(one)),
    mostHosts,
    async (one) => ({ one, held: await heldKey(transport, one, signal) }),
  );
  const wrong = [...masters.map((one, index) => ({ one, held: held[index] })), ...others].flatMap(
    ({ one, held: key }): readonly HostFault[] =>
      key?.kind === 'held' && key.publicKey !== wanted
        ? [{ host: one, seen: keyFault(key, wanted) ?? '', remedy: 'find out whose key that is' }]
        : [],
  );
  const found = await findKey(cluster, transport, masters, wanted, signal);
  const missing =
    found.kind === 'found'
      ? []
      : [
          {
            host: fresh.join(', '),
            seen: `config.yaml names a certificate authority of yours, and its key is not at hand: ${found.reasons.join('; ')}`,
            remedy: keyRemedy,
          },
        ];
  const without = masters.filter((_, index) => held[index]?.kind === 'none');
  return {
    faults: [...wrong, ...missing],
    notes: [
      ...(found.kind === 'found'
        ? [`the key of ${configured.certificatePath} is at hand: ${found.from}`]
        : []),
      ...(without.length === 0 ? [] : [`${without.join(', ')}: no ${authorityKeyPath} there`]),
    ],
  };
}
