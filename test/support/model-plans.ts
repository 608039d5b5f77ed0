// The plans that runs over stand-in servers are tried with: one of each kind of change, by name.

import { edits } from './edits.js';
import type { Change } from '../../src/model/change.js';
import { type Address, ensembleOf, type Ensemble, sortedEnsemble } from '../../src/model/ensemble.js';
import { makePlan } from '../../src/plan/make-plan.js';
import type { Plan } from '../../src/plan/plan.js';
import type { PlanRequest } from '../../src/plan/request.js';
import type { Trial, Trials } from './model-run.js';

/** One change of one ensemble. */
export type Example = Pick<PlanRequest, 'current' | 'change'> & Partial<PlanRequest>;

function replace(old: Address, next: Address): Change {
  return edits({ replace: [{ old, new: next }] });
}

/** `10.0.0.1` and so on; further hosts by their last part. */
export function host(last: number): Address {
  return `10.0.0.${last}`;
}

/** Hosts 1, 2, 3 … as an ensemble. */
export function ensemble(size: number): Ensemble {
  return sortedEnsemble(Array.from({ length: size }, (_, index) => host(index + 1)));
}

const consents = { allowCascade: true, allowRenumber: false, allowOutage: false };

/** One of each kind, small enough to be run thousands of times. */
export const examples = {
  'one of three replaced': { current: ensemble(3), change: replace(host(2), host(25)), leader: host(3) },
  'the leader replaced': { current: ensemble(3), change: replace(host(1), host(15)), leader: host(1) },
  'a member rebuilt': { current: ensemble(3), change: edits({ rebuild: [host(2)] }), leader: host(3) },
  'a lost member replaced': {
    current: ensemble(3),
    change: replace(host(2), host(25)),
    leader: host(3),
    down: [host(2)],
  },
  // Their machines answer nothing, now or ever.
  'two of five gone': {
    current: ensemble(5),
    change: edits({
      replace: [
        { old: host(4), new: host(45) },
        { old: host(5), new: host(55) },
      ],
    }),
    leader: host(3),
    down: [host(4), host(5)],
    gone: [host(4), host(5)],
  },
  'three to five': { current: ensemble(3), change: edits({ add: [host(4), host(5)] }), leader: host(3) },
  'five to three': { current: ensemble(5), change: edits({ remove: [host(4), host(5)] }), leader: host(5) },
  // On DC/OS Mesos' log does not bear it: two masters with a quorum of one could both write.
  'one to three': {
    platform: 'zookeeper',
    current: ensemble(1),
    change: edits({ add: [host(2), host(3)] }),
    leader: host(1),
  },
  'a cascade': { current: ensemble(3), change: replace(host(1), host(4)), leader: host(3), consents },
  'a renumbering with a full stop': {
    current: ensemble(3),
    change: replace(host(1), host(4)),
    leader: host(3),
    consents: { allowCascade: false, allowRenumber: false, allowOutage: true },
  },
  'ids given by hand': {
    idPolicy: 'explicit',
    platform: 'zookeeper',
    current: ensembleOf([
      { id: 2, address: 'zk-b' },
      { id: 5, address: 'zk-a' },
      { id: 9, address: 'zk-c' },
    ]),
    change: edits({ replace: [{ old: 'zk-a', new: 'zk-d' }], rebuild: ['zk-c'] }),
    leader: 'zk-b',
  },
  'the worked example': {
    current: sortedEnsemble(['10.10.0.236', '100.10.0.66', '10.10.0.158', '100.10.0.158', '10.10.0.149']),
    change: {
      kind: 'target',
      addresses: ['100.10.0.85', '100.10.0.147', '10.10.0.230', '10.10.0.184', '10.10.0.233'],
    },
    leader: '10.10.0.149',
  },
} as const satisfies Readonly<Record<string, Example>>;

/** The name of an example. */
export type ExampleName = keyof typeof examples;

/** One version of each family of joining rules. */
export const versions = ['3.4.8', '3.4.14', '3.8.0'] as const;

/** The plan of an example. Throws when there is none. */
export function planFor(name: ExampleName, zookeeper: string): Plan {
  const result = makePlan({
    platform: 'dcos',
    idPolicy: 'sorted',
    cluster: null,
    createdBy: 'test',
    consents: { allowCascade: false, allowRenumber: false, allowOutage: false },
    spares: [],
    candidates: [],
    ...examples[name],
    zookeeper,
  });
  if (result.kind !== 'planned')
    throw new Error(`${name} on ${zookeeper}: ${JSON.stringify(result, null, 1)}`);
  return result.plan;
}

/** A trial of an example. */
export async function exampleTrial(trials: Trials, name: ExampleName, zookeeper: string): Promise<Trial> {
  const { down = [], gone = [] }: Example = examples[name];
  const trial = await trials.of(planFor(name, zookeeper), { down });
  for (const address of gone) {
    trial.cluster.trouble.silent.add(address);
    trial.cluster.servers.wipe(address);
    trial.cluster.servers.setAtBoot(address, 'off');
  }
  return trial;
}

/** The names of all examples. */
export const exampleNames = Object.keys(examples) as readonly ExampleName[];
