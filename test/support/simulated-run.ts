// Simulated runs by the engine of production, watched by naive rules: what the properties of the simulation are tried on.

import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventLine } from '../../src/lab/simulation/events.js';
import type { SimulatedServers } from '../../src/lab/simulation/servers.js';
import { simulate } from '../../src/lab/simulation/simulation.js';
import type { Plan } from '../../src/plan/plan.js';
import { runFolder } from '../../src/run/run-folder.js';
import type { RunState } from '../../src/run/run-state.js';
import {
  resumeRun,
  type SessionEnd,
  type SessionHost,
  settingsForPlan,
  startRun,
} from '../../src/run/session.js';
import { watched } from './model-run.js';
import { proveRest } from '../../src/run/prove-rest.js';

/** What became of a simulated run. */
export interface Course {
  readonly end: SessionEnd;
  readonly servers: SimulatedServers;
  /** What the naive rules forbid, and was done. */
  readonly breaches: readonly string[];
  /** One line an event. */
  readonly events: readonly string[];
  readonly journal: string;
  readonly state: RunState | null;
}

/** Runs a plan with a seed and so many faults. */
export type CarryOut = (plan: Plan, seed: number, faults: number) => Promise<Course>;

/** Each test file's simulated runs live in one folder, which `end` removes. */
export async function simulatedRuns(): Promise<{
  readonly carryOut: CarryOut;
  readonly end: () => Promise<void>;
}> {
  const parent = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const home = await mkdtemp(join(parent, 'succession-simulation-'));
  let count = 0;
  return {
    carryOut: (plan, seed, faults) => {
      count += 1;
      return carriedOut(join(home, String(count)), plan, seed, faults);
    },
    end: () => rm(home, { recursive: true }),
  };
}

/** A run that a fault has stopped is resumed a minute later, once a fault at most. */
async function carriedOut(home: string, plan: Plan, seed: number, faults: number): Promise<Course> {
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
    canary,
    lock,
    now,
    settings,
    by: 'simulation',
    version: 'test',
    sleep: async (ms) => servers.advance(ms),
    signal: new AbortController().signal,
    pauseRequested: () => false,
    proveRest: async (rest) => proveRest(rest),
    onProgress: () => undefined,
    onRecord: (_, after) => (state = after),
  };
  const folder = runFolder(home, 'run');
  const about = { purpose: 'simulation', cluster: 'simulated', clusterFile: '' } as const;
  let end = await startRun(host, { folder, ...about, plan, settings, simulation: facts });
  for (let left = faults; left > 0 && end.kind === 'stopped'; left -= 1) {
    servers.advance(60_000);
    end = await resumeRun(host, folder);
  }
  const journal = await readFile(folder.journal, 'utf8').catch(() => '');
  return { end, servers, breaches, events, journal, state };
}
