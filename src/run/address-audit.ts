// What an audit of hard-coded addresses found, as a document.

import type { Address } from '../model/ensemble.js';
import type { Finding } from '../plan/plan.js';

/** `warning`: it breaks when the address goes. `info`: it is seen to by the run, or does no harm by itself. */
export interface AuditFinding extends Finding {
  readonly rule:
    | 'address-in-app'
    | 'address-in-file'
    | 'address-in-genconf'
    | 'address-in-dns'
    | 'old-upgrade-scripts'
    | 'not-looked-at';
  readonly severity: 'warning' | 'info';
  /** Null where it is about no single one. */
  readonly address: Address | null;
}

/** The document `succession.audit/1`. */
export interface AddressAudit {
  readonly schema: 'succession.audit/1';
  readonly cluster: string;
  /** Those that were looked for. */
  readonly addresses: readonly Address[];
  /** What was looked at, in words. */
  readonly lookedAt: readonly string[];
  readonly findings: readonly AuditFinding[];
}
