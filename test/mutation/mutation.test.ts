// Would the tests notice if a rule of the model were wrong?

import { beforeAll, expect, test } from 'vitest';
import { checks, type Check } from './checks.js';
import { mutants } from './mutants.js';
import { proofWith, type ProofDoors } from './mutated-proof.js';

let all: readonly Check[] = [];

beforeAll(() => {
  all = checks();
});

test('the model as it is passes every check', async () => {
  expect(firstFailure(await proofWith(null))).toBeNull();
});

test.each(mutants)('it is noticed that $mistake', async (mutant) => {
  expect(firstFailure(await proofWith(mutant))).not.toBeNull();
});

/** A check that fails, or null. A model that breaks one of its own assumptions fails as well. */
function firstFailure(proof: ProofDoors): string | null {
  for (const { name, expected, answer } of all) {
    const given = attempt(() => answer(proof));
    if (given !== expected) return `${name}: ${given}, not ${expected}`;
  }
  return null;
}

function attempt(answer: () => string): string {
  try {
    return answer();
  } catch (error) {
    return String(error);
  }
}
