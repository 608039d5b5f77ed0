// Does the proof find what its slow, plain twin finds, with interchangeable servers merged and without?

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { naiveReachable } from '../../test/support/naive-proof.js';
import { randomScripts, type Bounds } from '../../test/support/random-scripts.js';
import { gistOf, mergesRightly, modelOf, reachableOf } from '../../test/support/reachable-rules.js';
import { writtenScript } from '../../test/support/written-script.js';
import { proveScript } from './prove-script.js';

/** States after which the twin gives up on a script. */
const mostStates = 8_000;

test.each([
  ['no fault', 0, { members: 4, servers: 6, steps: 6 }, 50],
  ['a fault', 1, { members: 3, servers: 5, steps: 5 }, 40],
  ['two faults', 2, { members: 2, servers: 4, steps: 4 }, 20],
] as const)(
  'the same rules break, and else the same states are reached, with %s',
  (_, faults, bounds, numRuns) => {
    agree(faults, bounds, numRuns, true);
  },
  60_000,
);

test('the same gates are stuck where no other order is known', () => {
  agree(1, { members: 3, servers: 5, steps: 4 }, 20, false);
}, 60_000);

/** A failure names the script as a person would write it. */
function agree(faults: number, bounds: Bounds, numRuns: number, replan: boolean): void {
  const property = fc.property(randomScripts(bounds), (written) => {
    const script = writtenScript(written);
    const expected = naiveReachable(script, faults, replan, mostStates);
    fc.pre(expected !== null);
    const known = (): boolean => replan;
    const plain = modelOf(script, faults, false, known);
    const merged = modelOf(script, faults, true, known);
    expect(gistOf(reachableOf(plain))).toEqual(gistOf(expected));
    expect(reachableOf(merged).rules).toEqual(expected.rules);
    if (expected.rules.length === 0) expect(mergesRightly(merged, plain)).toBe(true);
    const { verdict, refutation } = proveScript(script, { faults }, known);
    expect(verdict).toBe(expected.rules.length === 0 ? 'safe' : 'unsafe');
    if (refutation !== null) expect(expected.rules).toContain(refutation.broken);
  });
  fc.assert(property, { numRuns });
}
