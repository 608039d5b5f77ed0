import { describe, expect, test } from 'vitest';
import { edits } from '../../test/support/edits.js';
import { ensembleOf, sortedEnsemble } from '../model/ensemble.js';
import { makePlan } from '../plan/make-plan.js';
import type { Plan } from '../plan/plan.js';
import type { PlanRequest } from '../plan/request.js';
import { planMarkdown } from './plan-markdown.js';
import { planText } from './plan-text.js';
import { textColumns } from './wrapped.js';

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

const workedExample = ['10.10.0.236', '100.10.0.66', '10.10.0.158', '100.10.0.158', '10.10.0.149'];
const seed = sortedEnsemble([
  '172.31.16.60',
  '172.31.18.152',
  '172.31.29.145',
  '172.31.29.82',
  '172.31.31.63',
]);

const requests: Readonly<Record<string, PlanRequest>> = {
  'worked-example': {
    ...base,
    current: sortedEnsemble(workedExample),
    listed: workedExample,
    leader: '10.10.0.149',
    change: {
      kind: 'target',
      addresses: ['100.10.0.85', '100.10.0.147', '10.10.0.230', '10.10.0.184', '10.10.0.233'],
    },
  },
  'renumbering-replacement': {
    ...base,
    current: seed,
    leader: '172.31.16.60',
    change: edits({ replace: [{ old: '172.31.31.63', new: '172.31.22.240' }] }),
    candidates: ['172.31.22.0/24', '172.31.30.0/24'],
  },
  'expansion-with-cascade': {
    ...base,
    cluster: 'west',
    current: sortedEnsemble(['172.31.27.182', '172.31.27.57', '172.31.31.133']),
    leader: '172.31.31.133',
    change: edits({ add: ['172.31.30.129', '172.31.30.220'] }),
    consents: { allowCascade: true, allowRenumber: false, allowOutage: false },
  },
  'renumbering-with-outage': {
    ...base,
    zookeeper: '3.8.0',
    current: seed,
    change: edits({ replace: [{ old: '172.31.31.63', new: '172.31.22.240' }] }),
    consents: { allowCascade: false, allowRenumber: false, allowOutage: true },
  },
  'lost-member-of-three': {
    ...base,
    current: sortedEnsemble(['172.31.27.182', '172.31.27.57', '172.31.31.133']),
    leader: '172.31.31.133',
    down: ['172.31.27.182'],
    change: edits({ rebuild: ['172.31.27.182'], replace: [{ old: '172.31.31.133', new: '172.31.30.129' }] }),
  },
  'two-of-five-gone': {
    ...base,
    current: seed,
    leader: '172.31.16.60',
    down: ['172.31.29.82', '172.31.31.63'],
    gone: ['172.31.29.82', '172.31.31.63'],
    change: edits({
      replace: [
        { old: '172.31.31.63', new: '172.31.31.70' },
        { old: '172.31.29.82', new: '172.31.29.90' },
      ],
    }),
  },
  'plain-names': {
    ...base,
    platform: 'zookeeper',
    idPolicy: 'explicit',
    zookeeper: '3.8.0',
    current: ensembleOf(['zk-1', 'zk-2', 'zk-3'].map((address, index) => ({ id: index + 1, address }))),
    leader: 'zk-3',
    change: edits({ replace: [{ old: 'zk-3', new: 'zk-4' }], remove: ['zk-1'] }),
  },
  reconfiguration: {
    ...base,
    platform: 'zookeeper',
    idPolicy: 'explicit',
    zookeeper: '3.8.0',
    current: ensembleOf(['zk-1', 'zk-2', 'zk-3'].map((address, index) => ({ id: index + 1, address }))),
    leader: 'zk-3',
    change: edits({ replace: [{ old: 'zk-3', new: 'zk-4' }], add: ['zk-5', 'zk-6'], rebuild: ['zk-1'] }),
    reconfigure: true,
  },
  'refuted-under-two-faults': {
    ...base,
    platform: 'zookeeper',
    idPolicy: 'explicit',
    zookeeper: '3.8.0',
    current: ensembleOf(['zk-1', 'zk-2', 'zk-3'].map((address, index) => ({ id: index + 1, address }))),
    leader: 'zk-3',
    change: edits({ rebuild: ['zk-1'] }),
    faults: 2,
  },
  'nothing-to-do': {
    ...base,
    current: seed,
    change: { kind: 'target', addresses: seed.map((member) => member.address) },
  },
};

function planFor(request: PlanRequest): Plan {
  const result = makePlan(request);
  if (result.kind === 'invalid') throw new Error(result.findings.map((finding) => finding.message).join());
  return result.plan;
}

/** `npx vitest run src/view --update` writes the transcripts anew; read the difference before keeping it. */
describe.each(Object.entries(requests))('the plan %s', (name, request) => {
  const plan = planFor(request);

  test('reads as its transcript', async () => {
    await expect(planText(plan)).toMatchFileSnapshot(`../../test/golden/plan/${name}.txt`);
  });

  test('fits the terminal, without colour codes or trailing spaces', () => {
    const lines = planText(plan).split('\n');
    expect(lines.filter((line) => line.length > textColumns)).toEqual([]);
    // eslint-disable-next-line no-control-regex -- control characters are what must not be there
    expect(lines.filter((line) => /[\u0000-\u001f]|\s$/.test(line))).toEqual([]);
  });

  test('has Markdown tables whose rows are as wide as their heads', () => {
    const tables = planMarkdown(plan)
      .split('\n\n')
      .filter((block) => block.startsWith('|'))
      .map(
        (block) =>
          new Set(
            block
              .trim()
              .split('\n')
              .map((row) => row.split('|').length),
          ).size,
      );
    expect(tables.length).toBeGreaterThan(0);
    expect(new Set(tables)).toEqual(new Set([1]));
  });
});

test.each(['worked-example', 'refuted-under-two-faults'])(
  '%s reads in Markdown as its transcript',
  async (name) => {
    const request = requests[name];
    expect(request).toBeDefined();
    if (request)
      await expect(planMarkdown(planFor(request))).toMatchFileSnapshot(`../../test/golden/plan/${name}.md`);
  },
);
