import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Plan } from '../../plan/plan.js';
import type { Verification } from '../../plan/verification.js';
import { structureFindings } from '../../plan/verify-findings.js';
import { prepareStages, tellStage } from '../../plan/verify-plan.js';
import { verifyPlan } from './verify-with-cores.js';

function example(name: string): Plan {
  const file = new URL(`../../../examples/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Plan;
}

/** What must not depend on how the work was shared. */
function answer({ verdict, stages, findings }: Verification): unknown {
  return {
    verdict,
    findings,
    stages: stages.map(({ stage, ...one }) => [stage, one.verdict, one.counterexample]),
  };
}

describe('a proof on several cores', () => {
  test.each(['worked-example', 'runbook-expansion', 'runbook-replacement', 'hold-back-too-early'])(
    'says the same as on one, story and all: %s',
    async (name) => {
      const plan = example(name);
      const one = await verifyPlan(plan, { name, faults: 1, cores: 1, mostStatesAtOnce: 1_000_000 });
      const many = await verifyPlan(plan, { name, faults: 1, cores: 3, mostStatesAtOnce: 1 });
      expect(one.stages.map((stage) => stage.shares)).toEqual(one.stages.map(() => 1));
      expect(answer(many)).toEqual(answer(one));
    },
  );

  test('deals out the victims of the first fault where there are fewer stages than cores', async () => {
    const plan = example('worked-example');
    const [first] = plan.stages;
    if (first === undefined) throw new Error('the worked example has stages');
    const single = { ...plan, to: first.ensemble, stages: [first] };
    const whole = await verifyPlan(single, { name: '', faults: 1, cores: 1, mostStatesAtOnce: 1_000_000 });
    const shared = await verifyPlan(single, { name: '', faults: 1, cores: 2, mostStatesAtOnce: 1 });
    expect(shared.stages[0]).toMatchObject({ shares: 2, verdict: 'safe' });
    expect(shared.states).toBeGreaterThan(whole.states);
    expect(shared.states).toBeLessThan(whole.states * 2);
  });
});

describe('the examples', () => {
  const cases: readonly [string, number, string, RegExp][] = [
    [
      'runbook-expansion',
      0,
      'split-brain',
      /acknowledged by 172\.31\.27\.57 and 172\.31\.31\.133, which still hold the list of three.*172\.31\.27\.182, 172\.31\.30\.129 and 172\.31\.30\.220 elect 172\.31\.27\.182, enough by the list of five.*upgraded, W is truncated: lost/,
    ],
    ['runbook-replacement', 1, 'lost-write', /22\.240 elect .*none of them has W/],
    [
      'hold-back-too-early',
      0,
      'lost-write',
      /acknowledged by zk2 and zk3.*zk1, zk4 and zk5 elect zk1, enough by the list of five/,
    ],
  ];
  test.each(cases)('%s breaks with %d faults: %s', (name, faults, broken, story) => {
    const [prepared] = prepareStages(example(name));
    const telling = prepared?.kind === 'task' ? tellStage(prepared.task, 1) : null;
    expect(telling).toMatchObject({ faults, refutation: { broken } });
    expect(telling?.refutation.story.join(' ')).toMatch(story);
    expect(structureFindings(example(name))).toEqual([]);
  });
});
