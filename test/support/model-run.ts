// Runs of the real engine and a real journal over stand-in servers, watched by naive rules.

import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Address, describeEnsemble, idOf } from '../../src/model/ensemble.js';
import type { Plan } from '../../src/plan/plan.js';
import type { ApprovalDesk, ApprovalScope } from '../../src/run/approvals.js';
import type { DutyKind, Surroundings } from '../../src/run/duty.js';
import type { JournalRecord } from '../../src/run/journal-record.js';
import { readJournal } from '../../src/run/journal.js';
import type { Platform } from '../../src/run/platform.js';
import { type RunFolder, runFolder } from '../../src/run/run-folder.js';
import { foldJournal, type RunState } from '../../src/run/run-state.js';
import {
  resumeRun,
  rollbackRun,
  type SessionEnd,
  type SessionHost,
  settingsForPlan,
  startRun,
} from '../../src/run/session.js';
import type { RunSettings } from '../../src/run/settings.js';
import type { Services } from '../../src/run/sighting.js';
import { Crash, type ModelCluster, modelCluster } from './model-platform.js';
import { SimulatedServers } from '../../src/lab/simulation/servers.js';
import { broken, forbidden } from './naive-rules.js';
import { proveRest } from '../../src/run/prove-rest.js';

/** A session's end, or the crash that a test asked for. */
export type Ending = SessionEnd | { readonly kind: 'crashed' };

/** One run of a plan, over its own servers and in its own folder. */
export interface Trial {
  readonly plan: Plan;
  readonly cluster: ModelCluster;
  readonly folder: RunFolder;
  readonly settings: RunSettings;
  /** What the rules forbid, and was done. */
  readonly breaches: string[];
  /** Records written so far, over all sessions. */
  readonly records: JournalRecord[];
  /** Called once a record is on disk. May throw a `Crash`. */
  onRecord: (record: JournalRecord, state: RunState) => void;
  pauseRequested: boolean;
  /** The work around the stages, and what of it the operator waives. */
  surroundings: Surroundings | null;
  waived: readonly DutyKind[];
  /** What must be approved, and where it is. */
  approvals: ApprovalScope | undefined;
  desk: ApprovalDesk | null;
  /** Told what the servers say while somebody is waited for. */
  onServices: (services: Services) => void;
  signal: AbortSignal;
  readonly start: () => Promise<Ending>;
  readonly resume: () => Promise<Ending>;
  readonly rollback: () => Promise<Ending>;
  readonly state: () => Promise<RunState>;
}

/** What a trial can be given. */
export interface TrialOptions {
  readonly down?: readonly Address[];
  readonly settings?: Partial<RunSettings>;
}

/** Each test file's runs live in one folder, which `end` removes. */
export interface Trials {
  readonly of: (plan: Plan, options?: TrialOptions) => Promise<Trial>;
  readonly end: () => Promise<void>;
}

/** A folder for runs, in memory where there is one: thousands of journals would wait for the disk at each record. */
export async function trialsFolder(): Promise<Trials> {
  const parent = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const home = await mkdtemp(join(parent, 'succession-model-'));
  await mkdir(join(home, 'runs'));
  let count = 0;
  return {
    of: async (plan, options = {}) => {
      count += 1;
      return trialOf(plan, runFolder(home, `run-${count}`), options);
    },
    end: () => rm(home, { recursive: true }),
  };
}

function trialOf(plan: Plan, folder: RunFolder, { down = [], settings = {} }: TrialOptions): Trial {
  const newcomers = plan.stages.flatMap((stage) => stage.fresh);
  const cluster = modelCluster(
    new SimulatedServers({
      version: plan.zookeeper,
      ensemble: plan.from,
      newcomers,
      leader: plan.leader,
      down,
      keepsList: plan.stages.some((stage) => stage.method === 'reconfigure'),
    }),
  );
  let known: RunState | null = null;
  const trial: Trial = {
    plan,
    cluster,
    folder,
    breaches: [],
    records: [],
    pauseRequested: false,
    surroundings: null,
    waived: [],
    approvals: undefined,
    desk: null,
    onServices: () => undefined,
    // Fewer samples than in production, of the same course of events.
    settings: { ...settingsForPlan(plan, 2000), pollMs: 1000, holdMs: 3000, ...settings },
    signal: new AbortController().signal,
    onRecord: () => undefined,
    start: () =>
      ending(async () =>
        startRun(host(), {
          folder,
          plan,
          purpose: 'apply',
          cluster: 'model',
          clusterFile: '/model.yaml',
          settings: trial.settings,
          approvals: trial.approvals,
        }),
      ),
    resume: () => ending(() => resumeRun(host(), folder)),
    rollback: () => ending(() => rollbackRun(host(), folder)),
    state: async () => {
      const reading = await readJournal(folder.journal);
      const state = reading.kind === 'read' ? foldJournal(reading.records) : null;
      if (state === null) throw new Error(`no run in ${folder.path}`);
      return state;
    },
  };
  const { servers, platform, canary, lock } = cluster;
  const host = (): SessionHost => ({
    platform: watched(platform, servers, () => known, trial.breaches),
    canary,
    lock,
    settings: trial.settings,
    signal: trial.signal,
    by: 'op@model',
    version: 'test',
    now: () => servers.now,
    sleep: async (ms) => servers.advance(ms),
    pauseRequested: () => trial.pauseRequested,
    waived: trial.waived,
    ...(trial.desk === null ? {} : { desk: trial.desk }),
    ...(trial.surroundings === null ? {} : { surroundings: trial.surroundings }),
    proveRest: async (rest) => proveRest(rest),
    onProgress: () => undefined,
    onServices: (services) => trial.onServices(services),
    onRecord: (record, state) => {
      known = state;
      trial.records.push(record);
      trial.onRecord(record, state);
    },
  });
  return trial;
}

/** A platform whose actions are held against the naive rules; what breaks one goes to `breaches`. */
export function watched(
  platform: Platform,
  servers: SimulatedServers,
  known: () => RunState | null,
  breaches: string[],
): Platform {
  const note = (breach: string | null, action: string): void => {
    if (breach !== null) breaches.push(`${action}: ${breach}`);
  };
  return {
    ...platform,
    perform: async (action, signal) => {
      const label = `${action.kind} ${action.address}`;
      const state = known();
      const number = state?.stages.at(-1)?.number;
      const stage = state?.plan.stages.find((one) => one.number === number);
      note(stage === undefined ? 'no stage has begun' : forbidden(servers, action, stage), label);
      try {
        return await platform.perform(action, signal);
      } finally {
        if (stage !== undefined) note(broken(servers, stage), label);
      }
    },
  };
}

async function ending(work: () => Promise<SessionEnd>): Promise<Ending> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Crash) return { kind: 'crashed' };
    throw error;
  }
}

/** How the servers stand: all that must be the same whatever happened on the way. */
export function standing({ cluster }: Trial): Readonly<Record<Address, string>> {
  return standingOf(cluster.servers);
}

/** How these servers stand. */
export function standingOf(servers: SimulatedServers): Readonly<Record<Address, string>> {
  return Object.fromEntries(
    [...servers.servers.values()].map((server) => {
      const { address, process, enabled, data, diverged } = server;
      if (process === null) return [address, `down, ${enabled ? 'enabled' : 'disabled'}`];
      const read = describeEnsemble(server.list ?? []) === describeEnsemble(process.list);
      const files = read && server.serverId === process.serverId ? '' : ', other files';
      const role = servers.isSeenServing(address) ? 'serves' : 'idle';
      const where = `${process.serverId} of ${describeEnsemble(process.list)}`;
      const worth = `${data}${diverged ? ', differs' : ''}${enabled ? '' : ', disabled'}`;
      return [address, `${role} as ${where}${files}, ${worth}`];
    }),
  );
}

/** How the servers must stand at the end of a plan. */
export function standingAt(trial: Trial, ensemble: Plan['from']): Readonly<Record<Address, string>> {
  return standingUnder(trial.cluster.servers, ensemble);
}

/** How these servers must stand when `ensemble` is reached. */
export function standingUnder(
  servers: SimulatedServers,
  ensemble: Plan['from'],
): Readonly<Record<Address, string>> {
  return Object.fromEntries(
    [...servers.servers.keys()].map((address) => {
      const id = idOf(ensemble, address);
      if (id === undefined) return [address, 'down, disabled'];
      return [address, `serves as ${id} of ${describeEnsemble(ensemble)}, complete`];
    }),
  );
}

/** `stop 10.0.0.2` and so on, in the order in which they were asked for. */
export function done(trial: Trial): readonly string[] {
  return trial.cluster.actions.map(({ kind, address }) => `${kind} ${address}`);
}

/** Nothing forbidden was done, the servers stand as they must, and the cluster is free. */
export function expectEnd(trial: Trial, ensemble: Plan['from'] = trial.plan.to): void {
  expect(trial.breaches).toEqual([]);
  expect(standing(trial)).toEqual(standingAt(trial, ensemble));
  expect(trial.cluster.held.by).toBeNull();
}

/** Does `deed` once, `delayMs` after the given action has ended; at once, when that is 0. */
export function afterAction(trial: Trial, label: string, deed: () => void, delayMs = 0): void {
  let pending = true;
  trial.cluster.trouble.afterAction = ({ kind, address }) => {
    if (!pending || `${kind} ${address}` !== label) return;
    pending = false;
    if (delayMs === 0) deed();
    else trial.cluster.servers.later(delayMs, deed);
  };
}
