// Which rules can a model break at all? As a proof explores it, but on past the first broken rule.

import { stateStore, stateWords } from '../../src/proof/explorer/state-store.js';
import { finisher, type SeenWorld } from '../../src/proof/zookeeper/can-finish.js';
import { courseOf } from '../../src/proof/zookeeper/course.js';
import { ensembleModel, type BrokenRule, type EnsembleModel } from '../../src/proof/zookeeper/model.js';
import type { Script } from '../../src/proof/zookeeper/script.js';

/** The model that a proof explores, for tests that look into it. */
export function modelOf(
  script: Script,
  faults: number,
  merge: boolean,
  replan: (world: SeenWorld) => boolean,
): EnsembleModel {
  return ensembleModel(script, { faults, merge, canFinish: finisher(courseOf(script), replan) });
}

/** Every rule that some reachable state breaks, sorted; nothing follows a state that breaks one. */
export function reachableRules(model: EnsembleModel): readonly BrokenRule[] {
  const found = new Set<BrokenRule>();
  everyState(model, (_, broken) => {
    if (broken !== null) found.add(broken);
  });
  return [...found].sort();
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
