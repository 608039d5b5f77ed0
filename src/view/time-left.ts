// How long may a run still take: its steps, and the work around its stages.

import type { Plan, Work } from '../plan/plan.js';
import { dutyKinds } from '../run/duty.js';
import type { DutyState, RunState } from '../run/run-state.js';
import { stepTime, workTime } from './timetable.js';

/** ms; an estimate. `now`: ms since the epoch. */
export function remainingMs(state: RunState, now: number): number {
  return stepsLeftMs(state) + workLeftMs(state.plan, state.duties, now) + quietLeftMs(state, now);
}

/** From the steps of this run once there are some; before that, from what such steps take elsewhere. */
function stepsLeftMs({ stages, plan, undoes, settings }: RunState): number {
  const done = stages
    .flatMap((stage) => stage.steps)
    .flatMap((step) => (step.done ? [step.done.tookMs] : []));
  const planned = plan.stages.filter((stage) => stage.number !== undoes).flatMap((stage) => stage.steps);
  const left = planned.slice(Math.min(done.length, planned.length));
  if (done.length > 0) return (left.length * done.reduce((sum, ms) => sum + ms, 0)) / done.length;
  // Only a plan for a whole cluster tells of the work around it; on bare servers a step is a gate and little more.
  return plan.around === undefined
    ? left.length * (settings.holdMs + 1500)
    : left.reduce((sum, step) => sum + stepTime(plan, step.kind, null).ms, 0);
}

/** Work that the plan announces and the journal does not call done, less the time that went into what is under way. */
function workLeftMs({ around }: Plan, duties: readonly DutyState[], now: number): number {
  if (around === undefined) return 0;
  const works = [
    ...around.beforeRun,
    ...around.stages.flatMap(({ before, after }) => [...before, ...after]),
    ...around.afterRun,
  ];
  return dutyKinds.reduce((sum, kind) => {
    const planned = works.filter((work) => work.kind === kind);
    return (
      sum +
      leftOfKind(
        planned,
        duties.filter((duty) => duty.kind === kind),
        now,
      )
    );
  }, 0);
}

/** The quiet times of the stages that are not over. */
function quietLeftMs({ plan, stages, approvals }: RunState, now: number): number {
  const until = approvals.find((one) => one.given === null && one.until !== undefined)?.until;
  const ended = stages.filter((stage) => stage.endedAt !== null).length;
  const ahead = (plan.around?.stages ?? [])
    .slice(until === undefined ? ended : ended + 1)
    .flatMap(({ after }) => after.filter((work) => work.kind === 'settle'));
  const left = until === undefined ? 0 : Math.max(0, until - now);
  return left + ahead.reduce((sum, work) => sum + (work.ms ?? 0), 0);
}

function leftOfKind(planned: readonly Work[], begun: readonly DutyState[], now: number): number {
  const whole = planned.map((work) => workTime(work, null).ms);
  const first = begun[0];
  // One work in many pieces, of which the journal has each: the quiet time at the end.
  if (first?.kind === 'soak') return Math.max(0, (whole[0] ?? 0) - (now - first.startedAt));
  const done = begun.filter((duty) => duty.done !== null).length;
  const open = begun.find((duty) => duty.done === null);
  const spent = open === undefined ? 0 : Math.min(now - open.startedAt, whole[done] ?? 0);
  return whole.slice(done).reduce((sum, ms) => sum + ms, 0) - spent;
}
