// How a plan is carried out: observe, compare with the prediction, act, observe again; each step journalled around.

import type { Address } from '../model/ensemble.js';
import { familyOf, type ZooKeeperFamily } from '../model/family.js';
import { invariant } from '../model/invariant.js';
import type { Stage } from '../plan/plan.js';
import { predict } from '../plan/predict.js';
import { type PlannedStep, schedule } from '../plan/schedule.js';
import type { StageWorld } from '../plan/world.js';
import { actionFor } from './action-for.js';
import type { ClusterLock } from './cluster-lock.js';
import { expectationOf } from './expectation.js';
import type { Failure } from './failure.js';
import type { RunEvent } from './journal-record.js';
import { JournalUnwritableError } from './journal.js';
import { reseedable, reseedsOf, reseedStop } from './reseed.js';
import { type RunState, stepInFlight, touchedHost } from './run-state.js';
import { sight } from './sighting.js';
import { readStageWorld, reseedStamp, type WorldReading } from './stage-world.js';
import { type GateHost, type GateResult, waitForGate } from './wait-for-gate.js';

/** The journal and its fold. `append` resolves when the record is on disk and `state` tells of it. */
export interface RunLog {
  readonly state: () => RunState;
  readonly append: (event: RunEvent) => Promise<void>;
}

/** Everything that a run touches. */
export interface EngineHost extends GateHost {
  readonly log: RunLog;
  readonly lock: ClusterLock;
  /** Whether the operator asked to pause after the action under way. */
  readonly pauseRequested: () => boolean;
  /** Aborted when the operator stops the run at once. */
  readonly signal: AbortSignal;
}

/** How this process's part of a run ended. */
export type RunEnd =
  | { readonly kind: 'finished' }
  | { readonly kind: 'paused'; readonly reason: string }
  | { readonly kind: 'stopped'; readonly failure: Failure };

/** Carries the rest of the run out, from wherever it stands. Throws `JournalUnwritableError` when nothing more may be done. */
export async function execute(host: EngineHost): Promise<RunEnd> {
  const { plan } = host.log.state();
  const family = familyOf(plan.zookeeper);
  invariant(family !== undefined, `the plan's ZooKeeper version is known: ${plan.zookeeper}`);
  await host.canary.start(plan.from.map((member) => member.address));
  try {
    for (const stage of plan.stages) {
      if (isDone(host.log.state(), stage)) continue;
      const end = await runStage(host, stage, family);
      if (end.kind !== 'finished') return await ended(host, end);
    }
  } finally {
    await stopCanary(host);
  }
  return await ended(host, await audit(host));
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

async function ended(host: EngineHost, end: RunEnd): Promise<RunEnd> {
  if (end.kind === 'paused') await host.log.append({ kind: 'run-paused', reason: end.reason });
  if (end.kind === 'stopped') await host.log.append({ kind: 'run-stopped', failure: end.failure });
  if (end.kind === 'finished') {
    await host.lock.release(host.log.state().run, host.signal);
    await host.log.append({ kind: 'run-finished' });
  }
  return end;
}

async function runStage(host: EngineHost, stage: Stage, family: ZooKeeperFamily): Promise<RunEnd> {
  host.canary.moveTo([...new Set([...stage.from, ...stage.ensemble].map((member) => member.address))]);
  let expected: readonly string[] | null = null;
  for (;;) {
    const reading = await observe(host, stage, family);
    if (reading.kind === 'refused') return interrupted(host) ?? { kind: 'stopped', failure: reading.failure };
    const { world } = reading;
    const ahead = schedule(world);
    if (ahead === null) return { kind: 'stopped', failure: noSchedule(stage, world) };

    const gate = await settle(host, world, ahead[0]);
    if (gate.kind === 'interrupted') return atOnce();
    if (gate.kind === 'failed') {
      if (await reseed(host, stage, gate)) continue;
      return { kind: 'stopped', failure: gate.failure };
    }
    const steps = schedule({ ...world, leader: gate.evidence.leader });
    if (steps === null) return { kind: 'stopped', failure: noSchedule(stage, world) };
    const first = reseedStop(world, reseedsOf(host.log.state(), stage));
    const step = first ?? steps[0];
    await recordProgress(host, stage, step, gate);
    if (step === undefined) {
      const { epoch } = gate.evidence;
      await host.log.append({ kind: 'stage-done', stage: stage.number, ensemble: stage.ensemble, epoch });
      return { kind: 'finished' };
    }

    const labels = steps.map((one) => `${one.kind} ${one.host}`);
    await recordDeviation(
      host,
      expected ?? plannedLabels(host.log.state(), stage),
      labels,
      gate.evidence.leader,
    );
    expected = labels.slice(1);
    const refusal = interrupted(host) ?? (await objection(host, stage, step));
    if (refusal) return refusal;
    const failure = await act(host, stage, step);
    if (failure) return { kind: 'stopped', failure };
  }
}

/** Whether a failed gate is mended by starting the one host whose data differs again from an empty disk. */
async function reseed(
  host: EngineHost,
  stage: Stage,
  gate: GateResult & { readonly kind: 'failed' },
): Promise<boolean> {
  if (gate.failure.code !== 'diverged') return false;
  const differing = reseedable(host.log.state(), stage, gate.about, gate.leader);
  if (differing === null) return false;
  await host.log.append({
    kind: 'reseed',
    stage: stage.number,
    host: differing,
    evidence: gate.failure.message,
  });
  return true;
}

/** Reads the stage's state. Two leaders pass by themselves within a tick when leadership changes hands: looked at again. */
async function observe(host: EngineHost, stage: Stage, family: ZooKeeperFamily): Promise<WorldReading> {
  const state = host.log.state();
  const context = {
    stage,
    family,
    stamp: stampOf(state, stage),
    touching: touchedHost(state),
    reseeds: reseedsOf(state, stage),
    begun: hasBegun(state, stage),
  };
  const addresses = [...new Set([...stage.from, ...stage.ensemble].map((member) => member.address))];
  const since = host.now();
  for (;;) {
    const reading = readStageWorld(context, await sight(host.platform, addresses, host.signal));
    const transient = reading.kind === 'refused' && reading.failure.code === 'two-leaders';
    if (!transient || host.now() - since >= host.settings.toleranceMs || host.signal.aborted) return reading;
    await host.sleep(host.settings.pollMs, host.signal);
  }
}

function hasBegun(state: RunState, stage: Stage): boolean {
  return state.stages.some((begun) => begun.number === stage.number);
}

/** What an install of this stage leaves on a disk, so that it is known again. */
function stampOf(state: RunState, stage: Stage): string {
  return `${state.run}/${stage.number}`;
}

function stampFor(state: RunState, stage: Stage, address: Address): string {
  const stamp = stampOf(state, stage);
  return reseedsOf(state, stage).includes(address) ? reseedStamp(stamp) : stamp;
}

/** The gate before `next`: what must serve does, long enough for what comes next. */
function settle(host: EngineHost, world: StageWorld, next: PlannedStep | undefined): Promise<GateResult> {
  const state = host.log.state();
  const inFlight = stepInFlight(state)?.step.host ?? null;
  const everyone = [...new Set(allAddresses(state))];
  // Taking a server down wants a settled ensemble; a start only adds one.
  const takesDown = next === undefined || next.kind === 'stop' || next.kind === 'upgrade';
  const holdMs = takesDown && predict(world).serving.length > 0 ? host.settings.holdMs : 0;
  return waitForGate(
    host,
    (leader) => expectationOf(world, predict({ ...world, leader }).serving, inFlight, everyone),
    holdMs,
    host.signal,
  );
}

function allAddresses(state: RunState): readonly Address[] {
  return [state.plan.from, ...state.plan.stages.map((stage) => stage.ensemble)]
    .flat()
    .map((member) => member.address);
}

/** The gate that passed closes the step before it, unless that step turns out to be still to do. */
async function recordProgress(
  host: EngineHost,
  stage: Stage,
  next: PlannedStep | undefined,
  gate: GateResult & { readonly kind: 'passed' },
): Promise<void> {
  const state = host.log.state();
  const { epoch, leader } = gate.evidence;
  if (!hasBegun(state, stage)) {
    await host.log.append({ kind: 'stage-started', stage: stage.number, epoch, leader });
  }
  const inFlight = stepInFlight(state);
  if (inFlight === null || (next?.host === inFlight.step.host && next.kind === inFlight.step.kind)) return;
  await host.log.append({
    kind: 'step-done',
    id: inFlight.step.id,
    tookMs: host.now() - inFlight.startedAt,
    heldMs: gate.heldMs,
    gate: gate.evidence,
  });
}

function plannedLabels(state: RunState, stage: Stage): readonly string[] {
  const taken = state.stages.find((begun) => begun.number === stage.number)?.steps ?? [];
  const done = new Set(
    taken.filter((step) => step.done !== null).map((step) => `${step.step.kind} ${step.step.host}`),
  );
  return stage.steps.map((step) => `${step.kind} ${step.host}`).filter((label) => !done.has(label));
}

async function recordDeviation(
  host: EngineHost,
  expected: readonly string[],
  found: readonly string[],
  leader: Address | null,
): Promise<void> {
  if (expected.join() === found.join()) return;
  const message = `the rest of the stage is ordered anew (${leader ?? 'nobody'} leads): ${found.join(', ')} instead of ${expected.join(', ') || 'nothing'}`;
  await host.log.append({ kind: 'deviation', message, remaining: found });
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

/** A reason not to take a step that the schedule would allow. */
async function objection(host: EngineHost, stage: Stage, step: PlannedStep): Promise<RunEnd | null> {
  const { settings } = host;
  const { unavailableMs } = host.canary.read();
  if (unavailableMs > settings.unavailableBudgetMs) {
    return {
      kind: 'stopped',
      failure: {
        code: 'budget-spent',
        blame: 'cluster',
        message: `writes were unavailable for ${unavailableMs} ms since this process started, more than the plan allows for`,
        seen: [`${unavailableMs} ms without an acknowledged write`],
        expected: `at most ${settings.unavailableBudgetMs} ms`,
        next: ['find out why the ensemble is slow before another server goes down, then resume'],
      },
    };
  }
  const planned = stage.fullStop || stage.steps.some((one) => one.margin < 0);
  if (step.margin >= 0 || planned) return null;
  return {
    kind: 'stopped',
    failure: {
      code: 'no-schedule',
      blame: 'cluster',
      message: `the only way on, ${step.kind} ${step.host}, would stop the service, which the plan did not foresee`,
      seen: [step.reason],
      expected: 'a quorum that serves during every step',
      next: ['bring the missing members back, then resume; or make a new plan from the present ensemble'],
    },
  };
}

async function act(host: EngineHost, stage: Stage, step: PlannedStep): Promise<Failure | null> {
  const state = host.log.state();
  const taken = state.stages.find((begun) => begun.number === stage.number)?.steps.length ?? 0;
  const id = `${stage.number}.${taken + 1}`;
  const { kind, reason, margin, serving } = step;
  await host.log.append({
    kind: 'step-intent',
    step: { id, kind, host: step.host, reason, margin, serving },
  });
  const outcome = await host.platform.perform(
    actionFor(step, stage, state, stampFor(state, stage, step.host)),
    host.signal,
  );
  await host.log.append({ kind: 'step-acted', id, result: outcome.kind, evidence: outcome.evidence });
  // An unknown outcome is not repeated: the next observation tells whether it happened.
  if (outcome.kind !== 'failed') return null;
  return {
    code: 'action-failed',
    blame: 'cluster',
    message: `${step.kind} ${step.host} failed: ${outcome.reason}`,
    seen: outcome.evidence,
    expected: `${step.kind} ${step.host} succeeds`,
    next: [outcome.remedy, 'then resume'],
  };
}

function noSchedule(stage: Stage, world: StageWorld): Failure {
  return {
    code: 'no-schedule',
    blame: 'cluster',
    message: `no order of steps from here keeps the rules of stage ${stage.number}`,
    seen: world.servers.map(
      (server) =>
        `${server.address}: ${server.running ? 'running' : 'down'}, ${server.holds === 'to' ? 'new list' : server.holds === 'from' ? 'old list' : 'no list'}${world.leader === server.address ? ', leads' : ''}`,
    ),
    expected: 'a state that the stage can pass through',
    next: ['`succession rollback` returns to the last safe ensemble'],
  };
}

async function audit(host: EngineHost): Promise<RunEnd> {
  const { plan } = host.log.state();
  const addresses = plan.to.map((member) => member.address);
  const members = await host.canary.audit(addresses, host.signal);
  const acknowledged = members[0]?.checked ?? 0;
  await host.log.append({ kind: 'audited', acknowledged, members });
  const lossy = members.filter((member) => member.lost > 0);
  if (lossy.length === 0) return { kind: 'finished' };
  return {
    kind: 'stopped',
    failure: {
      code: 'lost-writes',
      blame: 'tool',
      message: `acknowledged writes are missing on ${lossy.map((member) => member.address).join(', ')}`,
      seen: lossy.map(
        (member) =>
          `${member.address}: ${member.lost} of ${member.checked}, e.g. ${member.examples.join(', ')}`,
      ),
      expected: 'every acknowledged write on every member',
      next: ['keep all disks, the removed members’ too; compare the members before anything is wiped'],
    },
  };
}
