import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { edits } from '../../test/support/edits.js';
import { describeEnsemble, sameEnsemble, sortedEnsemble } from '../model/ensemble.js';
import { makePlan } from './make-plan.js';
import type { Plan } from './plan.js';
import type { PlanRequest, PlanResult } from './request.js';

const seed = sortedEnsemble([
  '172.31.16.60',
  '172.31.18.152',
  '172.31.29.145',
  '172.31.29.82',
  '172.31.31.63',
]);
const three = sortedEnsemble(['172.31.27.182', '172.31.27.57', '172.31.31.133']);

const base: Omit<PlanRequest, 'current' | 'change'> = {
  platform: 'dcos',
  idPolicy: 'sorted',
  zookeeper: '3.4.8',
  cluster: null,
  createdBy: 'test',
  leader: null,
  consents: { allowCascade: false, allowRenumber: false, allowOutage: false },
  spares: [],
  candidates: [],
};

function planOf(result: PlanResult): Plan {
  if (result.kind === 'invalid') throw new Error(result.findings.map((finding) => finding.message).join());
  return result.plan;
}

/** `severity rule subject` of all findings. */
function found(result: PlanResult): readonly string[] {
  const findings = result.kind === 'invalid' ? result.findings : result.plan.findings;
  return findings.map(({ severity, rule, subject }) => `${severity} ${rule} ${subject}`);
}

describe('the replacement of 172.31.31.63 by 172.31.22.240', () => {
  const request: PlanRequest = {
    ...base,
    current: seed,
    leader: '172.31.16.60',
    change: edits({ replace: [{ old: '172.31.31.63', new: '172.31.22.240' }] }),
    candidates: ['172.31.22.0/24', '172.31.30.0/24', '172.31.29.99'],
  };
  const result = makePlan(request);
  const plan = planOf(result);

  test('is refused, since it renumbers 29.145 and 29.82', () => {
    expect(result.kind).toBe('unreachable');
    expect(plan.stages).toEqual([]);
    expect(
      plan.findings.filter((finding) => finding.rule === 'id-would-change').map((finding) => finding.message),
    ).toEqual([
      '172.31.29.145 would change its id from 3 to 4, because 172.31.22.240 sorts before it.',
      '172.31.29.82 would change its id from 4 to 5, because 172.31.22.240 sorts before it.',
    ]);
  });

  test('names the interval that keeps the order, and which candidates lie in it', () => {
    const hint = plan.findings.find((finding) => finding.rule === 'address-keeps-order');
    expect(hint?.message).toContain('any address that sorts after 172.31.29.82');
    expect(hint?.remedy).toBe(
      'Of the candidates, nothing in 172.31.22.0/24 does; in 172.31.30.0/24: 172.31.30.1, 172.31.30.2 and 172.31.30.3 and maybe more; 172.31.29.99 does.',
    );
  });

  test('offers a cascade that rebuilds two hosts, a shift of ids, and a full stop', () => {
    expect(
      plan.alternatives.map(({ needs, expected }) => [
        needs,
        expected.rebuiltHosts,
        expected.configurationRounds,
      ]),
    ).toEqual([
      [['allow-cascade'], 2, 3],
      [['allow-renumber'], 0, 1],
      [['allow-outage'], 0, 1],
    ]);
    for (const { stages } of plan.alternatives) {
      expect(describeEnsemble(stages.at(-1)?.ensemble ?? [])).toBe(describeEnsemble(plan.to));
      expect(stages.every((stage) => stage.steps.length > 0)).toBe(true);
    }
  });

  test('is planned once the consent is given', () => {
    const allowed = makePlan({
      ...request,
      consents: { allowCascade: true, allowRenumber: false, allowOutage: false },
    });
    expect(allowed.kind).toBe('planned');
    expect(planOf(allowed).stages).toEqual(plan.alternatives[0]?.stages);
  });
});

test('the expansion of the runbook is refused for 31.133, and a cascade offered that rebuilds it', () => {
  const result = makePlan({
    ...base,
    current: three,
    change: edits({ add: ['172.31.30.129', '172.31.30.220'] }),
  });
  expect(result.kind).toBe('unreachable');
  expect(planOf(result).findings[0]).toMatchObject({
    rule: 'id-would-change',
    message:
      '172.31.31.133 would change its id from 3 to 5, because 172.31.30.129 and 172.31.30.220 sort before it.',
  });
  const cascade = planOf(result).alternatives.find(({ needs }) => needs.includes('allow-cascade'));
  expect(cascade?.stages.map((stage) => [stage.kind, stage.fresh])).toEqual([
    ['replace', ['172.31.30.129']],
    ['grow', ['172.31.30.220', '172.31.31.133']],
  ]);
  expect(cascade?.expected.rebuiltHosts).toBe(1);
});

test('removing members that are not the last names those that are', () => {
  const result = makePlan({
    ...base,
    current: seed,
    change: edits({ remove: ['172.31.16.60', '172.31.18.152'] }),
  });
  expect(planOf(result).findings[0]?.remedy).toContain(
    'take out the last ids instead: 172.31.29.82 (id 4) and 172.31.31.63 (id 5)',
  );
});

test('a single server is replaced by way of spares, and not without', () => {
  const request = {
    ...base,
    platform: 'zookeeper' as const,
    current: sortedEnsemble(['10.0.0.1']),
    change: edits({ replace: [{ old: '10.0.0.1', new: '10.0.0.2' }] }),
  };
  expect(found(makePlan(request))[0]).toBe('error no-route 10.0.0.2');
  const plan = planOf(makePlan({ ...request, spares: ['10.0.0.8', '10.0.0.9'] }));
  expect(plan.stages.map((stage) => stage.kind)).toEqual(['grow', 'replace', 'shrink']);
});

test('a single DC/OS master does not become three: two masters could write to Mesos’ log', () => {
  const result = makePlan({
    ...base,
    current: sortedEnsemble(['10.0.0.1']),
    change: edits({ add: ['10.0.0.2', '10.0.0.3'] }),
  });
  expect(result.kind).toBe('unreachable');
  expect(found(result)[0]).toBe('error refuted stage 1');
});

test('a target equal to the current list is nothing to do', () => {
  const addresses = seed.map((member) => member.address).reverse();
  const result = makePlan({
    ...base,
    current: seed,
    listed: addresses,
    change: { kind: 'target', addresses },
  });
  expect(result.kind).toBe('nothing-to-do');
  expect(found(result)).toEqual(['info file-order-differs current']);
});

describe('what is wrong with a request', () => {
  const replace = edits({ replace: [{ old: '172.31.31.63', new: '172.31.31.64' }] });
  test.each<[string, Partial<PlanRequest>, readonly string[]]>([
    ['four masters', { change: edits({ remove: ['172.31.31.63'] }) }, ['error refused-count target']],
    [
      'four masters now',
      { current: seed.slice(0, 4), change: edits({ rebuild: ['172.31.16.60'] }) },
      ['error refused-count current', 'error refused-count target'],
    ],
    ['an unknown leader', { leader: '172.31.18.52' }, ['error unknown-member leader']],
    ['an unknown member down', { down: ['10.0.0.1'] }, ['error unknown-member down, item 1']],
    [
      'a spare that is a member',
      { spares: ['172.31.16.60', '10.0.0.1', '10.0.0.1'] },
      ['error duplicate-address spare, item 3', 'error already-member spare, item 1'],
    ],
    [
      'a bad candidate',
      { candidates: ['10.0.0.0/24', '10.0.0.0/99'] },
      ['error malformed-block candidates, item 2'],
    ],
    ['an unknown version', { zookeeper: '3.3.6' }, ['error unknown-version zookeeper']],
    [
      'ids that are not sorted',
      { current: [...seed.slice(0, 4), { id: 7, address: '172.31.31.63' }] },
      ['error ids-not-sorted current'],
    ],
  ])('%s', (_, given, expected) => {
    const result = makePlan({ ...base, current: seed, change: replace, ...given });
    expect(result.kind).toBe('invalid');
    expect(found(result)).toEqual(expected);
  });
});

describe('what is remarkable about a request', () => {
  const rebuild = edits({ rebuild: ['172.31.31.63'] });
  test.each<[string, Partial<PlanRequest>, PlanResult['kind'], readonly string[]]>([
    [
      'an even ensemble',
      { platform: 'zookeeper', change: edits({ remove: ['172.31.31.63'] }) },
      'planned',
      ['warning even-size 4 servers'],
    ],
    [
      'two members down',
      { down: ['172.31.29.82', '172.31.31.63'] },
      'planned',
      ['warning members-lost 172.31.29.82 and 172.31.31.63', 'warning member-down 172.31.29.82'],
    ],
    [
      'no quorum left',
      { down: ['172.31.16.60', '172.31.29.82', '172.31.31.63'] },
      'unreachable',
      ['error members-lost 172.31.16.60, 172.31.29.82 and 172.31.31.63'],
    ],
    [
      'a version that loses commits',
      { zookeeper: '3.6.1' },
      'unreachable',
      ['error rolling-change-bug 3.6.1'],
    ],
    [
      'a new address',
      { change: edits({ replace: [{ old: '172.31.31.63', new: '172.31.31.64' }] }) },
      'planned',
      ['info vendor-unsupported 172.31.31.64'],
    ],
  ])('%s', (_, given, kind, expected) => {
    const result = makePlan({ ...base, current: seed, change: rebuild, ...given });
    expect(result.kind).toBe(kind);
    // How thin single steps get is the schedule's to say.
    expect(found(result).filter((line) => !/low-margin|quorum-gap/.test(line))).toEqual(expected);
  });
});

test('every step of every plan has an order to stand in, and the same request gives the same plan', () => {
  const requests = fc
    .record({
      hosts: fc.uniqueArray(fc.ipV4(), { minLength: 6, maxLength: 6 }),
      shared: fc.nat(3),
      zookeeper: fc.constantFrom('3.4.8', '3.4.14', '3.8.0'),
      leader: fc.nat(2),
      consents: fc.record({
        allowCascade: fc.boolean(),
        allowRenumber: fc.constant(false),
        allowOutage: fc.boolean(),
      }),
    })
    .map(({ hosts, shared, leader, ...rest }): PlanRequest => {
      const addresses = [...hosts.slice(0, shared), ...hosts.slice(3, 6 - shared)];
      const current = sortedEnsemble(hosts.slice(0, 3));
      return {
        ...base,
        ...rest,
        current,
        leader: hosts[leader] ?? null,
        change: { kind: 'target', addresses },
      };
    });
  fc.assert(
    fc.property(requests, (request) => {
      const result = makePlan(request);
      expect(found(result).some((line) => line.includes('no-schedule'))).toBe(false);
      expect(makePlan(request)).toEqual(result);
      for (const stage of planOf(result).stages) {
        expect(stage.steps.map((step) => step.id)).toEqual(
          stage.steps.map((_, at) => `${stage.number}.${at + 1}`),
        );
        expect(sameEnsemble(stage.from, stage.ensemble)).toBe(stage.kind === 'rebuild');
      }
    }),
    { numRuns: 25 },
  );
}, 120_000);
