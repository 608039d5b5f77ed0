// Does the model allow everything that was recorded of real servers, and do the recordings say what the facts say?

import { describe, expect, test } from 'vitest';
import { describeVerdict } from './judge.js';
import { knownDifferences } from './known-differences.js';
import { modelOutcome } from './model-outcome.js';
import { compareOutcomes, type ModelMoment, wasSplit, wroteInVain } from './outcome.js';
import { readRecording, recordedVersions } from './recorded.js';
import { describeEvent, type Scenario } from './scenario.js';
import { scenarios } from './scenarios.js';

/** Of all moments. Where less is exact the model would hardly be wrong any more. */
const leastExact = 0.8;

const versions = recordedVersions.map((version) => [version.exact, version] as const);

describe.each(versions)('recorded of ZooKeeper %s', async (version, { family }) => {
  const recording = await readRecording(version);
  const runs = scenarios.flatMap((scenario) =>
    (recording[scenario.name] ?? []).map((outcome) => ({
      scenario,
      outcome,
      model: modelOutcome(scenario, family, outcome.moments),
    })),
  );

  test('only scenarios that there are, as they are', () => {
    const names = new Set(scenarios.map(({ name }) => name));
    expect(Object.keys(recording).filter((name) => !names.has(name))).toEqual([]);
    for (const { scenario, outcome } of runs) {
      expect(outcome.moments.map(({ after }) => after)).toEqual(groupsOf(scenario));
    }
  });

  test('the model allows every outcome, but for the differences that are known', () => {
    const contradictions = runs.flatMap(({ scenario, outcome, model }) =>
      compareOutcomes(outcome, model)
        .filter(({ kind }) => kind === 'contradiction')
        .map(({ text }) => `${scenario.name}: ${text}`),
    );
    const known = knownDifferences
      .filter((difference) => difference.version === version)
      .flatMap(({ scenario, texts }) => texts.map((text) => `${scenario}: ${text}`));
    expect(contradictions).toEqual(known);
  });

  test('the model says in most cases exactly who serves: it does not allow just anything', () => {
    const moments = runs.flatMap(({ model }) => model.moments);
    expect(moments.filter(isExact).length).toBeGreaterThanOrEqual(moments.length * leastExact);
  });

  test('two leaders never commit at once, and nothing is lost, where the facts say so', () => {
    const safe = /^(matrix|leader-replaced|three|runbook|replace|staying-hold-back|shifting-shift-hold)/;
    const bad = runs
      .filter(({ scenario, outcome }) => {
        return safe.test(scenario.name) && (wasSplit(outcome.end) || wroteInVain(outcome.end));
      })
      .map(({ scenario, outcome }) => `${scenario.name}: ${describeVerdict(outcome.end)}`);
    expect(bad).toEqual([]);
  });

  test("the runbook's own expansion loses writes in every run", () => {
    const outcomes = runs.filter(({ scenario }) => scenario.name === 'shifting-followers-first');
    expect(outcomes.map(({ outcome }) => describeVerdict(outcome.end))).not.toContain(
      'no split, nothing lost',
    );
  });
});

test('every scenario has a name of its own', () => {
  expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
});

function isExact({ mustServe, mayServe }: ModelMoment): boolean {
  return mustServe.join() === mayServe.join();
}

function groupsOf(scenario: Scenario): readonly string[] {
  return scenario.events
    .map((event) => describeEvent(event))
    .join(' + ')
    .split(/ \+ settle(?: \+ |$)/)
    .slice(0, -1);
}
