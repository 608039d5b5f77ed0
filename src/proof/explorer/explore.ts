// Can any course of events break a rule? Every reachable state is visited once, nearest first.

import { stateStore, stateWords, type StateStore } from './state-store.js';

/** What may happen, from where, and what must never be: a protocol with its schedule and its faults. */
export interface TransitionSystem<Rule extends string = string> {
  /** Where everything begins, each of `stateWords` words. */
  readonly initial: readonly Int32Array[];
  /**
   * Calls `emit` once for each state that can follow `state`; the state is in `next` while `emit` runs. Returns the rule
   * that is broken by `state` itself or by an event that it allows, or null.
   */
  readonly expand: (state: Int32Array, next: Int32Array, emit: () => void) => Rule | null;
}

/** A broken rule, and the shortest way to it. */
export interface Violation<Rule extends string = string> {
  readonly broken: Rule;
  /** The states on the way, the first an initial one; the last allows the event that breaks the rule. */
  readonly path: readonly Int32Array[];
}

/** How an exploration ended. */
export interface Exploration<Rule extends string = string> {
  /** `safe`: all states were visited, and none breaks a rule. `cut-short`: more states than allowed. */
  readonly verdict: 'safe' | 'unsafe' | 'cut-short';
  readonly violation: Violation<Rule> | null;
  /** States visited. */
  readonly states: number;
  /** Transitions taken, those to known states included. */
  readonly transitions: number;
  /** Memory held at the end, in bytes. */
  readonly bytes: number;
}

/** More states than this are not explored unless asked for: about 1.3 GB. */
export const defaultMostStates = 40_000_000;

/** Explores to the fixed point, breadth first, so that the first violation found is a shortest one. */
export function explore<Rule extends string>(
  system: TransitionSystem<Rule>,
  mostStates: number = defaultMostStates,
): Exploration<Rule> {
  const store = stateStore();
  const state = new Int32Array(stateWords);
  const next = new Int32Array(stateWords);
  let transitions = 0;
  for (const first of system.initial) store.add(first, -1);
  let current = 0;
  const emit = (): void => {
    transitions += 1;
    store.add(next, current);
  };
  for (; current < store.size(); current += 1) {
    if (store.size() > mostStates) return ended('cut-short', null, store, transitions);
    store.read(current, state);
    const broken = system.expand(state, next, emit);
    if (broken !== null) {
      const violation = { broken, path: wayTo(store, current) };
      return ended('unsafe', violation, store, transitions);
    }
  }
  return ended('safe', null, store, transitions);
}

function ended<Rule extends string>(
  verdict: Exploration['verdict'],
  violation: Violation<Rule> | null,
  store: StateStore,
  transitions: number,
): Exploration<Rule> {
  return { verdict, violation, states: store.size(), transitions, bytes: store.bytes() };
}

function wayTo(store: StateStore, index: number): readonly Int32Array[] {
  const path: Int32Array[] = [];
  for (let at = index; at !== -1; at = store.parentOf(at)) {
    const state = new Int32Array(stateWords);
    store.read(at, state);
    path.push(state);
  }
  return path.reverse();
}
