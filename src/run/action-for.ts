// Which mutation a step is, given what the run knows of the host.

import { idOf } from '../model/ensemble.js';
import type { Stage } from '../plan/plan.js';
import type { PlannedStep } from '../plan/schedule.js';
import type { StageWorld } from '../plan/world.js';
import type { Action, Returning } from './platform.js';
import { joinAction, listAction } from './reconfigure-action.js';
import type { RunState } from './run-state.js';

/** The action of `step`. `stamp` marks the disks that this stage installs. */
export function actionFor(
  step: PlannedStep,
  stage: Stage,
  state: RunState,
  stamp: string,
  world: StageWorld,
): Action {
  const address = step.host;
  switch (step.kind) {
    case 'join':
      return joinAction(step.host, stage, stamp, world, mayBeWiped(state, stage, address));
    case 'add':
    case 'remove':
      return listAction(step.kind, address, world);
    case 'stop':
    case 'fence':
      return { kind: step.kind, address };
    case 'start':
      return { kind: 'start', address, ...returning(stage, address) };
    case 'upgrade':
      return { kind: 'upgrade', address, ensemble: stage.ensemble, ...returning(stage, address) };
    case 'restart':
      // Only a leader that has yet to get the new list is asked to give way.
      return { kind: 'upgrade', address, ensemble: stage.from };
    case 'install':
      return {
        kind: 'install',
        address,
        ensemble: stage.ensemble,
        stamp,
        leftovers: mayBeWiped(state, stage, address) ? 'wipe' : 'refuse',
      };
  }
}

/** In a stage that undoes another, members that had left come back with the disks that they had. */
function returning({ from, fresh }: Stage, address: string): Returning {
  return idOf(from, address) === undefined && !fresh.includes(address) ? { emptyReplicas: true } : {};
}

/** A host that this run itself had as a member may be wiped; any other data on a newcomer is somebody's. */
function mayBeWiped(state: RunState, stage: Stage, address: string): boolean {
  const before = state.plan.stages
    .filter((earlier) => earlier.number <= stage.number)
    .map((earlier) => earlier.from);
  const reseeded = state.reseeds.some((one) => one.host === address);
  return reseeded || [state.plan.from, ...before].some((ensemble) => idOf(ensemble, address) !== undefined);
}
