// Which order of steps is the cheapest that keeps every rule whatever fails? Searched, proved, searched again.

import { proveScript, type Replicated, type ScriptProof } from '../proof/prove-script.js';
import type { SeenWorld } from '../proof/zookeeper/can-finish.js';
import type { Script } from '../proof/zookeeper/script.js';
import { completionCheck } from './can-complete.js';
import type { PlatformName } from './plan.js';
import { predict } from './predict.js';
import { keyedSchedule, type PlannedStep } from './schedule.js';
import type { StageWorld } from './world.js';

/** What the masters of a platform keep with a quorum: on DC/OS, Mesos' logs as well (facts on both: docs/explanation/proof.md). */
export function replicatedOn(platform: PlatformName): readonly Replicated[] {
  return platform === 'dcos' ? ['zookeeper', 'mesos-log'] : ['zookeeper'];
}

/** A proved schedule, or the cheapest one that the rules allow with the reason why it is not. */
export type ProvedSchedule =
  | { readonly kind: 'proved'; readonly steps: readonly PlannedStep[]; readonly proof: ScriptProof }
  | { readonly kind: 'refuted'; readonly steps: readonly PlannedStep[]; readonly proof: ScriptProof }
  /** No order keeps even the rules. */
  | { readonly kind: 'none' };

/** Schedules that are proved before the search gives up. */
const mostTries = 48;

/**
 * Proves the cheapest schedule; a step that leads to a broken rule is barred at its moment, and the search goes on
 * without it. What hold-back, shift order or moving the leader first are good for comes out of this: none of them is
 * written down anywhere.
 *
 * @param faults how many faults may happen from here to the end of the stage
 * @param replicated what must stay safe
 */
export function provedSchedule(
  world: StageWorld,
  faults: number,
  replicated: readonly Replicated[] = ['zookeeper'],
): ProvedSchedule {
  const barred = new Set<string>();
  const canComplete = completionCheck();
  let first: ProvedSchedule = { kind: 'none' };
  for (let tries = 0; tries < mostTries; tries += 1) {
    const found = keyedSchedule(world, barred);
    if (found === null) return first;
    const { steps, keys } = found;
    const replan = (seen: SeenWorld): boolean => canComplete({ ...world, ...seen });
    const proof = proveScript(scriptOf(world, steps), { faults }, replan, replicated);
    if (proof.verdict !== 'unsafe') return { kind: 'proved', steps, proof };
    if (first.kind === 'none') first = { kind: 'refuted', steps, proof };
    const astray = keys[proof.refutation?.step ?? -1];
    if (astray === undefined) return first;
    barred.add(astray);
  }
  return first;
}

/** What is proved of a world with its steps: who serves now is seen or, at the start of a stage, predicted. */
export function scriptOf(world: StageWorld, steps: Script['steps']): Script {
  const { from, to, fresh, reseeds = [], gone, family, servers, leader, configuration } = world;
  const serving = world.serving ?? predict(world).serving;
  const script = { from, to, fresh, reseeds, family, servers, leader, serving, steps };
  return {
    ...script,
    ...(gone === undefined ? {} : { gone }),
    ...(configuration === undefined ? {} : { configuration }),
  };
}
