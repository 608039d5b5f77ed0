// How a route becomes stages: each with its schedule, its explanation and what it is expected to cost.

import { idOf, renumbered, type Address, type IdPolicy } from '../model/ensemble.js';
import type { ZooKeeperFamily } from '../model/family.js';
import { explainStage } from './explain-stage.js';
import { unavailableMs } from './durations.js';
import type { Expected, Stage, Step } from './plan.js';
import { schedule } from './schedule.js';
import type { Transition } from './search.js';
import { worldAtStart } from './schedule-start.js';
import type { StageWorld } from './world.js';

/** What the stages of a route depend on besides the route. */
export interface Setting {
  readonly policy: IdPolicy;
  readonly family: ZooKeeperFamily;
  readonly leader: Address | null;
  readonly down: readonly Address[];
}

/** The stages of a route, or the first transition for which no schedule is allowed. */
export type BuiltStages =
  | { readonly kind: 'built'; readonly stages: readonly Stage[] }
  | { readonly kind: 'unscheduled'; readonly transition: Transition; readonly number: number };

/** Schedules each transition, starting with the leader that the one before is predicted to end with. */
export function buildStages(transitions: readonly Transition[], setting: Setting): BuiltStages {
  const stages: Stage[] = [];
  let leader = setting.leader;
  for (const [index, transition] of transitions.entries()) {
    const number = index + 1;
    const renewed = new Set(transitions.slice(0, index).flatMap((earlier) => earlier.fresh));
    const down = setting.down.filter((address) => !renewed.has(address));
    const planned = schedule(worldBefore(transition, setting.family, leader, down));
    if (!planned) return { kind: 'unscheduled', transition, number };
    const steps = planned.map((step, at): Step => ({ id: `${number}.${at + 1}`, ...step }));
    stages.push({
      number,
      kind: transition.kind,
      method: 'restart',
      from: transition.from,
      ensemble: transition.to,
      renumbered: renumbered(transition.from, transition.to),
      fresh: transition.fresh,
      fullStop: transition.kind === 'renumber',
      reason: explainStage({ transitions, index, ...setting }),
      steps,
    });
    leader = steps.at(-1)?.leader ?? null;
  }
  return { kind: 'built', stages };
}

/** Where a stage begins, with those not running that are down. */
function worldBefore(
  { kind, from, to, fresh }: Transition,
  family: ZooKeeperFamily,
  leader: Address | null,
  down: readonly Address[],
): StageWorld {
  const world = worldAtStart({ from, to, fresh, fullStop: kind === 'renumber', family, leader });
  const servers = world.servers.map((server) => ({
    ...server,
    running: server.running && !down.includes(server.address),
  }));
  return { ...world, servers };
}

/** What stages are expected to cost together. */
export function expectedOf(stages: readonly Stage[], family: ZooKeeperFamily): Expected {
  const steps = stages.flatMap((stage) => stage.steps);
  return {
    elections: steps.reduce((sum, step) => sum + step.elections, 0),
    unavailableMs: stages.reduce((sum, stage) => sum + unavailableMs(stage, family), 0),
    rebuiltHosts: new Set(rebuiltHosts(stages)).size,
    configurationRounds: stages.filter((stage) => stage.kind !== 'rebuild').length,
  };
}

/** Hosts that start from an empty disk although they were members before, in the order in which they do. */
export function rebuiltHosts(stages: readonly Stage[]): readonly Address[] {
  return stages.flatMap((stage, index) =>
    stage.fresh.filter((address) =>
      stages.slice(0, index + 1).some((earlier) => idOf(earlier.from, address) !== undefined),
    ),
  );
}
