// Plans of every kind, at random: what simulated runs are tried with.

import fc from 'fast-check';
import type { Change } from '../../src/model/change.js';
import { type Ensemble, ensembleOf, sortedEnsemble } from '../../src/model/ensemble.js';
import { makePlan } from '../../src/plan/make-plan.js';
import type { Plan } from '../../src/plan/plan.js';
import type { PlanRequest } from '../../src/plan/request.js';
import { host, versions } from './model-plans.js';

const sizes = [1, 3, 5] as const;
const consents = fc.constantFrom(
  { allowCascade: false, allowRenumber: false, allowOutage: false },
  { allowCascade: true, allowRenumber: false, allowOutage: false },
  { allowCascade: false, allowRenumber: false, allowOutage: true },
);

type Draft = Pick<PlanRequest, 'platform' | 'idPolicy' | 'current' | 'change'>;

/** Ids follow the sorted addresses; the target is any other list, or one member is rebuilt. */
const sortedChange: fc.Arbitrary<Draft> = fc
  .record({
    hosts: fc.shuffledSubarray(
      Array.from({ length: 9 }, (_, index) => host(index + 1)),
      { minLength: 9, maxLength: 9 },
    ),
    size: fc.constantFrom(...sizes),
    targetSize: fc.constantFrom(...sizes),
    kept: fc.nat(5),
    rebuilds: fc.boolean(),
  })
  .map(({ hosts, size, targetSize, kept, rebuilds }) => {
    const current = hosts.slice(0, size);
    const stay = current.slice(0, Math.min(kept, targetSize));
    const target = [...stay, ...hosts.slice(size, size + targetSize - stay.length)];
    const [first = ''] = current;
    const change: Change =
      rebuilds && size > 1
        ? { kind: 'edits', replace: [], add: [], remove: [], rebuild: [first] }
        : { kind: 'target', addresses: target };
    return { platform: 'dcos', idPolicy: 'sorted', current: sortedEnsemble(current), change } as const;
  });

/** Ids are free: some members are replaced. */
const explicitChange: fc.Arbitrary<Draft> = fc
  .record({
    ids: fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { minLength: 5, maxLength: 5 }),
    size: fc.constantFrom(3, 5),
    replaced: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ ids, size, replaced }) => {
    const current: Ensemble = ensembleOf(ids.slice(0, size).map((id, at) => ({ id, address: `zk-${at}` })));
    const replace = current
      .slice(0, replaced)
      .map(({ address }) => ({ old: address, new: `new-${address}` }));
    const change: Change = { kind: 'edits', replace, add: [], remove: [], rebuild: [] };
    return { platform: 'zookeeper', idPolicy: 'explicit', current, change } as const;
  });

/** A plan that has something to do, on one of the three families of versions. */
export const randomPlan: fc.Arbitrary<Plan> = fc
  .record({
    draft: fc.oneof({ weight: 3, arbitrary: sortedChange }, { weight: 1, arbitrary: explicitChange }),
    zookeeper: fc.constantFrom(...versions),
    consents,
    leader: fc.option(fc.nat(4)),
  })
  .map(({ draft, leader, ...rest }) =>
    makePlan({
      ...draft,
      ...rest,
      leader: leader === null ? null : (draft.current[leader]?.address ?? null),
      cluster: null,
      createdBy: 'test',
      spares: [],
      candidates: [],
    }),
  )
  .filter((result) => result.kind === 'planned' && result.plan.stages.length > 0)
  .map((result) => {
    if (result.kind !== 'planned') throw new Error('only plans pass the filter');
    return result.plan;
  });
