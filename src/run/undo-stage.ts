// Which stage can be given up, and what leads back from it?

import { sameEnsemble } from '../model/ensemble.js';
import type { Stage } from '../plan/plan.js';
import type { DutyState, RunState } from './run-state.js';

/**
 * The stage that undoes the one under way, or null when no stage is. Members that left come back with the disks that
 * they had; nothing starts empty. A rebuild can only go forward: its list does not change.
 */
export function undoStage(state: RunState): Stage | null {
  if (state.undoes !== null) return null;
  const stage = stageToGiveUp(state);
  if (stage === undefined || sameEnsemble(stage.from, stage.ensemble)) return null;
  return {
    number: stage.number + 1,
    kind: stage.kind === 'grow' ? 'shrink' : stage.kind === 'shrink' ? 'grow' : stage.kind,
    method: stage.method,
    from: stage.ensemble,
    ensemble: stage.from,
    renumbered: stage.renumbered,
    fresh: [],
    fullStop: stage.fullStop,
    reason: `stage ${stage.number} is undone: back to the last safe ensemble`,
    steps: [],
  };
}

/**
 * A stage whose steps go on; or, where none is, the next one whose work before its steps has begun (its configuration may
 * be served already); or else the last one, as long as work after its steps is open, none of which gave a member up.
 */
function stageToGiveUp(state: RunState): Stage | undefined {
  const planned = (number: number): Stage | undefined =>
    state.plan.stages.find((stage) => stage.number === number);
  const begun = state.stages.at(-1);
  if (begun !== undefined && begun.endedAt === null) return planned(begun.number);
  const done = begun?.number ?? 0;
  if (dutiesOf(state, done + 1).length > 0) return planned(done + 1);
  const after = dutiesOf(state, done).filter(({ startedAt }) => startedAt >= (begun?.endedAt ?? 0));
  const isOpen = after.some((duty) => duty.done === null);
  return isOpen && !after.some(isFinal) ? planned(done) : undefined;
}

/** Their ids begin with the number of their stage (`duty.ts`). */
function dutiesOf({ duties }: RunState, stage: number): readonly DutyState[] {
  return duties.filter(({ id }) => id.startsWith(`${stage}.`));
}

/** What takes a member out of everything else, or tells others to do without it. */
function isFinal({ kind }: DutyState): boolean {
  return kind === 'decommission' || kind === 'agents';
}
