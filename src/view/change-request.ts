// What does a change board need to know before a plan is carried out?

import type { Plan } from '../plan/plan.js';
import { secondsWords } from '../plan/wording.js';
import { plural } from './figures.js';
import { planFingerprint } from './fingerprint.js';
import { type Need, needsOf } from './plan-needs.js';
import { type Risk, risksOf } from './plan-risks.js';
import { capital, changeWords, headline, isExplored, proofWords } from './plan-words.js';
import { type MeasuredTimes, type Timetable, timetable } from './timetable.js';

/** The plan in words, for any form of the document. */
export interface ChangeRequest {
  readonly plan: Plan;
  readonly title: string;
  readonly fingerprint: string;
  /** What it comes to, a sentence each. */
  readonly summary: readonly string[];
  /** Why in this order. */
  readonly order: readonly string[];
  readonly needs: readonly Need[];
  readonly risks: readonly Risk[];
  readonly times: Timetable;
  readonly measured: MeasuredTimes | null;
  /** How the time without writes is known. */
  readonly unavailableBasis: string;
}

/** Everything that the document says beside the plan's own tables. */
export function changeRequest(plan: Plan, measured: MeasuredTimes | null): ChangeRequest {
  const planned = plan.stages.length > 0;
  const where = plan.cluster === null ? '' : ` on ${plan.cluster}`;
  return {
    plan,
    title: planned ? `${capital(changeWords(plan))}${where}` : headline(plan),
    fingerprint: planFingerprint(plan),
    summary: planned ? summary(plan) : [],
    order: planned ? order(plan) : [],
    needs: needsOf(plan),
    risks: planned ? risksOf(plan) : [],
    times: timetable(plan, measured),
    measured,
    unavailableBasis:
      plan.expected.measuredStages === 0
        ? 'estimated from the makers’ measurements'
        : `measured in ${plural(plan.expected.measuredStages, 'stage')} of earlier runs on this machine`,
  };
}

function summary(plan: Plan): readonly string[] {
  const { stages, expected } = plan;
  const steps = stages.flatMap((stage) => stage.steps);
  const least = Math.min(...steps.map((step) => step.margin));
  const thin = steps.filter((step) => step.margin === 0).length;
  const when = thin === steps.length ? 'each step' : plural(thin, 'of the steps', 'of the steps');
  const room =
    least < 0
      ? 'During some steps nobody serves.'
      : least === 0
        ? `The ensemble serves throughout; during ${when} one more failure would stop it.`
        : `The ensemble serves throughout, and at every moment ${least === 1 ? 'one more server' : `${least} more servers`} may fail.`;
  return [
    `${plural(stages.length, 'stage')} of ${plural(steps.length, 'step')}, one host at a time.`,
    `${room} Clients are expected to notice ${plural(expected.elections, 'election')}, and to wait about ${secondsWords(expected.unavailableMs)} for their writes in all.`,
    ...(isExplored(plan)
      ? [
          `${capital(proofWords(plan))}: every order in which things can happen was tried, with crashes, lost disks and partitions in between.`,
        ]
      : []),
  ];
}

function order({ idPolicy, zookeeper, stages }: Plan): readonly string[] {
  const rule =
    idPolicy === 'sorted'
      ? 'Server ids are the places of the addresses in their sorted list. A stage may only exchange a server for one that takes the very same place, so that no server that stays ever changes its id.'
      : 'A server that stays keeps its id.';
  const steady = stages.every((stage) => stage.renumbered.length === 0);
  return [
    steady ? rule : `${rule} Where that can’t be, ids change only in an order that is proved.`,
    `Within a stage the order follows from who can follow whom in ZooKeeper ${zookeeper} while some servers have the old list and some the new one, and from where one more failure can be borne best. Who leads is looked at again before each step.`,
  ];
}
