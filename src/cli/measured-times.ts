// How long did steps, and the work around the stages, take in the runs of this machine?

import { familyOf } from '../model/family.js';
import type { Plan } from '../plan/plan.js';
import { timesOf } from '../view/run-times.js';
import type { MeasuredTimes } from '../view/timetable.js';
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
  return { source, ...timesOf(telling) };
}
