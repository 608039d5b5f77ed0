// How a route becomes stages: each with its schedule, its explanation and what it is expected to cost.

import { idOf, renumbered, type Address, type IdPolicy } from '../model/ensemble.js';
import type { ZooKeeperFamily } from '../model/family.js';
import type { Replicated } from '../proof/prove-script.js';
import { explainStage } from './explain-stage.js';
import { type MeasuredElections, unavailableMs } from './durations.js';
import type { Consents, Expected, Proof, Stage, Step } from './plan.js';
import { provedSchedule, type ProvedSchedule } from './proved-schedule.js';
import type { Transition } from './search.js';
import { worldAtStart } from './schedule-start.js';
import { stillDown } from './still-down.js';

/** What the stages of a route depend on besides the route. */
export interface Setting {
  readonly policy: IdPolicy;
  readonly family: ZooKeeperFamily;
  readonly leader: Address | null;
  readonly down: readonly Address[];
  /** Those of `down` whose machines are gone for good. */
  readonly gone: readonly Address[];
  readonly consents: Consents;
  /** How many faults each stage must bear. */
  readonly faults: number;
  /** What must stay safe. */
  readonly replicated: readonly Replicated[];
}

/** The stages of a route with their proof, or the first transition for which no schedule is allowed, or none is proved. */
export type BuiltStages =
  | { readonly kind: 'built'; readonly stages: readonly Stage[]; readonly proof: Proof }
  | {
      readonly kind: 'unscheduled';
      readonly transition: Transition;
      readonly number: number;
      /** What is wrong with the cheapest schedule; null when the rules allow none at all. */
      readonly refuted: Proof | null;
    };

/** Schedules each transition, starting with the leader that the one before is predicted to end with. */
export function buildStages(transitions: readonly Transition[], setting: Setting): BuiltStages {
  const stages: Stage[] = [];
  const { faults } = setting;
  let proof: Proof = { verdict: 'safe', faults, states: 0, counterexample: null };
  let leader = setting.leader;
  for (const [index, transition] of transitions.entries()) {
    const number = index + 1;
    const earlier = transitions.slice(0, index);
    const { fullStop, found } = bestSchedule(transition, setting, leader, {
      down: stillDown(setting.down, earlier),
      gone: stillDown(setting.gone, earlier),
    });
    if (found.kind !== 'proved') {
      const refuted = found.kind === 'none' ? null : withStage(proof, number, found);
      return { kind: 'unscheduled', transition, number, refuted };
    }
    proof = withStage(proof, number, found);
    const steps = found.steps.map((step, at): Step => ({ id: `${number}.${at + 1}`, ...step }));
    stages.push({
      number,
      kind: transition.kind,
      method: 'restart',
      from: transition.from,
      ensemble: transition.to,
      renumbered: renumbered(transition.from, transition.to),
      fresh: transition.fresh,
      fullStop,
      reason: explainStage({ transitions, index, fullStop, ...setting }),
      steps,
    });
    leader = steps.at(-1)?.leader ?? null;
  }
  return { kind: 'built', stages, proof };
}

/** Where ids change, one server after the other is better than all at once; either wants its own consent. */
function bestSchedule(
  transition: Transition,
  setting: Setting,
  leader: Address | null,
  { down, gone }: Pick<Setting, 'down' | 'gone'>,
): { readonly fullStop: boolean; readonly found: ProvedSchedule } {
  const { family, faults, replicated, consents } = setting;
  const { from, to, fresh } = transition;
  const attempt = (fullStop: boolean): { readonly fullStop: boolean; readonly found: ProvedSchedule } => ({
    fullStop,
    found: provedSchedule(
      worldAtStart({ from, to, fresh, gone, fullStop, family, leader }, down),
      faults,
      replicated,
    ),
  });
  if (transition.kind !== 'renumber') return attempt(false);
  const rolling = consents.allowRenumber ? attempt(false) : null;
  if (rolling?.found.kind === 'proved' || !consents.allowOutage) return rolling ?? attempt(true);
  return attempt(true);
}

/** The proof of the stages so far together with one more. */
export function withStage(
  proof: Proof,
  number: number,
  { proof: more }: Exclude<ProvedSchedule, { readonly kind: 'none' }>,
): Proof {
  const states = proof.states + more.states;
  const verdict =
    more.verdict === 'unsafe' ? 'unsafe' : more.verdict === 'cut-short' ? 'unproved' : proof.verdict;
  const counterexample = more.refutation === null ? null : [`In stage ${number}:`, ...more.refutation.story];
  return { ...proof, verdict, states, counterexample };
}

/** What stages are expected to cost together. */
export function expectedOf(
  stages: readonly Stage[],
  family: ZooKeeperFamily,
  measured: MeasuredElections | undefined,
): Expected {
  const steps = stages.flatMap((stage) => stage.steps);
  return {
    elections: steps.reduce((sum, step) => sum + step.elections, 0),
    unavailableMs: stages.reduce((sum, stage) => sum + unavailableMs(stage, family, measured), 0),
    measuredStages: measured?.stages ?? 0,
    rebuiltHosts: new Set(rebuiltHosts(stages)).size,
    configurationRounds: stages.filter((stage) => stage.kind !== 'rebuild').length,
  };
}

/** Hosts that start from an empty disk although they were members before, in the order in which they do. */
export function rebuiltHosts(stages: readonly Stage[]): readonly Address[] {
  return stages.flatMap((stage, index) =>
    stage.fresh.filter((address) =>
      stages.slice(0, index + 1).some((earlier) => idOf(earlier.from, address) !== undefined),
    ),
  );
}
