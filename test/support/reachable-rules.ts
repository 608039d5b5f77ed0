// Which states can a model reach, and which rules break there? As a proof explores it, but on past the first broken rule.

import { stateStore, stateWords } from '../../src/proof/explorer/state-store.js';
import { finisher, type SeenWorld } from '../../src/proof/zookeeper/can-finish.js';
import { courseOf } from '../../src/proof/zookeeper/course.js';
import { ensembleModel, type BrokenRule, type EnsembleModel } from '../../src/proof/zookeeper/model.js';
import { addressesOf, at, type ServerSet } from '../../src/proof/zookeeper/roster.js';
import type { Script } from '../../src/proof/zookeeper/script.js';
import { emptyState, unpack } from '../../src/proof/zookeeper/state.js';
import { lineOf, type Reachable, type State } from './naive-proof.js';

/** The model that a proof explores, for tests that look into it. */
export function modelOf(
  script: Script,
  faults: number,
  merge: boolean,
  replan: (world: SeenWorld) => boolean,
): EnsembleModel {
  return ensembleModel(script, { faults, merge, canFinish: finisher(courseOf(script), replan) });
}

/** Every state that a model reaches, and every rule that some state breaks. */
export function reachableOf(model: EnsembleModel): Reachable {
  const rules = new Set<BrokenRule>();
  const states: string[] = [];
  everyState(model, (state, broken) => {
    states.push(lineOf(readable(model, state), model.course.script));
    if (broken !== null) rules.add(broken);
  });
  return { states: states.sort(), rules: [...rules].sort() };
}

/** Every rule that some reachable state breaks, sorted; nothing follows a state that breaks one. */
export function reachableRules(model: EnsembleModel): readonly BrokenRule[] {
  return reachableOf(model).rules;
}

function readable({ course: { roster, points } }: EnsembleModel, words: Int32Array): State {
  const state = emptyState();
  unpack(words, state);
  const { step, phase } = at(points, state.point);
  const named = (set: ServerSet): readonly string[] => [...addressesOf(roster, set)].sort();
  return {
    step,
    phase,
    faults: state.faults,
    up: named(state.up),
    group: named(state.group),
    leader: state.leader < 0 ? null : at(roster.addresses, state.leader),
    holders: named(state.holders),
    list: state.holdersList === 0 ? 'from' : 'to',
    blank: named(state.blank),
  };
}

/**
 * What a model is held against its twin by: the rules that break; where none does, the states. (Where one does, the model
 * may not come to a state that it only reaches by way of another one, since nothing follows a broken rule.)
 */
export function gistOf({ rules, states }: Reachable): string {
  return rules.length > 0 ? rules.join() : states.join('\n');
}

/**
 * Whether a model that merges interchangeable servers reaches exactly the representatives of what one reaches that does not.
 */
export function mergesRightly(merged: EnsembleModel, plain: EnsembleModel): boolean {
  const [ours, theirs] = [merged, plain].map((model) => {
    const representatives = new Set<string>();
    everyState(model, (state) => {
      const representative = state.slice();
      model.canonical(representative);
      representatives.add(representative.join());
    });
    return representatives;
  });
  if (ours === undefined || theirs === undefined) return false;
  return ours.size === theirs.size && [...ours].every((one) => theirs.has(one));
}

/** Calls `visit` for every reachable state, with the rule that it breaks; nothing follows a state that breaks one. */
export function everyState(
  model: EnsembleModel,
  visit: (state: Int32Array, broken: BrokenRule | null) => void,
): void {
  const store = stateStore();
  for (const first of model.initial) store.add(first, -1);
  const [state, next] = [new Int32Array(stateWords), new Int32Array(stateWords)];
  for (let index = 0; index < store.size(); index += 1) {
    store.read(index, state);
    const following: Int32Array[] = [];
    const broken = model.expand(state, next, () => following.push(next.slice()));
    visit(state, broken);
    if (broken === null) for (const one of following) store.add(one, index);
  }
}
