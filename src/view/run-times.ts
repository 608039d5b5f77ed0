// How long did each kind of step, and of work around the stages, take in these runs?

import type { StepKind } from '../plan/plan.js';
import type { DutyKind } from '../run/duty.js';
import type { RunState } from '../run/run-state.js';
import type { MeasuredTime, MeasuredTimes } from './timetable.js';

/** The medians by kind. */
export function timesOf(runs: readonly RunState[]): Omit<MeasuredTimes, 'source'> {
  return { steps: stepTimes(runs), duties: dutyTimes(runs) };
}

function stepTimes(runs: readonly RunState[]): MeasuredTimes['steps'] {
  const steps = runs.flatMap((state) => state.stages.flatMap((stage) => stage.steps));
  return medians<StepKind>(steps.flatMap(({ step, done }) => (done ? [[step.kind, done.tookMs]] : [])));
}

/** Pieces of one kind around one stage count together: a soak comes in parts. What somebody waived tells of no time. */
function dutyTimes(runs: readonly RunState[]): MeasuredTimes['duties'] {
  const times = new Map<string, readonly [kind: DutyKind, ms: number]>();
  for (const { run, duties } of runs) {
    for (const { id, kind, done } of duties) {
      if (done === null || done.waivedBy !== null) continue;
      const key = `${run} ${/^\d+\./.exec(id)?.[0] ?? ''} ${kind}`;
      times.set(key, [kind, (times.get(key)?.[1] ?? 0) + done.tookMs]);
    }
  }
  return medians<DutyKind>([...times.values()]);
}

function medians<K extends string>(
  times: readonly (readonly [kind: K, ms: number])[],
): Partial<Record<K, MeasuredTime>> {
  const medianOf: Partial<Record<K, MeasuredTime>> = {};
  for (const kind of new Set(times.map(([one]) => one))) {
    const figures = times.filter(([one]) => one === kind).map(([, ms]) => ms);
    const middle = figures.sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0;
    medianOf[kind] = { ms: Math.round(middle), count: figures.length };
  }
  return medianOf;
}
