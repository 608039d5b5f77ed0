// Which events lead from a script's start to a broken rule, told of real servers?

import type { Violation } from '../explorer/explore.js';
import { stateWords } from '../explorer/state-store.js';
import { invariant } from '../../model/invariant.js';
import type { ModelEvent } from './event.js';
import { ensembleModel, type BrokenRule, type EnsembleModel, type ModelOptions } from './model.js';
import type { Script } from './script.js';
import { emptyState, unpack, type EnsembleState } from './state.js';

/** An event, and the ensemble right before it. */
export interface Happening {
  readonly event: Readonly<ModelEvent>;
  readonly before: Readonly<EnsembleState>;
}

/**
 * The events of a violation in their order; the last one breaks the rule (but for a state that is wrong by itself). The
 * path is one of representatives, in which interchangeable servers may have changed places: it is walked again with the
 * servers as they are.
 */
export function happeningsOf(
  script: Script,
  options: ModelOptions,
  violation: Violation<BrokenRule>,
): readonly Happening[] {
  const model = ensembleModel(script, { ...options, merge: false });
  const state = new Int32Array(stateWords);
  const [first] = model.initial;
  invariant(first !== undefined, 'a model begins somewhere');
  state.set(first);
  const happenings: Happening[] = [];
  for (const target of violation.path.slice(1)) {
    const step = stepTo(model, options.merge, state, target);
    happenings.push({ event: step.event, before: read(state) });
    state.set(step.state);
  }
  const broken = model.expand(state, new Int32Array(stateWords), () => undefined);
  invariant(broken === violation.broken, `the way told again breaks the same rule: ${broken ?? 'none'}`);
  if (isByElection(broken)) happenings.push({ event: { ...model.event }, before: read(state) });
  return happenings;
}

/** Whether an event breaks the rule, rather than a state. */
export function isByElection(broken: BrokenRule): boolean {
  return broken === 'lost-write' || broken === 'split-brain';
}

function stepTo(
  model: EnsembleModel,
  merged: boolean,
  from: Int32Array,
  target: Int32Array,
): { readonly event: ModelEvent; readonly state: Int32Array } {
  const next = new Int32Array(stateWords);
  const canonical = new Int32Array(stateWords);
  const found: { readonly event: ModelEvent; readonly state: Int32Array }[] = [];
  model.expand(from, next, () => {
    canonical.set(next);
    if (merged) model.canonical(canonical);
    if (canonical.every((word, index) => word === target[index]))
      found.push({ event: { ...model.event }, state: next.slice() });
  });
  const [step] = found;
  invariant(step !== undefined, 'each state on the way follows from the one before');
  return step;
}

function read(words: Int32Array): EnsembleState {
  const state = emptyState();
  unpack(words, state);
  return state;
}
