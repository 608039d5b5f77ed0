// Which events led along a path of states?

import { invariant } from '../../model/invariant.js';
import type { TransitionSystem } from './explore.js';
import { stateWords } from './state-store.js';

/** An event, and the state right before it. */
export interface Traced<Event> {
  readonly event: Event;
  readonly before: Int32Array;
}

/** A system that says which event led to the state that it emits. */
export interface TellingSystem<Event> extends TransitionSystem {
  readonly event: Event;
}

/**
 * Walks a path of an exploration again, naming the events. `canonical` makes a state the representative that the path
 * gives for it: the walk itself goes over the states as they are.
 *
 * @returns the events, and the last state of the walk
 */
export function retrace<Event extends object>(
  system: TellingSystem<Event>,
  path: readonly Int32Array[],
  canonical: (words: Int32Array) => void,
): { readonly events: readonly Traced<Event>[]; readonly end: Int32Array } {
  const [first] = system.initial;
  invariant(first !== undefined, 'a system begins somewhere');
  let state: Int32Array = first.slice();
  const events: Traced<Event>[] = [];
  for (const target of path.slice(1)) {
    const step = stepTo(system, state, target, canonical);
    events.push({ event: step.event, before: state });
    state = step.state;
  }
  return { events, end: state };
}

function stepTo<Event extends object>(
  system: TellingSystem<Event>,
  from: Int32Array,
  target: Int32Array,
  canonical: (words: Int32Array) => void,
): { readonly event: Event; readonly state: Int32Array } {
  const next = new Int32Array(stateWords);
  const form = new Int32Array(stateWords);
  const found: { readonly event: Event; readonly state: Int32Array }[] = [];
  system.expand(from, next, () => {
    form.set(next);
    canonical(form);
    if (form.every((word, index) => word === target[index]))
      found.push({ event: { ...system.event }, state: next.slice() });
  });
  const [step] = found;
  invariant(step !== undefined, 'each state on the way follows from the one before');
  return step;
}
