// Which masters are still down after a stage, and what waits for them? From the plan alone.

import { idOf } from '../../model/ensemble.js';
import type { Address } from '../../model/ensemble.js';
import type { ListedPlan, ListedStage } from './agents/agent-rounds.js';
import type { DcosCluster } from './cluster-file.js';
import { dcosVersion } from './versions.js';

/** Members of a stage that were down when the plan was made, and that no stage has renewed by then. */
export function stillDown(plan: ListedPlan, stage: ListedStage): readonly Address[] {
  const renewed = freshBy(plan, stage);
  return plan.down.filter((one) => idOf(stage.ensemble, one) !== undefined && !renewed.includes(one));
}

/** Members of a stage that were renewed in it or before it, in a plan that began with members down. */
export function renewedBy(plan: ListedPlan, stage: ListedStage): readonly Address[] {
  if (plan.down.length === 0) return [];
  return freshBy(plan, stage).filter((one) => idOf(stage.ensemble, one) !== undefined);
}

/** A stage that undoes another has the number of the plan's next one, which is none of those before it. */
function freshBy({ stages }: ListedPlan, { number, fresh }: ListedStage): readonly Address[] {
  const before = stages.filter((one) => one.number < number).flatMap((one) => one.fresh);
  return [...new Set([...before, ...fresh])];
}

/**
 * The dead masters without which no service starts anew on any other: the gate wants all of the list
 * (`packages/bootstrap` in dcos/dcos until 1.13.9, 2.0.5 and 2.1.0). None where it wants fewer.
 */
export function shutBy({ dcos }: Pick<DcosCluster, 'dcos'>, down: readonly Address[]): readonly Address[] {
  return dcosVersion(dcos.version)?.bootstrapGate === 'all' ? down : [];
}

/** The stages just before this one after which nothing could be asked of any service: what they leave open is its work. */
export function postponedTo(
  cluster: Pick<DcosCluster, 'dcos'>,
  plan: ListedPlan,
  stage: ListedStage,
): readonly ListedStage[] {
  const before = plan.stages.filter((one) => one.number < stage.number);
  const last = before.at(-1);
  // They are at the plan's beginning: who is renewed is not down again.
  const waited = last !== undefined && shutBy(cluster, stillDown(plan, last)).length > 0;
  return waited ? before : [];
}
