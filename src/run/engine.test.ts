// Does a run reach its end by allowed actions only?
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { examples, type ExampleName, planFor, versions } from '../../test/support/model-plans.js';
import { standing, standingAt, type Trials, trialsFolder } from '../../test/support/model-run.js';

let trials: Trials;
beforeAll(async () => {
  trials = await trialsFolder();
});
afterAll(() => trials.end());

const cases = Object.keys(examples).flatMap((name) =>
  versions.map((version) => [name as ExampleName, version] as const),
);

describe('execute', () => {
  test.each(cases)('%s on %s', async (name, version) => {
    const t0 = performance.now();
    const plan = planFor(name, version);
    const t1 = performance.now();
    const down = 'down' in examples[name] ? (examples[name] as any).down : [];
    const trial = await trials.of(plan, { down });
    const end = await trial.start();
    console.log(
      name,
      version,
      end.kind,
      'plan',
      Math.round(t1 - t0),
      'run',
      Math.round(performance.now() - t1),
      'records',
      trial.records.length,
      'virtual',
      trial.cluster.servers.now - Date.UTC(2026, 0, 1),
    );
    for (const r of trial.records) if (r.kind === 'deviation') console.log(r.message);
    expect(end).toMatchObject({ kind: 'finished' });
    expect(trial.breaches).toEqual([]);
    expect(standing(trial)).toEqual(standingAt(trial, plan.to));
  });
});
