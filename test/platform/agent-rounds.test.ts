// In every plan the agents' list holds a master that lives, at all times: held against plans as they are made.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressesIn, idOf, sortedEnsemble } from '../../src/model/ensemble.js';
import { makePlan } from '../../src/plan/make-plan.js';
import type { Plan, Stage } from '../../src/plan/plan.js';
import { agentsListDuring, needsAgentRound } from '../../src/platform/dcos/agents/agent-rounds.js';

const host = fc.integer({ min: 1, max: 40 }).map((last) => `10.0.0.${last}`);
/** Masters now and later, of three or five. */
const sides = fc
  .tuple(fc.constantFrom(3, 5), fc.constantFrom(3, 5))
  .chain(([before, after]) =>
    fc.tuple(
      fc.uniqueArray(host, { minLength: before, maxLength: before }),
      fc.uniqueArray(host, { minLength: after, maxLength: after }),
    ),
  );

function planOf(now: readonly string[], later: readonly string[]): Plan | null {
  const result = makePlan({
    platform: 'dcos',
    idPolicy: 'sorted',
    zookeeper: '3.4.8',
    cluster: null,
    createdBy: 'test',
    leader: null,
    spares: [],
    candidates: [],
    faults: 0,
    consents: { allowCascade: true, allowRenumber: true, allowOutage: true },
    current: sortedEnsemble(now),
    change: { kind: 'target', addresses: later },
  });
  return result.kind === 'invalid' ? null : result.plan;
}

/** Who of a list runs throughout a stage; a rebuilt host does not. */
function living(stage: Stage, listed: readonly string[]): readonly string[] {
  return listed.filter(
    (address) =>
      idOf(stage.from, address) !== undefined &&
      idOf(stage.ensemble, address) !== undefined &&
      !stage.fresh.includes(address),
  );
}

test('the list that agents hold names a master that lives throughout every stage', () => {
  let planned = 0;
  fc.assert(
    fc.property(sides, ([now, later]) => {
      const plan = planOf(now, later);
      if (plan === null || plan.stages.length === 0) return;
      planned += 1;
      let held = addressesIn(plan.from);
      for (const [index, stage] of plan.stages.entries()) {
        expect(agentsListDuring(plan, stage)).toEqual(held);
        expect(living(stage, held)).not.toEqual([]);
        const next = plan.stages[index + 1]?.ensemble ?? null;
        if (needsAgentRound(plan, stage, next)) held = addressesIn(stage.ensemble);
      }
      // In the end the agents know all masters.
      expect([...held].sort()).toEqual([...addressesIn(plan.to)].sort());
    }),
    { numRuns: 40 },
  );
  expect(planned).toBeGreaterThan(20);
});
