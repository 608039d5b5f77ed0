// Whether a plan that came from a file hangs together: nothing in it is believed because it stands there.

import { describeEnsemble, renumbered, sameEnsemble, sortedEnsemble } from '../model/ensemble.js';
import { familyOf, hasRollingChangeBug } from '../model/family.js';
import type { Plan, Stage } from './plan.js';

/** Every reason why the plan may not be carried out as it stands; none for a good one. */
export function checkPlan(plan: Plan): readonly string[] {
  const faults: string[] = [];
  if (familyOf(plan.zookeeper) === undefined)
    faults.push(`zookeeper: the joining rules of ${plan.zookeeper} are not known`);
  if (hasRollingChangeBug(plan.zookeeper))
    faults.push(`zookeeper: ${plan.zookeeper} can elect a leader that cannot commit (ZOOKEEPER-3829)`);
  for (const finding of plan.findings)
    if (finding.severity === 'error') faults.push(`finding ${finding.rule}: ${finding.message}`);
  let reached = plan.from;
  for (const stage of plan.stages) {
    if (!sameEnsemble(stage.from, reached)) {
      faults.push(
        `stage ${stage.number} begins at ${describeEnsemble(stage.from)}, but ${describeEnsemble(reached)} is what the stage before it leaves`,
      );
    }
    faults.push(...stageFaults(plan, stage));
    reached = stage.ensemble;
  }
  if (!sameEnsemble(reached, plan.to))
    faults.push(`the stages end at ${describeEnsemble(reached)}, not at ${describeEnsemble(plan.to)}`);
  return faults;
}

function stageFaults(plan: Plan, stage: Stage): readonly string[] {
  const faults: string[] = [];
  const moved = renumbered(stage.from, stage.ensemble);
  if (moved.length > 0 && !stage.fullStop && !plan.consents.allowRenumber)
    faults.push(
      `stage ${stage.number} changes the id of ${moved.join(', ')} without stopping every server, and the plan has no consent to that`,
    );
  if (stage.fullStop && !plan.consents.allowOutage)
    faults.push(`stage ${stage.number} stops every server, and the plan has no consent to an outage`);
  if (
    plan.idPolicy === 'sorted' &&
    !sameEnsemble(stage.ensemble, sortedEnsemble(stage.ensemble.map((member) => member.address)))
  ) {
    faults.push(`stage ${stage.number} ends at ids that are not the positions of the sorted addresses`);
  }
  const newcomers = stage.ensemble.filter(
    (member) => !stage.from.some((old) => old.address === member.address),
  );
  const stale = newcomers.filter((member) => !stage.fresh.includes(member.address));
  if (stale.length > 0)
    faults.push(
      `stage ${stage.number} adds ${stale.map((member) => member.address).join(', ')} without starting from an empty disk`,
    );
  return faults;
}
