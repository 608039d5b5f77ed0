// How far does a script come while nothing fails? What no course of events reaches, no proof has looked at.

import { explore, type TransitionSystem } from './explorer/explore.js';
import { stateWords } from './explorer/state-store.js';
import { fitsLists, listCourseOf } from './reconfigure/list-course.js';
import { listModel } from './reconfigure/model.js';
import { emptyListState, unpack as unpackLists } from './reconfigure/state.js';
import { mostServers } from './zookeeper/course.js';
import { ensembleModel } from './zookeeper/model.js';
import { at, rosterOf } from './zookeeper/roster.js';
import type { Script } from './zookeeper/script.js';
import { emptyState, unpack } from './zookeeper/state.js';

/** States after which nobody looks further: without faults a script has a few hundred. */
const mostStates = 200_000;

/** Nothing fails, and it does not matter whether what is begun can be finished. */
const calm = { faults: 0, canFinish: () => true };

/** What both models have: a course whose points tell the step that they belong to. */
interface Model extends TransitionSystem {
  readonly course: { readonly points: readonly { readonly phase: string; readonly step: number }[] };
}

/**
 * The number of steps that are done, and whose prediction comes true, in some course of events without a fault: all of
 * them where the script can be carried out. Broken rules do not matter here, two live servers with one id included.
 */
export function stepsReached(script: Script): number {
  const lenient = { ...script, lookPastTwins: true };
  if (script.configuration !== undefined) {
    if (!fitsLists(script)) return script.steps.length;
    return furthestStep(listModel(listCourseOf(lenient), calm), emptyListState(), unpackLists);
  }
  if (rosterOf(script).addresses.length > mostServers) return script.steps.length;
  return furthestStep(ensembleModel(lenient, { ...calm, merge: true }), emptyState(), unpack);
}

function furthestStep<State extends { readonly point: number }>(
  model: Model,
  state: State,
  read: (words: Int32Array, state: State) => void,
): number {
  let reached = 0;
  const seen = new Int32Array(stateWords);
  explore<'done'>(
    {
      begin: model.begin,
      initial: model.initial,
      expand: (words, next, emit) => {
        seen.set(words);
        model.expand(words, next, emit);
        read(seen, state);
        const { phase, step } = at(model.course.points, state.point);
        if (phase !== 'gate') reached = Math.max(reached, step);
        return phase === 'done' ? 'done' : null;
      },
    },
    mostStates,
  );
  return reached;
}
