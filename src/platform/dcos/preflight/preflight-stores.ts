// Before a run: are CockroachDB and etcd whole, so that a master may go without taking the last copy of something?

import { addressesIn } from '../../../model/ensemble.js';
import type { Transport } from '../../../remote/transport.js';
import type { ListedPlan } from '../agents/agent-rounds.js';
import type { DcosCluster } from '../cluster-file.js';
import type { HostFault } from '../certificates/identity.js';
import { leftoversOf } from '../databases/leftovers.js';
import { readStores, storesOf } from '../databases/stores.js';

/** What is wrong, and what is worth telling although it is not. */
export interface StoresFound {
  readonly faults: readonly HostFault[];
  readonly notes: readonly string[];
}

const remedies = {
  CockroachDB:
    "wait until it has repaired itself (five minutes after a node died), else look with 'cockroach node status --all' on a master: a master that goes before may take users and permissions with it for good",
  etcd: "look with 'dcos-shell dcos-etcdctl diagnostic' on every master; who is no master leaves by 'etcd_discovery.py leave-cluster --node-ip ADDRESS'",
} as const;

/** Looks as the duty after a stage does, with nobody who left. */
export async function lookAtStores(
  cluster: DcosCluster,
  transport: Transport,
  plan: ListedPlan,
  signal: AbortSignal,
): Promise<StoresFound> {
  const { cockroach, etcd } = storesOf(cluster);
  const names = [...(cockroach ? ['CockroachDB'] : []), ...(etcd ? ['etcd'] : [])];
  if (names.length === 0) return { faults: [], notes: [] };
  const departure = { left: [], masters: addressesIn(plan.from), fresh: [], down: plan.down, late: [] };
  const reading = await readStores(cluster, transport, departure, signal);
  const { cockroachNodes, faults, notes } = leftoversOf(reading, departure);
  const dead = cockroachNodes.map(
    (id) => `CockroachDB: node ${id} is an earlier one of a master, and is taken out after the first stage`,
  );
  return {
    faults: faults.map(({ store, seen }) => ({ host: store, seen, remedy: remedies[store] })),
    notes: [...(plan.down.length === 0 ? [`whole: ${names.join(' and ')}`] : []), ...dead, ...notes],
  };
}
