// Which plans are proved in the benchmark?

import { type Address, ensembleOf, type Ensemble } from '../src/model/ensemble.js';
import { makePlan } from '../src/plan/make-plan.js';
import { prepareStages, type StageTask } from '../src/plan/verify-plan.js';

/** A plan to prove, stage by stage. */
export interface ProofCase {
  readonly name: string;
  readonly faults: number;
  readonly tasks: readonly StageTask[];
}

/** The cases, on the joining rules of a ZooKeeper version. */
export function proofCases(zookeeper: string): readonly ProofCase[] {
  const five = members(5);
  return [
    { name: 'one of 5 replaced', faults: 1, tasks: tasksOf(five, replaced(5, [2]), zookeeper) },
    { name: 'one of 5 replaced', faults: 2, tasks: tasksOf(five, replaced(5, [2]), zookeeper) },
    { name: 'all 5 replaced', faults: 1, tasks: tasksOf(five, replaced(5, [0, 1, 2, 3, 4]), zookeeper) },
    { name: '3 to 5', faults: 1, tasks: tasksOf(members(3), members(5), zookeeper) },
    { name: '5 to 3', faults: 1, tasks: tasksOf(five, members(3), zookeeper) },
    { name: 'one of 9 replaced', faults: 2, tasks: tasksOf(members(9), replaced(9, [4]), zookeeper) },
  ];
}

/** One replacement in the middle of an ensemble, for each size and number of faults. */
export function growthCases(
  zookeeper: string,
  sizes: readonly number[],
  faults: readonly number[],
): readonly (ProofCase & { readonly size: number })[] {
  return sizes.flatMap((size) => {
    const tasks = tasksOf(members(size), replaced(size, [Math.floor(size / 2)]), zookeeper);
    return faults.map((most) => ({ name: `one of ${size} replaced`, size, faults: most, tasks }));
  });
}

function members(size: number): Ensemble {
  return ensembleOf(
    Array.from({ length: size }, (_, index) => ({ id: index + 1, address: `s${index + 1}` })),
  );
}

/** The ensemble with other servers at some places, counted from 0. */
function replaced(size: number, places: readonly number[]): Ensemble {
  return members(size).map((member, place) =>
    places.includes(place) ? { ...member, address: `n${member.id}` } : member,
  );
}

function tasksOf(from: Ensemble, to: Ensemble, zookeeper: string): readonly StageTask[] {
  const leader: Address | null =
    to.find(({ address }) => from.some((one) => one.address === address))?.address ?? null;
  const result = makePlan({
    platform: 'zookeeper',
    idPolicy: 'explicit',
    zookeeper,
    cluster: null,
    createdBy: 'bench',
    current: from,
    change: { kind: 'target-with-ids', members: to },
    leader,
    consents: { allowCascade: false, allowRenumber: false, allowOutage: false },
    spares: [],
    candidates: [],
  });
  if (result.kind !== 'planned') throw new Error(`no plan from ${from.length} to ${to.length}`);
  return prepareStages(result.plan).flatMap((one) => (one.kind === 'task' ? [one.task] : []));
}
