// Does a script by reconfiguration keep every rule, whatever happens within the faults that it is proved for?

import { defaultMostStates, explore } from '../explorer/explore.js';
import { stateWords } from '../explorer/state-store.js';
import type { ProofBounds, ScriptProof } from '../prove-script.js';
import type { SeenWorld } from '../zookeeper/can-finish.js';
import { at } from '../zookeeper/roster.js';
import type { Script } from '../zookeeper/script.js';
import { listFinisher } from './can-finish.js';
import { fitsLists, listCourseOf } from './list-course.js';
import { listModel } from './model.js';
import { emptyListState, unpack } from './state.js';
import { listStory } from './story.js';

/** Explores a script by reconfiguration to the fixed point. Throws `InvariantError` for steps that it can't have. */
export function proveLists(
  script: Script,
  { faults, mostStates = defaultMostStates, firstVictims }: ProofBounds,
  replan: (world: SeenWorld) => boolean,
): ScriptProof {
  if (!fitsLists(script))
    return { verdict: 'cut-short', refutation: null, states: 0, transitions: 0, bytes: 0 };
  const course = listCourseOf(script);
  const canFinish = listFinisher(course, replan);
  const options = { faults, canFinish, ...(firstVictims === undefined ? {} : { firstVictims }) };
  const { violation, ...figures } = explore(listModel(course, options), mostStates);
  if (violation === null) return { ...figures, refutation: null };
  const { broken, path } = violation;
  const end = emptyListState();
  unpack(path.at(-1) ?? new Int32Array(stateWords), end);
  const { step } = at(course.points, end.point);
  const story = listStory(course, options, violation);
  return {
    ...figures,
    refutation: { broken, story, happenings: [], step: step - 1, atStart: path.length === 1 },
  };
}
