// Does the engine of production reach every target on simulated servers, lose nothing, and repeat a seed exactly?

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { planFor, versions } from '../../../test/support/model-plans.js';
import { standingOf, standingUnder, watched } from '../../../test/support/model-run.js';
import { randomPlan } from '../../../test/support/random-plans.js';
import type { Plan } from '../../plan/plan.js';
import { failureCodes } from '../../run/failure.js';
import { runFolder } from '../../run/run-folder.js';
import type { RunState } from '../../run/run-state.js';
import {
  resumeRun,
  type SessionEnd,
  type SessionHost,
  settingsForPlan,
  startRun,
} from '../../run/session.js';
import { eventLine, injectedLines } from './events.js';
import type { SimulatedServers } from './servers.js';
import { simulate } from './simulation.js';

let home: string;
let count = 0;

beforeAll(async () => {
  home = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'succession-simulation-'));
});

afterAll(() => rm(home, { recursive: true }));

interface Course {
  readonly end: SessionEnd;
  readonly servers: SimulatedServers;
  readonly breaches: readonly string[];
  readonly events: readonly string[];
  readonly journal: string;
  readonly state: RunState | null;
}

/** Carries a plan out; a run that a fault has stopped is resumed a minute later, once a fault at most. */
async function carriedOut(plan: Plan, seed: number, faults: number): Promise<Course> {
  const settings = settingsForPlan(plan, 2000);
  const facts = { seed, faults, clients: 2, pauseMs: 100, down: [] };
  const events: string[] = [];
  const onEvent = (event: Parameters<typeof eventLine>[0]): void => void events.push(eventLine(event));
  const simulation = simulate({ plan, settings, ...facts, onEvent, onEntry: () => undefined });
  const { servers, canary, lock, now } = simulation;
  const breaches: string[] = [];
  let state: RunState | null = null;
  const host: SessionHost = {
    platform: watched(simulation.platform, servers, () => state, breaches),
    ...{ canary, lock, now, settings, by: 'simulation', version: 'test' },
    sleep: async (ms) => servers.advance(ms),
    signal: new AbortController().signal,
    pauseRequested: () => false,
    onProgress: () => undefined,
    onRecord: (_, after) => (state = after),
  };
  count += 1;
  const folder = { ...runFolder(home, `run-${count}`), run: 'run' };
  const about = { purpose: 'simulation', cluster: 'simulated', clusterFile: '' } as const;
  let end = await startRun(host, { folder, ...about, plan, settings, simulation: facts });
  for (let left = faults; left > 0 && end.kind === 'stopped'; left -= 1) {
    servers.advance(60_000);
    end = await resumeRun(host, folder);
  }
  const journal = await readFile(folder.journal, 'utf8').catch(() => '');
  return { end, servers, breaches, events, journal, state };
}

const seeds = fc.integer({ min: 0, max: 1e9 });

describe('a simulated run of a random plan', () => {
  test('ends at its target by allowed actions only, with every write on every member', async () => {
    await fc.assert(
      fc.asyncProperty(randomPlan, seeds, async (plan, seed) => {
        const { end, servers, breaches } = await carriedOut(plan, seed, 0);
        expect(end).toEqual({ kind: 'finished' });
        expect(breaches).toEqual([]);
        expect(standingOf(servers)).toEqual(standingUnder(servers, plan.to));
      }),
      { numRuns: 60 },
    );
  });

  test('struck by faults, ends there too or stops with a named failure; no write is lost, no rule broken', async () => {
    await fc.assert(
      fc.asyncProperty(randomPlan, seeds, fc.integer({ min: 1, max: 4 }), async (plan, seed, faults) => {
        const { end, servers, breaches } = await carriedOut(plan, seed, faults);
        expect(breaches).toEqual([]);
        expect(servers.service.lostWrites).toBeNull();
        if (end.kind === 'stopped') expect(failureCodes).toContain(end.failure.code);
        else expect(end).toEqual({ kind: 'finished' });
      }),
      { numRuns: 60 },
    );
  });
});

describe('a seed', () => {
  const plan = planFor('the worked example', '3.4.8');

  test('repeats every event and every line of the journal; another one gives another course', async () => {
    const [first, again, other] = [
      await carriedOut(plan, 42, 2),
      await carriedOut(plan, 42, 2),
      await carriedOut(plan, 43, 2),
    ];
    expect(again.events).toEqual(first.events);
    expect(again.journal).toBe(first.journal);
    expect(other.events).not.toEqual(first.events);
    expect(first.events.length).toBeGreaterThan(200);
  });

  test('without faults has the same course up to the first of them', async () => {
    const [struck, calm] = [await carriedOut(plan, 7, 2), await carriedOut(plan, 7, 0)];
    const [first] = injectedLines(struck.events);
    const before = struck.events.indexOf(first ?? '');
    expect(before).toBeGreaterThan(0);
    expect(calm.events.slice(0, before)).toEqual(struck.events.slice(0, before));
    expect(injectedLines(calm.events)).toEqual([]);
  });
});

test.each(versions)('on %s the worked example takes the minutes that real servers take', async (version) => {
  const plan = planFor('the worked example', version);
  const { end, state, servers } = await carriedOut(plan, 1, 0);
  expect(end).toEqual({ kind: 'finished' });
  const tookMs = (state?.lastAt ?? 0) - (state?.startedAt ?? 0);
  // 231 s on 3.8.0, on two cores.
  expect(tookMs).toBeGreaterThan(180_000);
  expect(tookMs).toBeLessThan(320_000);
  expect(servers.service.acknowledged).toBeGreaterThan(1000);
});
