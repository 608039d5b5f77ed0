// Does a script keep every rule, whatever happens within the faults that it is proved for?

import { defaultMostStates, explore } from './explorer/explore.js';
import { stateWords } from './explorer/state-store.js';
import { finisher, type SeenWorld } from './zookeeper/can-finish.js';
import { happeningsOf, type Happening } from './zookeeper/course-of-events.js';
import { courseOf, mostServers } from './zookeeper/course.js';
import { ensembleModel, type BrokenRule } from './zookeeper/model.js';
import { at, rosterOf, type ServerSet } from './zookeeper/roster.js';
import type { Script } from './zookeeper/script.js';
import { emptyState, unpack } from './zookeeper/state.js';
import { storyOf } from './zookeeper/story.js';

/** How far a proof goes. */
export interface ProofBounds {
  /** How many faults may happen, 0…7. */
  readonly faults: number;
  /** States after which the exploration gives up; `defaultMostStates` when absent. */
  readonly mostStates?: number;
  /** The servers that may suffer the first fault, where several cores share the work; all when absent. */
  readonly firstVictims?: ServerSet;
}

/** Why a script is refuted. */
export interface Refutation {
  readonly broken: BrokenRule;
  /** A sentence a line. */
  readonly story: readonly string[];
  readonly happenings: readonly Happening[];
  /** The script's step that was begun last, as an index; -1 when none was. */
  readonly step: number;
}

/** What was found, and how much was looked at. */
export interface ScriptProof {
  /** `cut-short`: more states than allowed, or more servers than a proof can have. */
  readonly verdict: 'safe' | 'unsafe' | 'cut-short';
  readonly refutation: Refutation | null;
  readonly states: number;
  readonly transitions: number;
  /** Memory held at the end, in bytes. */
  readonly bytes: number;
}

/**
 * Explores a script to the fixed point. `replan` says whether another order of the rest is known from a world in which
 * the script's own next gate can't pass.
 *
 * Throws `InvariantError` for a step on a host outside the stage.
 */
export function proveScript(
  script: Script,
  bounds: ProofBounds,
  replan: (world: SeenWorld) => boolean,
): ScriptProof {
  if (rosterOf(script).addresses.length > mostServers)
    return { verdict: 'cut-short', refutation: null, states: 0, transitions: 0, bytes: 0 };
  const { faults, mostStates = defaultMostStates, firstVictims } = bounds;
  const canFinish = finisher(courseOf(script), replan);
  const shared = { faults, canFinish, ...(firstVictims === undefined ? {} : { firstVictims }) };
  const model = ensembleModel(script, { ...shared, merge: true });
  const { verdict, violation, states, transitions, bytes } = explore(model, mostStates);
  const figures = { verdict, states, transitions, bytes };
  if (violation === null) return { ...figures, refutation: null };
  // Told of real servers, a share's victim may stand in another place than its representative's: all may be hit.
  const happenings = happeningsOf(script, { faults, canFinish, merge: true }, violation);
  const end = emptyState();
  unpack(violation.path.at(-1) ?? new Int32Array(stateWords), end);
  const { broken } = violation;
  const { phase, step } = at(model.course.points, end.point);
  return {
    ...figures,
    refutation: {
      broken,
      story: storyOf(model.course, broken, happenings, end),
      happenings,
      step: phase === 'down' ? step : step - 1,
    },
  };
}
