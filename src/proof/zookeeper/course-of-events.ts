// Which events lead from a script's start to a broken rule, told of real servers?

import { invariant } from '../../model/invariant.js';
import type { Violation } from '../explorer/explore.js';
import { retrace } from '../explorer/retrace.js';
import { stateWords } from '../explorer/state-store.js';
import type { ModelEvent } from './event.js';
import { ensembleModel, type BrokenRule, type ModelOptions } from './model.js';
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
): { readonly happenings: readonly Happening[]; readonly end: EnsembleState } {
  const model = ensembleModel(script, { ...options, merge: false });
  const { events, end } = retrace(model, violation.path, options.merge ? model.canonical : unchanged);
  const happenings = events.map(({ event, before }) => ({ event, before: read(before) }));
  const broken = model.expand(end, new Int32Array(stateWords), nobody);
  invariant(broken === violation.broken, `the way told again breaks the same rule: ${broken ?? 'none'}`);
  if (isByElection(broken)) happenings.push({ event: { ...model.event }, before: read(end) });
  return { happenings, end: read(end) };
}

/** Whether an event breaks the rule, rather than a state. */
export function isByElection(broken: string): boolean {
  return broken === 'lost-write' || broken === 'split-brain';
}

function unchanged(): void {}

function nobody(): void {}

function read(words: Int32Array): EnsembleState {
  const state = emptyState();
  unpack(words, state);
  return state;
}
