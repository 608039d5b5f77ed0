// The duty before a run: nothing that would break when an address goes is left unknown. It can be waived by its name.

import type { Address } from '../../../model/ensemble.js';
import type { Transport } from '../../../remote/transport.js';
import type { Duty } from '../../../run/duty.js';
import { type AuditContext, type AuditedCluster, auditCluster } from './audit-cluster.js';
import { listInWords } from '../configuration/config-yaml.js';

/** Whose addresses go, and who is dead. */
export interface AuditOrder extends Pick<AuditContext, 'down' | 'shutBy'> {
  /** The masters whose addresses are in no list after the run. */
  readonly leaving: readonly Address[];
}

/** Read-only. What can't be looked at because a master is dead is told, and is no reason to stop. */
export function auditDuty(
  cluster: AuditedCluster,
  transport: Transport,
  { leaving, ...dead }: AuditOrder,
): Duty {
  return {
    id: 'audit',
    kind: 'audit',
    sentence:
      leaving.length === 0
        ? 'see whether an address goes that somebody has hard-coded'
        : `look for who has ${listInWords(leaving)} hard-coded`,
    waivable: true,
    look: async (context) => {
      if (leaving.length === 0) return { kind: 'done', evidence: ['no address leaves'] };
      const { findings, lookedAt } = await auditCluster(cluster, transport, leaving, {
        ...dead,
        signal: context.signal,
        say: context.say,
      });
      const lines = findings.map(({ subject, message }) => `${subject}: ${message}`);
      // The run sees to the names itself, after its last stage.
      const open = findings.filter(({ severity, rule }) => severity !== 'info' && rule !== 'address-in-dns');
      if (open.length === 0) return { kind: 'done', evidence: [...lookedAt, ...lines] };
      return {
        kind: 'refused',
        failure: {
          code: 'audit',
          blame: 'operator',
          message: `somebody has an address hard-coded that goes (${listInWords(leaving)}), or could not be looked at`,
          seen: open.map(({ subject, message }) => `${subject}: ${message}`),
          expected: 'nobody depends on an address that goes',
          next: [
            ...new Set(open.map(({ remedy }) => remedy)),
            'then try again; or go on as it is with --waive audit',
          ],
        },
      };
    },
    perform: () => Promise.resolve({ kind: 'done', evidence: [] }),
  };
}
