import { expect, test } from 'vitest';
import { edits } from '../../test/support/edits.js';
import { sortedEnsemble } from '../model/ensemble.js';
import { makePlan } from '../plan/make-plan.js';
import type { Around } from '../plan/plan.js';
import { planMarkdown } from './plan-markdown.js';
import { planText } from './plan-text.js';
import { textColumns } from './wrapped.js';

const result = makePlan({
  platform: 'dcos',
  idPolicy: 'sorted',
  zookeeper: '3.4.8',
  cluster: 'west',
  createdBy: 'test',
  current: sortedEnsemble(['10.0.0.1', '10.0.0.2', '10.0.0.3']),
  change: edits({ replace: [{ old: '10.0.0.3', new: '10.0.0.4' }] }),
  leader: null,
  consents: { allowCascade: false, allowRenumber: false, allowOutage: false },
  spares: [],
  candidates: [],
});
if (result.kind !== 'planned') throw new Error('a plan');
const around: Around = {
  beforeRun: [
    { kind: 'preflight', sentence: 'look at every host' },
    {
      kind: 'audit',
      sentence: `look for who has ${'10.0.0.3, '.repeat(9)}or another one of these hard-coded`,
    },
  ],
  stages: [{ before: [{ kind: 'configure', sentence: 'generate it' }], after: [] }],
  afterRun: [{ kind: 'dns', sentence: 'see that a | b leads there' }],
};
const plan = { ...result.plan, around };

test('the work around the stages stands below them, each moment named once', () => {
  const text = planText(plan);
  expect(text).toContain(
    [
      '',
      'Around the stages',
      '  at first        preflight  look at every host',
      '                  audit      look for who has 10.0.0.3,',
    ].join('\n'),
  );
  expect(text).toContain('\n  before stage 1  configure  generate it\n  at the end      dns        see that');
  expect(text.split('\n').filter((line) => line.length > textColumns)).toEqual([]);
  expect(planText(result.plan)).not.toContain('Around');
});

test('in Markdown it is a table', () => {
  expect(planMarkdown(plan)).toContain('| at the end | dns | see that a \\| b leads there |');
  expect(planMarkdown(result.plan)).not.toContain('Around');
});
