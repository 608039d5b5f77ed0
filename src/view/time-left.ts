// How long may a run still take? What lies ahead of it in its plan's timetable, by its own times as far as it has some.

import type { Around, Stage, Work } from '../plan/plan.js';
import type { RunState, StepState } from '../run/run-state.js';
import { timesOf } from './run-times.js';
import { stepTime, usualAround, workTime } from './timetable.js';

/** A part of the way, in the order in which it comes. `leftMs`: unless something after it was begun. */
interface Leg {
  readonly begun: boolean;
  /** Whether it is under way, or steps remain in it: then what was begun after it does not end it. */
  readonly open: boolean;
  readonly leftMs: number;
}

/** The time left, in ms. What waits for a person is not counted: nobody knows. `now` in ms since the epoch. */
export function remainingMs(state: RunState, now: number): number {
  if (state.status === 'finished' || state.status === 'abandoned') return 0;
  const legs = legsOf(state, now);
  const at = legs.findLastIndex((leg) => leg.begun);
  return legs.reduce((sum, leg, index) => sum + (index >= at || leg.open ? leg.leftMs : 0), 0);
}

function legsOf(state: RunState, now: number): readonly Leg[] {
  const { plan, undoes } = state;
  const around = aroundOf(state);
  const works = (list: readonly Work[], stage: number | null): readonly Leg[] =>
    list.map((work) => workLeg(state, work, stage, now));
  return [
    ...works(around.beforeRun, null),
    ...plan.stages.flatMap((stage, index) =>
      stage.number === undoes
        ? []
        : [
            ...works(around.stages[index]?.before ?? [], stage.number),
            stepsLeg(state, stage, now),
            ...works(around.stages[index]?.after ?? [], stage.number),
          ],
    ),
    ...works(around.afterRun, null),
  ];
}

/** Whether the run has nothing around its stages, as a rehearsal; where there is something, it comes before the first. */
function isBare({ purpose, stages, duties }: RunState): boolean {
  return purpose !== 'apply' || (stages.length > 0 && duties.length === 0);
}

/** A rollback is not told of in the plan. */
function aroundOf(state: RunState): Around {
  if (isBare(state)) return { beforeRun: [], stages: [], afterRun: [] };
  const { plan, undoes } = state;
  const around = plan.around ?? usualAround(plan);
  return undoes === null ? around : { ...around, beforeRun: [], stages: [] };
}

function stepsLeg(state: RunState, stage: Stage, now: number): Leg {
  const begun = state.stages.find((one) => one.number === stage.number);
  const taken = begun?.steps ?? [];
  const labels = new Set(taken.map(({ step }) => `${step.kind} ${step.host}`));
  const ahead = stage.steps.filter((step) => !labels.has(`${step.kind} ${step.host}`));
  const flying = taken.filter((step) => step.done === null);
  const own = timesOf([state]);
  // A plan for DC/OS may be rehearsed, or tried, on plain servers.
  const platform = isBare(state) ? 'zookeeper' : state.plan.platform;
  const fullMs = (kind: StepState['step']['kind']): number => stepTime({ platform }, kind, own).ms;
  const leftMs =
    ahead.reduce((sum, { kind }) => sum + fullMs(kind), 0) +
    flying.reduce((sum, { step, startedAt }) => sum + Math.max(0, fullMs(step.kind) - (now - startedAt)), 0);
  const isOver = begun !== undefined && begun.endedAt !== null;
  return { begun: begun !== undefined, open: !isOver, leftMs: isOver ? 0 : leftMs };
}

/** Pieces of one kind in one place are told of once in a plan. */
function workLeg(state: RunState, work: Work, stage: number | null, now: number): Leg {
  if (work.kind === 'settle') return quietLeg(state, work, stage, now);
  const own = timesOf([state]);
  const pieces = state.duties.filter(
    ({ id, kind }) =>
      kind === work.kind && (stage === null ? !/^\d+\./.test(id) : id.startsWith(`${stage}.`)),
  );
  const isOpen = pieces.some((piece) => piece.done === null);
  const spentMs = pieces.reduce((sum, { done, startedAt }) => sum + (done?.tookMs ?? now - startedAt), 0);
  const fullMs = workTime(work, isOpen ? null : own).ms;
  // What lasts by its nature comes in pieces; anything else is over with its only one.
  const isOver = pieces.length > 0 && !isOpen && work.ms === undefined;
  return { begun: pieces.length > 0, open: isOpen, leftMs: isOver ? 0 : Math.max(0, fullMs - spentMs) };
}

/** At least one quiet time a stage; how many more is not known before. */
function quietLeg({ approvals }: RunState, work: Work, stage: number | null, now: number): Leg {
  const quiet = approvals.filter((one) => one.id.startsWith(`settle-${stage}.`));
  const asked = quiet.find((one) => one.given === null);
  if (asked !== undefined)
    return { begun: true, open: true, leftMs: Math.max(0, (asked.until ?? now) - now) };
  return { begun: quiet.length > 0, open: false, leftMs: quiet.length > 0 ? 0 : (work.ms ?? 0) };
}
