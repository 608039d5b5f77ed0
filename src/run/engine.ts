// How a plan is carried out: observe, compare with the prediction, act, observe again; each step journalled around.

import { addressesIn, type Ensemble } from '../model/ensemble.js';
import { familyOf, type ZooKeeperFamily } from '../model/family.js';
import { invariant } from '../model/invariant.js';
import type { Stage } from '../plan/plan.js';
import { replicatedOn } from '../plan/proved-schedule.js';
import { schedule } from '../plan/schedule.js';
import type { StageWorld } from '../plan/world.js';
import { stageApproval, stepApproval } from './ask-approval.js';
import { auditWrites } from './audit-writes.js';
import { doDuties } from './do-duties.js';
import type { Duty } from './duty.js';
import type { EngineHost, RunEnd } from './engine-host.js';
import type { Failure } from './failure.js';
import { JournalUnwritableError } from './journal.js';
import type { ProvedRest } from './prove-rest.js';
import { quietTime } from './quiet-time.js';
import { asReseeded, reseedable, unprovedReseed } from './reseed.js';
import { type Memory, recordBound, recordDeviation, recordProgress } from './record-progress.js';
import type { RunState } from './run-state.js';
import { observeStage } from './observe-stage.js';
import { asSeen, holdBefore, settle } from './settle.js';
import { noSchedule, objection, rewriteStep, takeStep } from './take-step.js';
import type { GateResult } from './wait-for-gate.js';
import { watchEnsemble } from './watch-ensemble.js';

/** Carries the rest of the run out, from wherever it stands. Throws `JournalUnwritableError` when nothing more may be done. */
export async function execute(host: EngineHost): Promise<RunEnd> {
  const end = isAudited(host.log.state()) ? ({ kind: 'finished' } as const) : await runStages(host);
  switch (end.kind) {
    case 'paused':
      await host.log.append({ kind: 'run-paused', reason: end.reason });
      break;
    case 'stopped':
      await host.log.append({ kind: 'run-stopped', failure: end.failure });
      break;
    case 'finished':
      return leave(host);
  }
  return end;
}

/** Once every write was found again the canary's own nodes may go, and looking for them again would raise an alarm. */
function isAudited({ audit }: RunState): boolean {
  return audit !== null && audit.members.every((member) => member.lost === 0);
}

/** Takes our own traces out of the cluster and gives it free. A run whose lock may still be held is not over. */
async function leave(host: EngineHost): Promise<RunEnd> {
  const { run, purpose, plan } = host.log.state();
  const members = plan.to.map((member) => member.address);
  // A lab goes with all that is in it.
  if (purpose === 'apply') await host.canary.clear(members, host.signal);
  const released = await host.lock.release(run, host.signal);
  if (released.kind === 'unknown') {
    const reason = `all is done but the cluster's lock, which could not be given up: ${released.reason}`;
    await host.log.append({ kind: 'run-paused', reason });
    return { kind: 'paused', reason };
  }
  await host.log.append({ kind: 'run-finished' });
  return { kind: 'finished' };
}

async function runStages(host: EngineHost): Promise<RunEnd> {
  const { plan } = host.log.state();
  const family = familyOf(plan.zookeeper);
  invariant(family !== undefined, `the plan's ZooKeeper version is known: ${plan.zookeeper}`);
  await host.canary.start(plan.from.map((member) => member.address));
  const memory: Memory = { expected: 'as planned', settled: false, faults: null };
  try {
    for (const [index, stage] of plan.stages.entries()) {
      const next = plan.stages[index + 1]?.ensemble ?? null;
      const end = await runWithDuties(host, stage, next, family, memory);
      if (end.kind !== 'finished') return end;
    }
    const last = plan.stages.at(-1);
    const after = host.surroundings?.afterRun() ?? [];
    const end = last === undefined ? null : await duties(host, last, family, after);
    if (end !== null) return end;
  } finally {
    await stopCanary(host);
  }
  return auditWrites(host);
}

/** A stage and the work around it. What was given up has no work left. */
async function runWithDuties(
  host: EngineHost,
  stage: Stage,
  next: Ensemble | null,
  family: ZooKeeperFamily,
  memory: Memory,
): Promise<RunEnd> {
  const { surroundings, log } = host;
  if (log.state().undoes === stage.number) return { kind: 'finished' };
  if (!isDone(log.state(), stage)) {
    const asked = await stageApproval(host, stage);
    if (asked.kind === 'held') return asked.end;
    const before = await duties(host, stage, family, surroundings?.beforeStage(stage) ?? []);
    if (before !== null) return before;
    const end = await runStage(host, stage, family, memory);
    if (end.kind !== 'finished') return end;
  }
  return (
    (await duties(host, stage, family, surroundings?.afterStage(stage, next) ?? [])) ?? { kind: 'finished' }
  );
}

/** Does the duties; how the run ends when they can't be done, else null. */
async function duties(
  host: EngineHost,
  stage: Stage,
  family: ZooKeeperFamily,
  all: readonly Duty[],
): Promise<RunEnd | null> {
  const end = await doDuties(host, all, (holdMs) => watchEnsemble(host, stage, family, holdMs));
  switch (end.kind) {
    case 'done':
      return null;
    case 'failed':
      return { kind: 'stopped', failure: end.failure };
    case 'interrupted':
      return interrupted(host) ?? atOnce();
  }
}

/** A ledger that can't be written is as bad as a journal that can't: what was acknowledged would not be checked. */
async function stopCanary(host: EngineHost): Promise<void> {
  try {
    await host.canary.stop();
  } catch (error) {
    throw new JournalUnwritableError(error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
}

function isDone(state: RunState, stage: Stage): boolean {
  return state.stages.some((done) => done.number === stage.number && done.endedAt !== null);
}

async function runStage(
  host: EngineHost,
  stage: Stage,
  family: ZooKeeperFamily,
  memory: Memory,
): Promise<RunEnd> {
  host.canary.moveTo(addressesIn(stage.from, stage.ensemble));
  // A stage that undoes another has no steps in the plan: what it does follows from where the other one stood.
  memory.expected = stage.steps.length > 0 ? 'as planned' : 'anything';
  for (;;) {
    const reading = await observeStage(host, stage, family);
    if (host.signal.aborted) return atOnce();
    if (reading.kind === 'refused') return interrupted(host) ?? { kind: 'stopped', failure: reading.failure };
    const { world, unwritten } = reading;
    const ahead = schedule(world);
    if (ahead === null) return { kind: 'stopped', failure: noSchedule(stage, world) };

    const holdMs = memory.settled ? 0 : holdBefore(host, world, ahead[0]);
    const gate = await settle(host, world, { holdMs });
    if (gate.kind === 'interrupted') return atOnce();
    if (gate.kind === 'failed') {
      const failure = await reseed(host, stage, world, gate);
      if (failure !== null) return { kind: 'stopped', failure };
      memory.expected = 'anything';
      memory.settled = false;
      continue;
    }
    memory.settled ||= holdMs > 0;
    const settled = asSeen(world, gate);
    const rest = await prove(host, stage, settled);
    if (rest.kind === 'none') return { kind: 'stopped', failure: noSchedule(stage, world) };
    if (rest.kind === 'refuted') return { kind: 'stopped', failure: rest.failure };
    const { steps } = rest;
    const step = steps[0] ?? rewriteStep(settled, unwritten);
    await recordProgress(host, stage, world, gate);
    const quiet = await quietTime(host, stage, family, gate);
    if (quiet.kind === 'held') return quiet.end;
    if (quiet.kind === 'over') {
      memory.settled = false;
      continue;
    }
    if (step === null) {
      const { epoch } = gate.evidence;
      await host.log.append({ kind: 'stage-done', stage: stage.number, ensemble: stage.ensemble, epoch });
      return { kind: 'finished' };
    }

    const labels = steps.map((one) => `${one.kind} ${one.host}`);
    await recordDeviation(host, stage, memory.expected, labels, gate.evidence.leader);
    await recordBound(host, memory, rest.faults, labels);
    memory.expected = labels.slice(1);
    const pause = interrupted(host);
    if (pause) return pause;
    const refusal = objection(host, stage, step);
    if (refusal) return { kind: 'stopped', failure: refusal };
    memory.settled = false;
    const asked = await stepApproval(host, stage, step);
    // While a person thought it over, the world may have changed.
    if (asked.kind === 'given-now') continue;
    if (asked.kind === 'held') return asked.end;
    const failure = await takeStep(host, stage, step, settled, {
      faults: rest.faults,
      states: rest.states,
    });
    if (failure) return { kind: 'stopped', failure };
  }
}

/** Proves the rest of the stage from a world, with all that the plan's own proof was about. */
function prove(host: EngineHost, stage: Stage, world: StageWorld): Promise<ProvedRest> {
  const { plan, undoes } = host.log.state();
  // On the way back only the ensemble is proved: that a Mesos replica returns empty (`emptyReplicas`) the model can't say.
  const replicated = undoes === null ? replicatedOn(plan.platform) : (['zookeeper'] as const);
  return host.proveRest({ stage, world, faults: plan.proof.faults, replicated });
}

/**
 * Mends a failed gate by starting the one host whose data differs again from an empty disk, where that is proved together
 * with all that is left of the stage. Returns why the run must stop, or null once the re-seed is decided.
 */
async function reseed(
  host: EngineHost,
  stage: Stage,
  world: StageWorld,
  { failure, about, leader }: GateResult & { readonly kind: 'failed' },
): Promise<Failure | null> {
  if (failure.code !== 'diverged') return failure;
  const differing = reseedable(host.log.state(), stage, world, about, leader);
  if (differing === null) return failure;
  const rest = await prove(host, stage, asReseeded({ ...world, leader }, differing));
  if (rest.kind !== 'proved') return unprovedReseed(failure, differing, rest);
  await host.log.append({ kind: 'reseed', stage: stage.number, host: differing, evidence: failure.message });
  return null;
}

function interrupted(host: EngineHost): RunEnd | null {
  if (host.signal.aborted) return atOnce();
  return host.pauseRequested()
    ? { kind: 'paused', reason: 'paused by the operator between two steps' }
    : null;
}

function atOnce(): RunEnd {
  return { kind: 'paused', reason: 'stopped at once by the operator' };
}
