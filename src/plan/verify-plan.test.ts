import { describe, expect, test } from 'vitest';
import { edits } from '../../test/support/edits.js';
import { ensembleOf, sortedEnsemble } from '../model/ensemble.js';
import { makePlan } from './make-plan.js';
import type { Plan, Stage } from './plan.js';
import type { PlanRequest } from './request.js';
import { structureFindings } from './verify-findings.js';
import { prepareStages, proveStage, reachFindings, tellStage, verdictOf } from './verify-plan.js';

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
const three = ['172.31.27.182', '172.31.27.57', '172.31.31.133'];
const requests: Readonly<Record<string, PlanRequest>> = {
  replacement: {
    ...base,
    current: sortedEnsemble(['10.0.0.1', '10.0.0.2', '10.0.0.3']),
    leader: '10.0.0.2',
    change: edits({ replace: [{ old: '10.0.0.2', new: '10.0.0.25' }] }),
  },
  'two stages with a member that is down': {
    ...base,
    current: sortedEnsemble(three),
    leader: '172.31.31.133',
    down: ['172.31.27.182'],
    change: edits({
      rebuild: ['172.31.27.182'],
      replace: [{ old: '172.31.31.133', new: '172.31.30.129' }],
    }),
  },
  cascade: {
    ...base,
    current: sortedEnsemble(three),
    change: edits({ add: ['172.31.30.129', '172.31.30.220'] }),
    consents: { allowCascade: true, allowRenumber: false, allowOutage: false },
  },
  'full stop': {
    ...base,
    zookeeper: '3.8.0',
    current: sortedEnsemble(three),
    change: edits({ add: ['172.31.30.129', '172.31.30.220'] }),
    consents: { allowCascade: false, allowRenumber: false, allowOutage: true },
  },
  'renumbering one after the other': {
    ...base,
    current: sortedEnsemble(three),
    change: edits({ add: ['172.31.30.129', '172.31.30.220'] }),
    consents: { allowCascade: false, allowRenumber: true, allowOutage: false },
  },
  'growing with ids as given': {
    ...base,
    platform: 'zookeeper',
    idPolicy: 'explicit',
    zookeeper: '3.8.0',
    current: ensembleOf(['a', 'b', 'c'].map((address, index) => ({ id: index + 1, address }))),
    change: edits({ add: ['d', 'e'] }),
  },
};

function planned(request: PlanRequest): Plan {
  const result = makePlan(request);
  if (result.kind !== 'planned') throw new Error(`${result.kind} where a plan was meant`);
  return result.plan;
}

/** The verdict, states and findings of a whole plan. */
function verify(
  plan: Plan,
  faults: number,
): { readonly verdict: string; readonly states: number; readonly rules: readonly string[] } {
  const parts = prepareStages(plan).map((one) => {
    if (one.kind === 'obstacle') return { verdict: 'unproved' as const, states: 0, findings: one.findings };
    const { verdict, states } = proveStage(one.task, { faults });
    return {
      verdict: verdict === 'cut-short' ? ('unproved' as const) : verdict,
      states,
      findings: reachFindings(one.task),
    };
  });
  return {
    verdict: verdictOf(parts.map((part) => part.verdict)),
    states: parts.reduce((sum, part) => sum + part.states, 0),
    rules: [...structureFindings(plan), ...parts.flatMap((part) => part.findings)].map(({ rule }) => rule),
  };
}

/** The plan with its first stage changed. */
function edited(plan: Plan, edit: (stage: Stage) => Stage): Plan {
  return { ...plan, stages: plan.stages.map((stage, index) => (index === 0 ? edit(stage) : stage)) };
}

describe('a plan of our own', () => {
  test.each(Object.entries(requests))('is what it says: %s', (_name, request) => {
    const plan = planned(request);
    expect(plan.proof.verdict).toBe('safe');
    expect(verify(plan, plan.proof.faults)).toEqual({
      verdict: 'safe',
      states: plan.proof.states,
      rules: [],
    });
  });
});

describe('a plan that a person edited', () => {
  const plan = planned(requests['replacement'] ?? { ...base, current: [], change: edits({}) });

  test('without its fence is refuted: the old server comes back with the id of the new one', () => {
    const bare = edited(plan, (stage) => ({
      ...stage,
      steps: stage.steps.filter((step) => step.kind !== 'fence'),
    }));
    expect(verify(bare, 1).verdict).toBe('unsafe');
    expect(verify(bare, 0).verdict).toBe('safe');
    const [prepared] = prepareStages(bare);
    const telling = prepared?.kind === 'task' ? tellStage(prepared.task, 1) : null;
    expect(telling?.faults).toBe(1);
    expect(telling?.refutation.story.join(' ')).toMatch(/10\.0\.0\.2, which was stopped and not fenced/);
  });

  test('with a prediction that never comes is not taken for safe', () => {
    const hopeful = edited(plan, (stage) => ({
      ...stage,
      steps: stage.steps.map((step, index) =>
        index === 0 ? { ...step, serving: ['10.0.0.1', '10.0.0.25', '10.0.0.3'] } : step,
      ),
    }));
    expect(verify(hopeful, 1).rules).toEqual(['never-reached']);
  });

  test('that names strangers is not explored, and says which', () => {
    const strange = edited(plan, (stage) => ({
      ...stage,
      steps: stage.steps.map((step) => ({ ...step, host: '10.9.9.9' })),
    }));
    const { verdict, rules } = verify(strange, 1);
    expect(verdict).toBe('unproved');
    expect(new Set(rules)).toEqual(new Set(['stranger']));
  });

  test('whose stages do not end where it says is told so, and is proved all the same', () => {
    const astray = { ...plan, to: plan.from };
    expect(verify(astray, 1)).toMatchObject({ verdict: 'safe', rules: ['malformed-plan'] });
  });
});
