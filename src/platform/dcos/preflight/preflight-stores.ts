// Before a run: are CockroachDB and etcd whole, so that a master may go without taking the last copy of something?

import { type Address, addressesIn } from '../../../model/ensemble.js';
import type { Transport } from '../../../remote/transport.js';
import type { ListedPlan } from '../agents/agent-rounds.js';
import type { DcosCluster } from '../cluster-file.js';
import type { HostFault } from '../certificates/identity.js';
import {
  type CockroachNode,
  type Departure,
  leftoversOf,
  type StoresReading,
} from '../databases/leftovers.js';
import { shutBy } from '../down-masters.js';
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
  const dead = shutBy(cluster, plan.down);
  const asked = await readStores(cluster, transport, departure, signal);
  const { reading, untold } =
    dead.length === 0 ? { reading: asked, untold: [] } : withoutWaiting(asked, departure);
  const { cockroachNodes, isEtcdOff, faults, notes } = leftoversOf(reading, departure);
  const earlier = cockroachNodes.map(
    (id) => `CockroachDB: node ${id} is an earlier one of a master, and is taken out after the first stage`,
  );
  return {
    faults: faults.map(({ store, seen }) => ({ host: store, seen, remedy: remedies[store] })),
    notes: [
      ...(plan.down.length === 0
        ? [`whole: ${names.filter((one) => one !== 'etcd' || !isEtcdOff).join(' and ')}`]
        : []),
      ...untold.map((seen) => `${seen}; it may not start before ${dead.join(', ')} is replaced`),
      ...earlier,
      ...notes,
    ],
  };
}

/** What answers, and what can't because its master was started again while the gate is shut. */
function withoutWaiting(
  { cockroach, etcd }: StoresReading,
  { masters, down }: Departure,
): { readonly reading: StoresReading; readonly untold: readonly string[] } {
  const views = etcd?.filter((one) => one.kind !== 'unknown') ?? [];
  const silent = etcd?.filter((one) => one.kind === 'unknown') ?? [];
  const waiting =
    cockroach?.kind === 'known'
      ? masters.filter((one) => !down.includes(one) && !latestLives(cockroach.nodes, one))
      : [];
  return {
    reading: {
      cockroach:
        cockroach?.kind !== 'known'
          ? null
          : waiting.length === 0
            ? cockroach
            : // What is out of reach comes back with them.
              {
                kind: 'known',
                nodes: cockroach.nodes.map((one) => ({ ...one, underReplicated: 0, unavailable: 0 })),
              },
      etcd: views.length === 0 ? null : views,
    },
    untold: [
      ...(cockroach?.kind === 'unknown' ? [`CockroachDB: ${cockroach.reason}`] : []),
      ...waiting.map((address) => `CockroachDB: the node of ${address} is not alive`),
      ...silent.map(({ address, reason }) => `etcd: on ${address}: ${reason}`),
    ],
  };
}

function latestLives(nodes: readonly CockroachNode[], address: Address): boolean {
  const own = nodes.filter((one) => one.address === address);
  // That there is none is for others to judge.
  return (
    own.reduce((latest, one) => (one.id > latest.id ? one : latest), own[0] ?? { id: 0, live: true }).live !==
    false
  );
}
