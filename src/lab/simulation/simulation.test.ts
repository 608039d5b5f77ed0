// Does the engine of production reach every target on simulated servers, lose nothing, and repeat a seed exactly?

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { planFor, versions } from '../../../test/support/model-plans.js';
import { standingOf, standingUnder } from '../../../test/support/model-run.js';
import { randomPlan } from '../../../test/support/random-plans.js';
import { type CarryOut, simulatedRuns } from '../../../test/support/simulated-run.js';
import { failureCodes } from '../../run/failure.js';
import { injectedLines } from './events.js';

let carryOut: CarryOut;
let end: () => Promise<void>;

beforeAll(async () => {
  ({ carryOut, end } = await simulatedRuns());
});

afterAll(() => end());

const seeds = fc.integer({ min: 0, max: 1e9 });

describe('a simulated run of a random plan', () => {
  test('ends at its target by allowed actions only, with every write on every member', async () => {
    await fc.assert(
      fc.asyncProperty(randomPlan, seeds, async (plan, seed) => {
        const { end: ending, servers, breaches } = await carryOut(plan, seed, 0);
        expect(ending).toEqual({ kind: 'finished' });
        expect(breaches).toEqual([]);
        expect(standingOf(servers)).toEqual(standingUnder(servers, plan.to));
      }),
      { numRuns: 30 },
    );
  });

  test('struck by faults, ends there too or stops with a named failure; no write is lost, no rule broken', async () => {
    await fc.assert(
      fc.asyncProperty(randomPlan, seeds, fc.integer({ min: 1, max: 4 }), async (plan, seed, faults) => {
        const { end: ending, servers, breaches } = await carryOut(plan, seed, faults);
        expect(breaches).toEqual([]);
        expect(servers.service.lostWrites).toBeNull();
        if (ending.kind === 'stopped') expect(failureCodes).toContain(ending.failure.code);
        else expect(ending).toEqual({ kind: 'finished' });
      }),
      { numRuns: 30 },
    );
  });
});

describe('a seed', () => {
  const plan = planFor('the worked example', '3.4.8');

  test('repeats every event and every line of the journal; another one gives another course', async () => {
    const [first, again, other] = [
      await carryOut(plan, 42, 2),
      await carryOut(plan, 42, 2),
      await carryOut(plan, 43, 2),
    ];
    expect(again.events).toEqual(first.events);
    expect(again.journal).toBe(first.journal);
    expect(other.events).not.toEqual(first.events);
    expect(first.events.length).toBeGreaterThan(200);
  });

  test('without faults has the same course up to the first of them', async () => {
    const [struck, calm] = [await carryOut(plan, 7, 2), await carryOut(plan, 7, 0)];
    const [first] = injectedLines(struck.events);
    const before = struck.events.indexOf(first ?? '');
    expect(before).toBeGreaterThan(0);
    expect(calm.events.slice(0, before)).toEqual(struck.events.slice(0, before));
    expect(injectedLines(calm.events)).toEqual([]);
  });
});

test.each(versions)('on %s the worked example takes the minutes that real servers take', async (version) => {
  const plan = planFor('the worked example', version);
  const { end: ending, state, servers } = await carryOut(plan, 1, 0);
  expect(ending).toEqual({ kind: 'finished' });
  const tookMs = (state?.lastAt ?? 0) - (state?.startedAt ?? 0);
  // 231 s on 3.8.0, on two cores.
  expect(tookMs).toBeGreaterThan(180_000);
  expect(tookMs).toBeLessThan(320_000);
  expect(servers.service.acknowledged).toBeGreaterThan(1000);
});
