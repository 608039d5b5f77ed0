// What a round of a stage leaves in the journal beside its steps: a step that is over, and what is otherwise than expected.

import type { Address } from '../model/ensemble.js';
import type { Stage } from '../plan/plan.js';
import type { StageWorld } from '../plan/world.js';
import type { EngineHost } from './engine-host.js';
import { hasBegun } from './observe-stage.js';
import { type RunState, stepInFlight } from './run-state.js';
import { isTaken } from './take-step.js';
import type { GateResult } from './wait-for-gate.js';

/** What a process remembers between two rounds of a stage; a new process begins without. */
export interface Memory {
  /** The steps that should come next. */
  expected: readonly string[] | 'as planned' | 'anything';
  /** Whether a gate has held for its whole time since the last action, so that the next need not hold again. */
  settled: boolean;
  /** How many further faults the rest was last proved for; null before the first proof. */
  faults: number | null;
}

/** The gate that passed closes the step before it, unless its host shows that the step broke off half-way. */
export async function recordProgress(
  host: EngineHost,
  stage: Stage,
  world: StageWorld,
  gate: GateResult & { readonly kind: 'passed' },
): Promise<void> {
  const state = host.log.state();
  const { epoch, leader } = gate.evidence;
  if (!hasBegun(state, stage)) {
    await host.log.append({ kind: 'stage-started', stage: stage.number, epoch, leader });
    return;
  }
  const inFlight = stepInFlight(state);
  if (inFlight === null || !isTaken(inFlight.step, world)) return;
  await host.log.append({
    kind: 'step-done',
    id: inFlight.step.id,
    tookMs: host.now() - inFlight.startedAt,
    heldMs: gate.heldMs,
    gate: gate.evidence,
  });
}

function plannedLabels(state: RunState, stage: Stage): readonly string[] {
  const taken = state.stages.find((begun) => begun.number === stage.number)?.steps ?? [];
  const done = new Set(
    taken.filter((step) => step.done !== null).map((step) => `${step.step.kind} ${step.step.host}`),
  );
  return stage.steps.map((step) => `${step.kind} ${step.host}`).filter((label) => !done.has(label));
}

export async function recordDeviation(
  host: EngineHost,
  stage: Stage,
  expected: Memory['expected'],
  found: readonly string[],
  leader: Address | null,
): Promise<void> {
  if (expected === 'anything') return;
  const due = expected === 'as planned' ? plannedLabels(host.log.state(), stage) : expected;
  if (due.join() === found.join()) return;
  const message = `the rest of the stage is ordered anew (${leader ?? 'nobody'} leads): ${found.join(', ')} instead of ${due.join(', ') || 'nothing'}`;
  await host.log.append({ kind: 'deviation', message, remaining: found });
}

/** A rest that bears fewer faults than the plan is said once: what was seen counts as one of them. */
export async function recordBound(
  host: EngineHost,
  memory: Memory,
  faults: number,
  remaining: readonly string[],
): Promise<void> {
  const before = memory.faults ?? host.log.state().plan.proof.faults;
  memory.faults = faults;
  if (faults >= before) return;
  const message = `something has failed already: the rest is proved for ${faults} further ${faults === 1 ? 'fault' : 'faults'}, not ${before}`;
  await host.log.append({ kind: 'deviation', message, remaining });
}
