// What the bootstrap node begins with, so that it can generate and serve an installer of DC/OS' stand-ins.

import type { Address } from '../../model/ensemble.js';

/** The cluster that shall be installed. */
export interface DcosOrder {
  readonly version: string;
  readonly variant: 'open' | 'enterprise';
  readonly security: 'disabled' | 'permissive' | 'strict';
  readonly bootstrap: Address;
  readonly masters: readonly Address[];
  readonly privateAgents: readonly Address[];
  readonly publicAgents: readonly Address[];
  readonly resolvers: readonly Address[];
}

/** A file below `/root/dcos`. */
export interface DcosFile {
  readonly path: string;
  readonly mode: number;
  readonly content: string;
}

/** Null while there are no stand-ins in this build: then hosts come without DC/OS. */
export function dcosFiles(_order: DcosOrder): readonly DcosFile[] | null {
  return null;
}
