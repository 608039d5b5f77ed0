// Are the ports open from here that no duty after the first change can do without?

import type { Address } from '../../../model/ensemble.js';
import type { DutyContext } from '../../../run/duty.js';
import { openPorts } from '../../zookeeper/open-ports.js';
import type { ListedPlan } from '../agents/agent-rounds.js';
import type { DcosCluster } from '../cluster-file.js';
import { shutBy } from '../down-masters.js';
import { hasAuthority, type HostFault } from '../certificates/identity.js';

/** A second each, and a pause between: a busy machine may miss one. */
const tries = 3;
const pauseMs = 2000;

/** Whose ports are looked at, and whether anybody is new in the plan. */
export interface PortQuestion {
  readonly masters: readonly Address[];
  readonly hasNewcomers: boolean;
  /** Of the admin router: 443 when left out. */
  readonly port?: number;
}

/**
 * A newcomer's certificate is read at its port 443, when the old master is gone already. That another master takes a
 * connection there says that nothing on the way filters it; one whose admin router is down says nothing.
 */
export async function tlsPortFaults(
  cluster: DcosCluster,
  { masters, hasNewcomers, port = 443 }: PortQuestion,
  { signal, sleep }: Pick<DutyContext, 'signal' | 'sleep'>,
): Promise<readonly HostFault[]> {
  if (!hasAuthority(cluster) || !hasNewcomers || masters.length === 0) return [];
  for (let round = 1; round <= tries; round += 1) {
    const open = await Promise.all(masters.map((address) => openPorts(address, [port], signal)));
    if (signal.aborted || open.some((ports) => ports.length > 0)) return [];
    if (round < tries) await sleep(pauseMs, signal);
  }
  const seen = `port ${port} of ${masters.join(', ')} takes no connection from here`;
  return [{ host: 'this machine', seen, remedy: `open port ${port} of all masters, old and new, to here` }];
}

/** Where services wait for a dead master nobody takes connections, whatever filters them. */
export async function lookAtPorts(
  cluster: DcosCluster,
  plan: ListedPlan,
  masters: readonly Address[],
  context: Pick<DutyContext, 'signal' | 'sleep'>,
  port?: number,
): Promise<{ readonly faults: readonly HostFault[]; readonly notes: readonly string[] }> {
  const hasNewcomers = plan.stages.some((stage) => stage.fresh.length > 0);
  const question = { masters, hasNewcomers, ...(port === undefined ? {} : { port }) };
  const faults = await tlsPortFaults(cluster, question, context);
  const dead = shutBy(cluster, plan.down);
  if (dead.length === 0) return { faults, notes: [] };
  const notes = faults.map(
    ({ seen }) => `${seen}: nothing may listen there before ${dead.join(', ')} is replaced`,
  );
  return { faults: [], notes };
}
