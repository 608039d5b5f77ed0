// The plan as a path: what was done, where the run is, what lies ahead.

import type { Stage, Step } from '../../plan/plan.js';
import type { RunState, StageState, StepState } from '../../run/run-state.js';

/** One step on the path. */
export interface PathStep {
  readonly id: string;
  readonly kind: Step['kind'];
  readonly host: string;
  readonly reason: string;
  readonly margin: number;
  readonly place: 'done' | 'here' | 'ahead';
  readonly tookMs: number | null;
  /** How many of the stage's planned steps are taken once this one is; null where the run left the plan. */
  readonly planned: number | null;
}

/** One stage on the path. `passed-over`: the run went back instead. */
export interface PathStage {
  readonly stage: Stage;
  readonly place: 'done' | 'here' | 'ahead' | 'passed-over';
  readonly tookMs: number | null;
  readonly steps: readonly PathStep[];
}

/** Every stage with its steps: those that were taken, as they were, and then those that are planned. */
export function planPath(state: RunState): readonly PathStage[] {
  return state.plan.stages.map((stage) => {
    const begun = state.stages.find((one) => one.number === stage.number);
    const steps = stepsOf(stage, begun);
    const over = begun !== undefined && begun.endedAt !== null;
    const givenUp = stage.number === state.undoes;
    return {
      stage,
      place: givenUp ? 'passed-over' : over ? 'done' : begun === undefined ? 'ahead' : 'here',
      tookMs: over ? (begun.endedAt ?? begun.startedAt) - begun.startedAt : null,
      steps: givenUp ? steps.filter((step) => step.place !== 'ahead') : steps,
    };
  });
}

function stepsOf(stage: Stage, begun: StageState | undefined): readonly PathStep[] {
  // The engine computes each next step from what it sees: the same one may come in another place than it was planned in.
  const open = stage.steps.map((step, index) => ({ step, index }));
  const taken = (begun?.steps ?? []).map((one): PathStep => {
    const at = open.findIndex(({ step }) => step.kind === one.step.kind && step.host === one.step.host);
    const [match] = at === -1 ? [] : open.splice(at, 1);
    return takenStep(one, match?.index ?? null);
  });
  const ahead = open.map(({ step, index }): PathStep => {
    const { id, kind, host, reason, margin } = step;
    return { id, kind, host, reason, margin, place: 'ahead', tookMs: null, planned: index + 1 };
  });
  return begun !== undefined && begun.endedAt !== null ? taken : [...taken, ...ahead];
}

function takenStep({ step, done }: StepState, index: number | null): PathStep {
  const { id, kind, host, reason, margin } = step;
  return {
    id,
    kind,
    host,
    reason,
    margin,
    place: done === null ? 'here' : 'done',
    tookMs: done?.tookMs ?? null,
    planned: index === null ? null : index + 1,
  };
}
