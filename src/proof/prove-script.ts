// Does a script keep every rule, whatever happens within the faults that it is proved for?

import { defaultMostStates, explore } from './explorer/explore.js';
import { stateWords } from './explorer/state-store.js';
import { finisher, type SeenWorld } from './zookeeper/can-finish.js';
import { happeningsOf, type Happening } from './zookeeper/course-of-events.js';
import { logModel, type LogRule } from './mesos-log/model.js';
import { emptyLog, unpack } from './mesos-log/state.js';
import { logStory } from './mesos-log/story.js';
import { courseOf, mostServers, type Course } from './zookeeper/course.js';
import { ensembleModel, type BrokenRule } from './zookeeper/model.js';
import { at, rosterOf, type ServerSet } from './zookeeper/roster.js';
import type { Script } from './zookeeper/script.js';
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

/** What can be broken: a rule of the ensemble, or one of Mesos' replicated log. */
export type AnyRule = BrokenRule | LogRule;

/** What a master keeps with a quorum of its own: each is proved by itself. */
export type Replicated = 'zookeeper' | 'mesos-log';

/** Why a script is refuted. */
export interface Refutation {
  readonly broken: AnyRule;
  /** A sentence a line. */
  readonly story: readonly string[];
  /** What happens to the ensemble; empty where another rule is broken. */
  readonly happenings: readonly Happening[];
  /** The script's step that was begun last, as an index; -1 when none was. */
  readonly step: number;
  /** Whether the rule is broken where the script begins, before anything happens: no script is to blame for that. */
  readonly atStart: boolean;
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
 * Explores a script to the fixed point, for each of what is replicated. `replan` says whether another order of the rest
 * is known from a world in which the script's own next gate can't pass.
 *
 * Throws `InvariantError` for a step on a host outside the stage.
 */
export function proveScript(
  script: Script,
  bounds: ProofBounds,
  replan: (world: SeenWorld) => boolean,
  replicated: readonly Replicated[] = ['zookeeper'],
): ScriptProof {
  if (rosterOf(script).addresses.length > mostServers)
    return { verdict: 'cut-short', refutation: null, states: 0, transitions: 0, bytes: 0 };
  let proof: ScriptProof = { verdict: 'safe', refutation: null, states: 0, transitions: 0, bytes: 0 };
  const { firstVictims } = bounds;
  // Where cores share the work, the log is one core's.
  const ours = replicated.filter(
    (one) => one === 'zookeeper' || firstVictims === undefined || (firstVictims & 1) !== 0,
  );
  for (const one of ours) {
    const next = one === 'zookeeper' ? proveEnsemble(script, bounds, replan) : proveLog(script, bounds);
    proof = {
      ...next,
      states: proof.states + next.states,
      transitions: proof.transitions + next.transitions,
      bytes: Math.max(proof.bytes, next.bytes),
    };
    if (next.verdict !== 'safe') return proof;
  }
  return proof;
}

function proveEnsemble(
  script: Script,
  bounds: ProofBounds,
  replan: (world: SeenWorld) => boolean,
): ScriptProof {
  const { faults, mostStates = defaultMostStates, firstVictims } = bounds;
  const canFinish = finisher(courseOf(script), replan);
  const options = { faults, canFinish, merge: true, ...(firstVictims === undefined ? {} : { firstVictims }) };
  const model = ensembleModel(script, options);
  const { violation, ...figures } = explore(model, mostStates);
  if (violation === null) return { ...figures, refutation: null };
  const { broken } = violation;
  // Told of real servers, a share's victim may stand in another place than its representative's: all may be hit.
  const { happenings, end } = happeningsOf(script, { faults, canFinish, merge: true }, violation);
  const story = storyOf(model.course, broken, happenings, end);
  const step = stepBegun(model.course, end.point);
  const atStart = violation.path.length === 1;
  return { ...figures, refutation: { broken, story, happenings, step, atStart } };
}

function proveLog(script: Script, { faults, mostStates = defaultMostStates }: ProofBounds): ScriptProof {
  const course = courseOf(script);
  const { violation, ...figures } = explore(logModel(course, faults), mostStates);
  if (violation === null) return { ...figures, refutation: null };
  const { broken, path } = violation;
  const end = emptyLog();
  unpack(path.at(-1) ?? new Int32Array(stateWords), end);
  const story = logStory(course, faults, violation);
  const [step, atStart] = [stepBegun(course, end.point), path.length === 1];
  return { ...figures, refutation: { broken, story, happenings: [], step, atStart } };
}

function stepBegun({ points }: Course, point: number): number {
  const { phase, step } = at(points, point);
  return phase === 'down' ? step : step - 1;
}
