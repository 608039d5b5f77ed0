// How a run begins, goes on after a crash or a stop, and goes back: lock, journal, engine.

import { mkdir, rm } from 'node:fs/promises';
import { familyOf } from '../model/family.js';
import { invariant } from '../model/invariant.js';
import type { Plan } from '../plan/plan.js';
import type { ApprovalScope } from './approvals.js';
import type { LockHolder, LockResult } from './cluster-lock.js';
import { doDuties } from './do-duties.js';
import type { Duty } from './duty.js';
import type { EngineHost, RunEnd, RunLog } from './engine-host.js';
import { execute } from './engine.js';
import { obstacleToUndo } from './observe-stage.js';
import type { Failure } from './failure.js';
import type { JournalRecord, Purpose, RunEvent, SimulationFacts } from './journal-record.js';
import { Journal, type JournalFault, readJournal } from './journal.js';
import { preflight } from './preflight.js';
import { type ReleaseProcessLock, takeProcessLock } from './process-lock.js';
import type { RunFolder } from './run-folder.js';
import { applyRecord, foldJournal, type RunState } from './run-state.js';
import { type RunSettings, settingsFor } from './settings.js';
import { undoStage } from './undo-stage.js';
import type { WatchEnd } from './watch-ensemble.js';

/** Everything that a session needs beside the journal, which it opens itself. */
export interface SessionHost extends Omit<EngineHost, 'log'> {
  /** This program's version. */
  readonly version: string;
  /** Called with each record once it is on disk, and the state that it makes. */
  readonly onRecord: (record: JournalRecord, state: RunState) => void;
}

/** How a session ended. Nothing was changed when it was refused, locked, unusable or already over. */
export type SessionEnd =
  | RunEnd
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'locked'; readonly by: LockHolder }
  | { readonly kind: 'busy' }
  | { readonly kind: 'no-such-run' }
  | { readonly kind: 'damaged'; readonly fault: JournalFault }
  | { readonly kind: 'already-over'; readonly state: RunState }
  | { readonly kind: 'nothing-to-undo'; readonly state: RunState };

/** What a new run is for. */
export interface NewRun {
  readonly folder: RunFolder;
  readonly purpose: Purpose;
  readonly cluster: string;
  /** The operator's cluster file, absolute. */
  readonly clusterFile: string;
  readonly plan: Plan;
  readonly settings: RunSettings;
  /** What waits for people; absent: nothing. */
  readonly approvals?: ApprovalScope | undefined;
  /** For a simulation: what it is made of. */
  readonly simulation?: SimulationFacts;
}

/**
 * Checks that the cluster is as planned, takes its lock, and carries the plan out. The journal begins before the lock is
 * taken, so that a run that dies in between can be resumed; a run that is refused leaves nothing behind.
 */
export async function startRun(host: SessionHost, request: NewRun): Promise<SessionEnd> {
  const { folder, plan } = request;
  await mkdir(folder.path, { recursive: true, mode: 0o700 });
  return withProcessLock(folder, async () => {
    // Who holds the cluster comes first: what a run under way has left is no fault of the cluster.
    const holder = await host.lock.holder(host.signal);
    if (holder.kind === 'held') return forget(folder, { kind: 'locked', by: holder.by });
    const unexpected = await preflight(host.platform, plan, host.signal);
    if (unexpected) return forget(folder, refusedAtFirst(unexpected));
    const { journal, log } = await create(host, folder);
    return closing(journal, async () => {
      await journal.append(beginning(host, request));
      const lock = await takeClusterLock(host, folder.run);
      if (lock.kind === 'held') return forget(folder, { kind: 'locked', by: lock.by });
      if (lock.kind === 'unknown')
        return forget(folder, { kind: 'refused', failure: lockUnknown(lock.reason) });
      const engine = { ...host, log };
      const first = await doDuties(engine, host.surroundings?.beforeRun() ?? [], nothingToWatch);
      if (first.kind === 'failed') {
        await host.lock.release(folder.run, host.signal);
        return forget(folder, refusedAtFirst(first.failure));
      }
      if (first.kind === 'interrupted') return pause(log);
      return execute(engine);
    });
  });
}

/** Before the run nothing of it stands that could be watched. */
const nothingToWatch = (): Promise<WatchEnd> => Promise.resolve({ kind: 'interrupted' });

/** There is no run yet that could be resumed. */
function refusedAtFirst(failure: Failure): SessionEnd {
  const next = failure.next.map((line) => line.replace(/\bthen resume$/, 'then try again'));
  return { kind: 'refused', failure: { ...failure, next } };
}

async function create(
  host: SessionHost,
  folder: RunFolder,
): Promise<{ readonly journal: Journal; readonly log: RunLog }> {
  let state: RunState | null = null;
  const journal = await Journal.create(folder.journal, {
    now: host.now,
    onRecord: (record) => {
      state = applyRecord(state, record);
      host.onRecord(record, state);
    },
  });
  return { journal, log: logOf(journal, () => state) };
}

function beginning({ version, by }: SessionHost, request: NewRun): RunEvent {
  const { folder, purpose, cluster, clusterFile, plan, settings, approvals, simulation } = request;
  const schema = 'succession.journal/1';
  const { run } = folder;
  const about = { schema, version, run, purpose, cluster, clusterFile, by } as const;
  return { kind: 'run-started', ...about, plan, settings, approvals, simulation };
}

function takeClusterLock(host: SessionHost, run: string): Promise<LockResult> {
  return host.lock.acquire({ run, owner: host.by, since: new Date(host.now()).toISOString() }, host.signal);
}

async function forget(folder: RunFolder, end: SessionEnd): Promise<SessionEnd> {
  // What the run shows to pages may be written while its folder goes.
  await rm(folder.path, { recursive: true, maxRetries: 5 });
  return end;
}

/** Goes on with a run that was paused, stopped or killed. */
export async function resumeRun(host: SessionHost, folder: RunFolder): Promise<SessionEnd> {
  return reopen(host, folder, async (log, journal) => {
    await journal.append({ kind: 'run-resumed', by: host.by, version: host.version });
    const engine = { ...host, log };
    const first = await doDuties(engine, beforeRunOf(engine), nothingToWatch);
    if (first.kind === 'failed') return stop(log, first.failure);
    if (first.kind === 'interrupted') return pause(log);
    return execute(engine);
  });
}

/** A run that died before its first stage has its first checks still to do; later ones find the cluster half-way. */
function beforeRunOf({ surroundings, log }: EngineHost): readonly Duty[] {
  return log.state().stages.length === 0 ? (surroundings?.beforeRun() ?? []) : [];
}

async function pause(log: RunLog): Promise<RunEnd> {
  const reason = 'paused by the operator before the first stage';
  await log.append({ kind: 'run-paused', reason });
  return { kind: 'paused', reason };
}

async function stop(log: RunLog, failure: Failure): Promise<RunEnd> {
  await log.append({ kind: 'run-stopped', failure });
  return { kind: 'stopped', failure };
}

/** Gives the stage under way up and leads back to the ensemble before it. */
export async function rollbackRun(host: SessionHost, folder: RunFolder): Promise<SessionEnd> {
  return reopen(host, folder, async (log, journal) => {
    const state = log.state();
    const stage = undoStage(state);
    if (stage === null) return { kind: 'nothing-to-undo', state };
    const failure = await obstacleToUndo({ ...host, log }, stage);
    if (failure) return { kind: 'refused', failure };
    await journal.append({ kind: 'rollback-started', by: host.by, undoes: stage.number - 1, stage });
    return execute({ ...host, log });
  });
}

/** Opens the journal of an unfinished run under the process lock. */
async function reopen(
  host: SessionHost,
  folder: RunFolder,
  work: (log: RunLog, journal: Journal) => Promise<SessionEnd>,
): Promise<SessionEnd> {
  const known = await readJournal(folder.journal);
  if (known.kind === 'missing') return { kind: 'no-such-run' };
  return withProcessLock(folder, async () => {
    const reading = await readJournal(folder.journal);
    if (reading.kind === 'missing') return { kind: 'no-such-run' };
    if (reading.kind === 'damaged') return { kind: 'damaged', fault: reading.fault };
    const before = foldJournal(reading.records);
    if (before === null) return { kind: 'no-such-run' };
    if (before.status === 'finished' || before.status === 'abandoned')
      return { kind: 'already-over', state: before };
    const lock = await takeClusterLock(host, before.run);
    if (lock.kind === 'held') return { kind: 'locked', by: lock.by };
    // Once a stage has begun the lock is ours, and without a quorum nobody else can have taken it since.
    if (lock.kind === 'unknown' && before.stages.length === 0)
      return { kind: 'refused', failure: lockUnknown(lock.reason) };
    let state = before;
    const journal = await Journal.continue(folder.journal, {
      now: host.now,
      onRecord: (record) => {
        state = applyRecord(state, record);
        host.onRecord(record, state);
      },
    });
    return closing(journal, () =>
      work(
        logOf(journal, () => state),
        journal,
      ),
    );
  });
}

function logOf(journal: Journal, read: () => RunState | null): RunLog {
  return {
    state: () => {
      const state = read();
      invariant(state !== null, 'the first record is written before the engine starts');
      return state;
    },
    append: async (event) => {
      await journal.append(event);
    },
  };
}

async function closing(journal: Journal, work: () => Promise<SessionEnd>): Promise<SessionEnd> {
  try {
    return await work();
  } finally {
    await journal.close();
  }
}

async function withProcessLock(folder: RunFolder, work: () => Promise<SessionEnd>): Promise<SessionEnd> {
  const release: ReleaseProcessLock | null = await takeProcessLock(folder.path);
  if (release === null) return { kind: 'busy' };
  try {
    return await work();
  } finally {
    await release();
  }
}

function lockUnknown(reason: string): Failure {
  return {
    code: 'not-as-planned',
    blame: 'cluster',
    message: `the cluster's lock can't be asked for: ${reason}`,
    seen: [reason],
    expected: 'a serving quorum that answers the request for /succession/lock',
    next: ['`succession status` shows who serves; a run begins from a healthy ensemble'],
  };
}

/** The settings of a run for a plan: the cluster's tick, and the plan's own expectation of unavailability. */
export function settingsForPlan(plan: Plan, tickMs: number): RunSettings {
  invariant(familyOf(plan.zookeeper) !== undefined, `a plan for a known version: ${plan.zookeeper}`);
  return settingsFor(tickMs, plan.expected.unavailableMs);
}
