// Does a change by reconfiguration become the right stages, and is one that can't go that way told why?

import { describe, expect, test } from 'vitest';
import { edits } from '../../test/support/edits.js';
import type { Change } from '../model/change.js';
import { describeEnsemble, type Ensemble } from '../model/ensemble.js';
import { checkPlan } from './check-plan.js';
import { makePlan } from './make-plan.js';
import type { PlanRequest, PlanResult } from './request.js';

const three: Ensemble = [1, 2, 3].map((id) => ({ id, address: `zk${id}` }));

function plan(change: Change, given: Partial<PlanRequest> = {}): PlanResult {
  return makePlan({
    platform: 'zookeeper',
    idPolicy: 'explicit',
    zookeeper: '3.8.0',
    cluster: null,
    createdBy: 'test',
    current: three,
    change,
    leader: 'zk3',
    consents: { allowCascade: false, allowRenumber: false, allowOutage: false },
    spares: [],
    candidates: [],
    reconfigure: true,
    ...given,
  });
}

function stagesOf(result: PlanResult): readonly string[] {
  if (result.kind !== 'planned') throw new Error(JSON.stringify(result));
  return result.plan.stages.map(
    ({ kind, method, ensemble }) => `${kind} by ${method}: ${describeEnsemble(ensemble)}`,
  );
}

describe('a change by reconfiguration', () => {
  test('gives each newcomer an id that nobody had', () => {
    const replaced = plan(edits({ replace: [{ old: 'zk2', new: 'zk4' }] }));
    expect(stagesOf(replaced)).toEqual(['replace by reconfigure: 1:zk1,3:zk3,4:zk4']);
    const listed = plan({ kind: 'target', addresses: ['zk1', 'zk4', 'zk3'] });
    expect(stagesOf(listed)).toEqual(['replace by reconfigure: 1:zk1,3:zk3,4:zk4']);
  });

  test('keeps ids that are named', () => {
    const members = [
      { id: 1, address: 'zk1' },
      { id: 2, address: 'zk9' },
      { id: 3, address: 'zk3' },
    ];
    expect(stagesOf(plan({ kind: 'target-with-ids', members }))).toEqual([
      'replace by reconfigure: 1:zk1,2:zk9,3:zk3',
    ]);
  });

  test('grows first, replaces the leader last, and rebuilds before anything else', () => {
    const replace = [
      { old: 'zk3', new: 'zk6' },
      { old: 'zk2', new: 'zk5' },
    ];
    const result = plan(edits({ replace, rebuild: ['zk1'], add: ['zk7', 'zk8'] }));
    expect(stagesOf(result).map((line) => line.replace(/:.*/, ''))).toEqual([
      'rebuild by restart',
      'grow by reconfigure',
      'replace by reconfigure',
      'replace by reconfigure',
    ]);
    if (result.kind !== 'planned') throw new Error(result.kind);
    const [, , , last] = result.plan.stages;
    expect(last?.steps.map((step) => `${step.kind} ${step.host}`)).toContain('remove zk3');
    expect(checkPlan(result.plan)).toEqual([]);
  }, 60_000);

  test('costs no election but where the leader leaves', () => {
    const follower = plan(edits({ replace: [{ old: 'zk2', new: 'zk4' }] }));
    const leader = plan(edits({ replace: [{ old: 'zk3', new: 'zk4' }] }));
    if (follower.kind !== 'planned' || leader.kind !== 'planned') throw new Error('no plan');
    expect(follower.plan.expected).toMatchObject({ elections: 0, unavailableMs: 0 });
    expect(leader.plan.expected).toMatchObject({ elections: 1, unavailableMs: 400 });
  });

  test.each<readonly [string, Change, Partial<PlanRequest>, RegExp]>([
    ['on 3.4', edits({ add: ['zk4'] }), { zookeeper: '3.4.14' }, /has no reconfiguration/],
    ['down to one', edits({ remove: ['zk1', 'zk2'] }), {}, /single server/],
    [
      'where a member that stays would change its id',
      {
        kind: 'target-with-ids',
        members: [
          { id: 1, address: 'zk1' },
          { id: 3, address: 'zk3' },
          { id: 7, address: 'zk2' },
        ],
      },
      {},
      /zk2 would change the id/,
    ],
  ])('is refused %s', (_, change, given, message) => {
    const result = plan(change, given);
    expect(result.kind).toBe('unreachable');
    const findings = result.kind === 'invalid' ? result.findings : result.plan.findings;
    expect(findings.find((one) => one.rule === 'not-by-reconfiguration')?.message).toMatch(message);
  });

  test('tells what is wrong with it in the words in which it was given', () => {
    const result = plan(edits({ replace: [{ old: 'zk22', new: 'zk4' }] }));
    if (result.kind !== 'invalid') throw new Error(result.kind);
    expect(result.findings[0]?.subject).toBe('replace, item 1, before the =');
  });
});
