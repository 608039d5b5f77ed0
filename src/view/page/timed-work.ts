// What a run was at, from when to when: its steps and the work around its stages.

import type { RunState } from '../../run/run-state.js';

/** A step or a duty in time; `toMs` is infinite while it goes on. ms since the epoch. */
export interface TimedWork {
  readonly id: string;
  /** `upgrade 10.0.0.3`, or a duty's sentence. */
  readonly label: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Everything that was begun, in no particular order. */
export function timedWork(state: RunState): readonly TimedWork[] {
  // What a process that died or stopped left behind was over with the journal's last word.
  const openMs = state.status === 'running' ? Number.POSITIVE_INFINITY : state.lastAt;
  const steps = state.stages
    .flatMap((stage) => stage.steps)
    .map(({ step, startedAt, done }) => ({
      id: step.id,
      label: `${step.kind} ${step.host}`,
      fromMs: startedAt,
      toMs: done?.at ?? openMs,
    }));
  const duties = state.duties.map(({ id, sentence, startedAt, done }) => ({
    id,
    label: sentence,
    fromMs: startedAt,
    toMs: done?.at ?? openMs,
  }));
  return [...steps, ...duties];
}
