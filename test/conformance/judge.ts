// What is wrong with the outcome of a run: does it contradict the model, or what was recorded?

import type { ZooKeeperFamily } from '../../src/model/family.js';
import { modelOutcome } from './model-outcome.js';
import { compareOutcomes, type RealEnd, type RealOutcome, wasSplit, wroteInVain } from './outcome.js';
import type { Scenario } from './scenario.js';

/** Where an outcome contradicts the model, as sentences. */
export function contradictionsOf(
  outcome: RealOutcome,
  scenario: Scenario,
  family: ZooKeeperFamily,
): readonly string[] {
  return compareOutcomes(outcome, modelOutcome(scenario, family, outcome.moments)).flatMap(
    ({ kind, text }) => (kind === 'contradiction' ? [text] : []),
  );
}

/** Where an outcome is another one than all that were recorded before; a race may always end otherwise. */
export function surprisesIn(
  outcome: RealOutcome,
  scenario: Scenario,
  recorded: readonly RealOutcome[],
): readonly string[] {
  if (scenario.race === true || recorded.length === 0) return [];
  const known = recorded.map(({ end }) => describeVerdict(end));
  const verdict = describeVerdict(outcome.end);
  return known.includes(verdict) ? [] : [`${verdict}; recorded was: ${known.join(', or ')}`];
}

/** Whether a run split and whether it lost writes, in words. */
export function describeVerdict(end: RealEnd): string {
  return `${wasSplit(end) ? 'split' : 'no split'}, ${wroteInVain(end) ? 'writes lost' : 'nothing lost'}`;
}
