// One step of a stage: whether it may be taken, and its action with the journal around it.

import { type Address, idOf } from '../model/ensemble.js';
import type { Stage } from '../plan/plan.js';
import { predictStep } from '../plan/predict.js';
import type { PlannedStep } from '../plan/schedule.js';
import type { StageWorld } from '../plan/world.js';
import { actionFor } from './action-for.js';
import { evidenceOf, factsOf } from './do-duties.js';
import type { EngineHost } from './engine-host.js';
import { type Failure, thenResume } from './failure.js';
import { reseedsOf } from './reseed.js';
import type { StepProof } from './journal-record.js';
import type { RunState } from './run-state.js';
import { reseedStamp } from './stage-world.js';

/** What an install of this stage leaves on a disk, so that it is known again. */
export function stampOf(state: RunState, stage: Stage): string {
  return `${state.run}/${stage.number}`;
}

function stampFor(state: RunState, stage: Stage, address: Address): string {
  const stamp = stampOf(state, stage);
  return reseedsOf(state, stage).includes(address) ? reseedStamp(stamp) : stamp;
}

/** How often a step whose outcome is unknown is taken again before a person must look. */
const MOST_TRIES = 3;

/** How often the step was taken since the run was begun or resumed without anybody learning how it ended. */
function vainTries(state: RunState, stage: Stage, { kind, host }: PlannedStep): number {
  const steps = state.stages.find((begun) => begun.number === stage.number)?.steps ?? [];
  return steps.filter(
    ({ step, startedAt, result }) =>
      startedAt >= state.sessionAt && step.kind === kind && step.host === host && result === 'unknown',
  ).length;
}

/** How often a leader is asked to give way before a person must look. */
const MOST_RESTARTS = 5;

function restartsOf(state: RunState, stage: Stage): number {
  const steps = state.stages.find((begun) => begun.number === stage.number)?.steps ?? [];
  return steps.filter(({ step, startedAt }) => startedAt >= state.sessionAt && step.kind === 'restart')
    .length;
}

function stubborn({ host }: PlannedStep): Failure {
  return {
    code: 'no-schedule',
    blame: 'cluster',
    message: `leadership does not move to where this stage needs it: leaders were restarted ${MOST_RESTARTS} times, and now ${host} leads`,
    seen: [`${host} leads, and its id changes in this stage`],
    expected: 'a leader whose id stays',
    next: ['resume tries again; `succession rollback` returns to the last safe ensemble'],
  };
}

function endless({ kind, host }: PlannedStep, vain: number): Failure {
  return {
    code: 'action-failed',
    blame: 'cluster',
    message: `nobody knows how ${kind} ${host} ended, ${vain} times, and the host shows that it is still to do`,
    seen: [`${host}: ${kind} begun ${vain} times, each with an unknown outcome`],
    expected: 'an action that ends, well or not',
    next: [`see why commands on ${host} do not come to an end, then resume`],
  };
}

/** A reason not to take a step that the schedule would allow, or null. */
export function objection(host: EngineHost, stage: Stage, step: PlannedStep): Failure | null {
  const { unavailableBudgetMs } = host.settings;
  const { unavailableMs } = host.canary.read();
  if (unavailableMs > unavailableBudgetMs) {
    return {
      code: 'budget-spent',
      blame: 'cluster',
      message: `writes were unavailable for ${unavailableMs} ms since this process started, more than the plan allows for`,
      seen: [`${unavailableMs} ms without an acknowledged write`],
      expected: `at most ${unavailableBudgetMs} ms`,
      next: ['find out why the ensemble is slow before another server goes down, then resume'],
    };
  }
  const state = host.log.state();
  const vain = vainTries(state, stage, step);
  if (vain >= MOST_TRIES) return endless(step, vain);
  if (step.kind === 'restart' && restartsOf(state, stage) >= MOST_RESTARTS) return stubborn(step);
  const { plan, undoes } = state;
  const foreseen = plan.stages.some((one) => one.steps.some((planned) => planned.margin < 0));
  // Whoever goes back has no better way: standing still half-way would be worse.
  const agreed = stage.fullStop || foreseen || undoes !== null;
  if (step.margin >= 0 || agreed) return null;
  return {
    code: 'no-schedule',
    blame: 'cluster',
    message: `the only way on, ${step.kind} ${step.host}, would stop the service, which the plan did not foresee`,
    seen: [step.reason],
    expected: 'a quorum that serves during every step',
    next: ['bring the missing members back, then resume; or make a new plan from the present ensemble'],
  };
}

/** The step that gives the first of `unwritten` its file back: a restart on what it holds now would change sides. */
export function rewriteStep(world: StageWorld, [host]: readonly Address[]): PlannedStep | null {
  if (host === undefined) return null;
  const { serving, leader, margin, elections } = predictStep(world, 'upgrade', host);
  const reason = 'its file still holds the list of a step that broke off';
  return { kind: 'upgrade', host, reason, serving, leader, margin, elections };
}

/** Whether the host of a step that was begun stands as the step leaves it. */
export function isTaken({ kind, host }: Pick<PlannedStep, 'kind' | 'host'>, world: StageWorld): boolean {
  const server = world.servers.find((one) => one.address === host);
  if (server === undefined) return false;
  switch (kind) {
    case 'stop':
      return !server.running;
    case 'fence':
      return server.fenced;
    case 'start':
    case 'restart':
      return server.running;
    case 'install':
    case 'upgrade':
      return server.running && server.installed && server.holds === 'to';
    case 'join':
      return server.running && server.installed;
    case 'add':
      return idOf(world.configuration ?? [], host) !== undefined;
    case 'remove':
      return idOf(world.configuration ?? [], host) === undefined;
  }
}

/** Steps are numbered as they are taken: `<stage>.<n>`. */
export function nextStepId(state: RunState, stage: Stage): string {
  const taken = state.stages.find((begun) => begun.number === stage.number)?.steps.length ?? 0;
  return `${stage.number}.${taken + 1}`;
}

/** Takes a step: intent on disk, action, outcome on disk. Returns why the run must stop, or null. */
export async function takeStep(
  host: EngineHost,
  stage: Stage,
  step: PlannedStep,
  world: StageWorld,
  proof: StepProof,
): Promise<Failure | null> {
  const state = host.log.state();
  const id = nextStepId(state, stage);
  const { kind, reason, margin, serving } = step;
  await host.log.append({
    kind: 'step-intent',
    step: { id, kind, host: step.host, reason, margin, serving },
    proof,
  });
  const outcome = await host.platform.perform(
    actionFor(step, stage, state, stampFor(state, stage, step.host), world),
    { id: `${state.run}-${id}`, facts: factsOf(state), signal: host.signal },
  );
  await host.log.append({ kind: 'step-acted', id, result: outcome.kind, evidence: evidenceOf(outcome) });
  // An unknown outcome is not repeated: the next observation tells whether it happened.
  if (outcome.kind !== 'failed') return null;
  return {
    code: 'action-failed',
    blame: 'cluster',
    message: `${step.kind} ${step.host} failed: ${outcome.reason}`,
    seen: outcome.evidence,
    expected: `${step.kind} ${step.host} succeeds`,
    next: thenResume(outcome.remedy),
  };
}

/** The failure of a state from which no order of steps keeps the rules. */
export function noSchedule(stage: Stage, world: StageWorld): Failure {
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
