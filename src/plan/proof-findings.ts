// What the proof has to say to the operator, as findings.

import type { Finding, Proof } from './plan.js';
import { countWords } from './wording.js';

/** A warning where a plan was not explored to its end; nothing where it was. */
export function proofFindings(proof: Proof): readonly Finding[] {
  if (proof.verdict !== 'unproved') return [];
  return [
    {
      rule: 'unproved',
      severity: 'warning',
      subject: 'proof',
      message: `There is more to explore than fits: after ${countWords(proof.states, 'state')} no rule was broken, and nobody knows of the rest.`,
      remedy: 'Ask for fewer faults (`--faults`), or for a smaller change.',
    },
  ];
}

/** The error of a change for which every order breaks a rule. */
export function refutedFinding({ faults, states, counterexample }: Proof, subject: string): Finding {
  return {
    rule: 'refuted',
    severity: 'error',
    subject,
    message: `Every order of steps that was tried breaks a rule when ${countWords(faults, 'fault')} may happen (${countWords(states, 'state')} explored). ${counterexample?.at(-1) ?? ''}`,
    remedy:
      'See the counterexample. A newer ZooKeeper, a further consent, or another target may have a way; fewer `--faults` only hide it.',
  };
}
