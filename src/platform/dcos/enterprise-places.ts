// Where the enterprise variant keeps its keys, and which of its versions may have them. Hosts of a lab load this: no package.

import { dcosVersion } from './versions.js';

/** Which DC/OS. */
interface Release {
  readonly dcos: { readonly version: string; readonly variant: 'open' | 'enterprise' };
}

/** Where DC/OS looks for the private key of the operator's certificate authority on a master. */
export const authorityKeyPath = '/var/lib/dcos/pki/tls/CA/private/custom_ca.key';

/** Where a master keeps what its Exhibitor wants of those who ask. */
export const exhibitorArtifacts = '/var/lib/dcos/exhibitor-tls-artifacts';

/** Whether a cluster like this may have an authority of the operator's. */
export function mayHaveAuthority({ dcos }: Release): boolean {
  return dcos.variant === 'enterprise' && dcosVersion(dcos.version)?.customAuthority === true;
}

/** Whether a cluster like this may have its Exhibitors ask for certificates. */
export function mayHaveExhibitorTls({ dcos }: Release): boolean {
  return dcos.variant === 'enterprise' && dcosVersion(dcos.version)?.exhibitorTls === true;
}
