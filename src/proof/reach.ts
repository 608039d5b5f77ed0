// How far does a script come while nothing fails? What no course of events reaches, no proof has looked at.

import { explore } from './explorer/explore.js';
import { stateWords } from './explorer/state-store.js';
import { mostServers } from './zookeeper/course.js';
import { ensembleModel } from './zookeeper/model.js';
import { at, rosterOf } from './zookeeper/roster.js';
import type { Script } from './zookeeper/script.js';
import { emptyState, unpack } from './zookeeper/state.js';

/** States after which nobody looks further: without faults a script has a few hundred. */
const mostStates = 200_000;

/**
 * The number of steps that are done, and whose prediction comes true, in some course of events without a fault: all of
 * them where the script can be carried out. Broken rules do not matter here, two live servers with one id included.
 */
export function stepsReached(script: Script): number {
  if (rosterOf(script).addresses.length > mostServers) return script.steps.length;
  const lenient = { ...script, lookPastTwins: true };
  const model = ensembleModel(lenient, { faults: 0, merge: true, canFinish: () => true });
  const state = emptyState();
  let reached = 0;
  const seen = new Int32Array(stateWords);
  explore<'done'>(
    {
      initial: model.initial,
      expand: (words, next, emit) => {
        seen.set(words);
        model.expand(words, next, emit);
        unpack(seen, state);
        const { phase, step } = at(model.course.points, state.point);
        if (phase !== 'gate') reached = Math.max(reached, step);
        return phase === 'done' ? 'done' : null;
      },
    },
    mostStates,
  );
  return reached;
}
