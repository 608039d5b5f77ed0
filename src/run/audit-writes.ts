// The end of a run: every write that was acknowledged, looked up on every member.

import { stillDown } from '../plan/still-down.js';
import type { EngineHost, RunEnd } from './engine-host.js';
import type { Failure } from './failure.js';

/** Looks all writes of the canary up, journals what was found, and ends the run well only when none is lost. */
export async function auditWrites(host: EngineHost): Promise<RunEnd> {
  const { plan } = host.log.state();
  const gone = stillDown(plan.gone, plan.stages);
  const addresses = plan.to.map((member) => member.address).filter((address) => !gone.includes(address));
  const audit = await host.canary.audit(addresses, host.signal);
  if (audit.kind === 'unknown' && host.signal.aborted)
    return { kind: 'paused', reason: 'stopped at once by the operator' };
  if (audit.kind === 'unknown') return { kind: 'stopped', failure: unasked(audit.reason) };
  const { members } = audit;
  const acknowledged = members[0]?.checked ?? 0;
  await host.log.append({ kind: 'audited', acknowledged, members });
  const lossy = members.filter((member) => member.lost > 0);
  if (lossy.length === 0) return { kind: 'finished' };
  return {
    kind: 'stopped',
    failure: {
      code: 'lost-writes',
      blame: 'tool',
      message: `acknowledged writes are missing on ${lossy.map((member) => member.address).join(', ')}`,
      seen: lossy.map(
        (member) =>
          `${member.address}: ${member.lost} of ${member.checked}, e.g. ${member.examples.join(', ')}`,
      ),
      expected: 'every acknowledged write on every member',
      next: ['keep all disks, the removed members’ too; compare the members before anything is wiped'],
    },
  };
}

function unasked(reason: string): Failure {
  return {
    code: 'gate-limit',
    blame: 'cluster',
    message: `the acknowledged writes could not be looked up: ${reason}`,
    seen: [reason],
    expected: 'every member can be asked for every write',
    next: ['see that every member serves, then resume: the writes are looked up then'],
  };
}
