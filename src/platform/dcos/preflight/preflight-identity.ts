// Before a run: do the masters hold one identity, and are their components' certificates of it?

import type { Address } from '../../../model/ensemble.js';
import type { Transport } from '../../../remote/transport.js';
import type { DutyContext } from '../../../run/duty.js';
import { certificateFaults, readCertificates } from '../certificates/component-certificates.js';
import { hasAuthority, type HostFault, identityFaults, readIdentity } from '../certificates/identity.js';
import type { DcosCluster } from '../cluster-file.js';
import { sideBySide } from '../side-by-side.js';

const mostHosts = 32;

/** Who is asked, and the dead masters without which no service starts anew on those. */
export interface IdentityQuestion {
  readonly masters: readonly Address[];
  readonly shutBy: readonly Address[];
}

/** What is wrong, and what is worth telling although it is not. */
export interface IdentityFound {
  readonly faults: readonly HostFault[];
  readonly notes: readonly string[];
}

/** `/run/dcos/pki` is empty after a boot, and the services fill it: what can't be there yet is told. Read-only. */
export async function lookAtIdentity(
  cluster: DcosCluster,
  transport: Transport,
  { masters, shutBy }: IdentityQuestion,
  { signal, now }: Pick<DutyContext, 'signal' | 'now'>,
): Promise<IdentityFound> {
  const identities = await sideBySide(masters, mostHosts, (one) => readIdentity(transport, one, signal));
  // A host that can't be asked is told of once, by the look at the hosts.
  const known = identities.filter((one) => one.kind === 'known');
  const mayLack = shutBy.length === 0 ? [] : known.map((one) => one.address);
  const same = identityFaults(cluster, known, mayLack);
  if (!hasAuthority(cluster)) return { faults: same, notes: ['one cluster id on all masters'] };
  const read = await sideBySide(known, mostHosts, ({ address }) =>
    readCertificates(transport, address, signal),
  );
  const unmade = read.filter(
    (one) =>
      one.kind === 'known' &&
      mayLack.includes(one.address) &&
      (one.files.length === 0 || one.authority === ''),
  );
  const made = read.filter((one) => !unmade.includes(one));
  const names = unmade.map((one) => one.address).join(', ');
  return {
    faults: [...same, ...made.flatMap((one) => certificateFaults(one, now()))],
    notes: [
      ...(made.length === 0
        ? []
        : [
            `one authority on ${unmade.length === 0 ? 'all masters' : made.map((one) => one.address).join(', ')}, and their components' certificates are of it`,
          ]),
      ...(unmade.length === 0
        ? []
        : [
            `${names}: the certificates in /run/dcos/pki are not made before ${shutBy.join(', ')} is replaced`,
          ]),
    ],
  };
}
