// Is a plan safe exactly as its file has it, whoever wrote it: these steps, in this order, with these predictions?

import { familyOf } from '../model/family.js';
import {
  proveScript,
  type ProofBounds,
  type Refutation,
  type Replicated,
  type ScriptProof,
} from '../proof/prove-script.js';
import { stepsReached } from '../proof/reach.js';
import type { Script } from '../proof/zookeeper/script.js';
import { completionCheck } from './can-complete.js';
import type { Finding, Plan, Stage, Step } from './plan.js';
import { replicatedOn, scriptOf } from './proved-schedule.js';
import { worldAtStart } from './schedule-start.js';
import { stillDown } from './still-down.js';
import { stageObstacles } from './verify-findings.js';
import type { Verdict } from './verification.js';
import { inWords } from './wording.js';
import type { StageWorld } from './world.js';

/** One stage to prove: plain data, so that another thread can have it. */
export interface StageTask {
  readonly number: number;
  readonly stage: Stage;
  readonly world: StageWorld;
  /** What must stay safe. */
  readonly replicated: readonly Replicated[];
}

/** A stage that can be proved, or why it can't. */
export type PreparedStage =
  | { readonly kind: 'task'; readonly task: StageTask }
  | { readonly kind: 'obstacle'; readonly stage: Stage; readonly findings: readonly Finding[] };

/**
 * Each stage as its file has it. A stage begins with those of its list that are not down, and is led by whom the last
 * step before it predicts.
 */
export function prepareStages(plan: Plan): readonly PreparedStage[] {
  const family = familyOf(plan.zookeeper);
  const replicated = replicatedOn(plan.platform);
  return plan.stages.map((stage, index): PreparedStage => {
    const earlier = plan.stages.slice(0, index);
    const leader = index === 0 ? plan.leader : (earlier.at(-1)?.steps.at(-1)?.leader ?? null);
    const findings = stageObstacles(stage, leader);
    if (family === undefined || findings.length > 0) return { kind: 'obstacle', stage, findings };
    const { number, from, ensemble: to, fresh, fullStop } = stage;
    const start = worldAtStart(
      { from, to, fresh, gone: stillDown(plan.gone, earlier), fullStop, family, leader },
      stillDown(plan.down, earlier),
    );
    const world = stage.method === 'reconfigure' ? { ...start, configuration: from } : start;
    return { kind: 'task', task: { number, stage, world, replicated } };
  });
}

/** Proves one stage, or a share of it. */
export function proveStage({ world, stage, replicated }: StageTask, bounds: ProofBounds): ScriptProof {
  return prove(scriptOf(world, scriptSteps(stage.steps)), world, bounds, replicated);
}

/** How a stage that is unsafe breaks: with as few faults as are enough, and then in as few events. */
export interface Telling {
  readonly script: Script;
  readonly refutation: Refutation;
  readonly faults: number;
  /** What was looked at until it broke. */
  readonly explored: Pick<ScriptProof, 'states' | 'transitions'>;
  /** What else is wrong, where the story looks past it. */
  readonly findings: readonly Finding[];
}

/**
 * The plainest counterexample of a stage, or null when it has none within these faults. Where the first thing that goes
 * wrong is two live servers with one id, what becomes of the writes then makes the better story, if there is one.
 */
export function tellStage(task: StageTask, faults: number): Telling | null {
  const script = scriptOf(task.world, scriptSteps(task.stage.steps));
  const first = fewestFaults(script, task, faults);
  if (first?.refutation.broken !== 'two-holders') return first;
  const past = fewestFaults({ ...script, lookPastTwins: true }, task, faults);
  if (past === null || past.refutation.broken === 'stuck') return first;
  return { ...past, findings: [twinsFinding(task, first.refutation)] };
}

function fewestFaults(script: Script, { world, replicated }: StageTask, most: number): Telling | null {
  for (let faults = 0; faults <= most; faults += 1) {
    const { refutation, states, transitions } = prove(script, world, { faults }, replicated);
    if (refutation !== null)
      return { script, refutation, faults, explored: { states, transitions }, findings: [] };
  }
  return null;
}

function prove(
  script: Script,
  world: StageWorld,
  bounds: ProofBounds,
  replicated: readonly Replicated[],
): ScriptProof {
  const canComplete = completionCheck();
  return proveScript(script, bounds, (seen) => canComplete({ ...world, ...seen }), replicated);
}

/** The step whose prediction no course of events fulfils, so that nothing behind it was explored; none for a sound plan. */
export function reachFindings({ world, stage }: StageTask): readonly Finding[] {
  const reached = stepsReached(scriptOf(world, scriptSteps(stage.steps)));
  if (reached >= stage.steps.length) return [];
  const before = reached === 0 ? undefined : stage.steps[reached - 1];
  const what =
    before === undefined
      ? `Stage ${stage.number} begins with servers that can't come to serve as its first step expects`
      : `After step ${before.id} (${before.kind} ${before.host}) the plan expects ${before.serving.length === 0 ? 'that nobody serves' : `${inWords(before.serving)} to serve, and nobody else`}, and even without any fault that never comes`;
  return [
    {
      rule: 'never-reached',
      severity: 'error',
      subject: `stage ${stage.number}`,
      message: `${what}: a run would stop there, and what the plan lists behind it was not explored.`,
      remedy: 'Correct `serving` of that step, or the order of the steps; `succession plan` makes both.',
    },
  ];
}

/** The verdict of a whole out of those of its parts. */
export function verdictOf(parts: readonly Verdict[]): Verdict {
  if (parts.includes('unsafe')) return 'unsafe';
  return parts.includes('unproved') ? 'unproved' : 'safe';
}

function scriptSteps(steps: readonly Step[]): Script['steps'] {
  return steps.map(({ kind, host, serving }) => ({ kind, host, serving }));
}

function twinsFinding({ stage }: StageTask, { story, step }: Refutation): Finding {
  return {
    rule: 'two-holders',
    severity: 'error',
    subject: `stage ${stage.number}`,
    message: `From step ${stage.steps[step]?.id ?? '?'} on: ${story.at(-1) ?? ''} The counterexample looks past that, and at what becomes of writes.`,
    remedy: 'Stop and fence the old holder of an id before another server starts with it.',
  };
}
