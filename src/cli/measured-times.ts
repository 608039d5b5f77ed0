// How long did steps, and the work around the stages, take in the runs of this machine?

import { familyOf } from '../model/family.js';
import type { Plan, StepKind } from '../plan/plan.js';
import type { DutyKind } from '../run/duty.js';
import type { RunState } from '../run/run-state.js';
import type { MeasuredTime, MeasuredTimes } from '../view/timetable.js';
import { recentRuns } from './measured-elections.js';

/**
 * The medians over recent runs that tell of such a plan: applied on the same platform, by the same joining rules. Where
 * there are none, rehearsals tell of plain ensembles; of DC/OS they don't, since no script of it runs in them.
 */
export async function measuredTimes(home: string, plan: Plan): Promise<MeasuredTimes | null> {
  const runs = (await recentRuns(home)).filter(
    (state) =>
      state.plan.platform === plan.platform && familyOf(state.plan.zookeeper) === familyOf(plan.zookeeper),
  );
  const applied = runs.filter((state) => state.purpose === 'apply');
  const rehearsed = plan.platform === 'dcos' ? [] : runs.filter((state) => state.purpose === 'rehearsal');
  const source = applied.length > 0 ? 'applied' : 'rehearsed';
  const telling = applied.length > 0 ? applied : rehearsed;
  if (telling.length === 0) return null;
  return { source, steps: stepTimes(telling), duties: dutyTimes(telling) };
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
