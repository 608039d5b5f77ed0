// Is an ensemble that nobody touches safe, whatever fails?

import { expect, test } from 'vitest';
import { families } from '../../test/support/measured-schedules.js';
import { replanOf, writtenScript, type Written } from '../../test/support/written-script.js';
import { proveScript } from './prove-script.js';

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

test.each(families.flatMap((family) => names.map((_, index) => [family, index + 1] as const)))(
  'on %s an ensemble of %i without a step is safe under up to three faults, whoever leads',
  (family, size) => {
    const members = names.slice(0, size).join(' ');
    for (const leader of [null, names[0] ?? 'a', names[size - 1] ?? 'a']) {
      const written: Written = { from: members, to: members, leader, family, steps: '' };
      const replan = replanOf(written);
      for (const faults of [0, 1, 2, 3])
        expect(proveScript(writtenScript(written), { faults }, replan).verdict).toBe('safe');
    }
  },
  30_000,
);

test.each(families)('on %s a member that is down takes nobody along', (family) => {
  const written: Written = {
    from: 'a b c d e',
    to: 'a b c d e',
    leader: 'e',
    family,
    servers: { a: { running: false } },
    steps: 'start a',
  };
  expect(proveScript(writtenScript(written), { faults: 2 }, replanOf(written)).verdict).toBe('safe');
});

test.each(families)('on %s the shares of several cores find together what one core finds', (family) => {
  for (const steps of [
    'install d, upgrade a b c, install e',
    'upgrade a b, install d, upgrade c, install e',
  ]) {
    const written: Written = { from: 'a b c', to: 'a b c d e', leader: 'c', family, steps };
    const [script, replan] = [writtenScript(written), replanOf(written)];
    const shares = [0, 1, 2, 3, 4].map(
      (victim) => proveScript(script, { faults: 1, firstVictims: 1 << victim }, replan).verdict,
    );
    const whole = proveScript(script, { faults: 1 }, replan).verdict;
    expect(shares.includes('unsafe') ? 'unsafe' : 'safe').toBe(whole);
  }
});

test('more states than allowed, or more servers than fit, end without a verdict', () => {
  const written: Written = { from: 'a b c', to: 'a b c', leader: 'c', family: '3.5.4', steps: '' };
  const script = writtenScript(written);
  expect(proveScript(script, { faults: 2, mostStates: 10 }, () => true).verdict).toBe('cut-short');
  const many = Array.from({ length: 15 }, (_, index) => ({ id: index + 1, address: `s${index}` }));
  const wide = { ...script, from: many, to: many };
  expect(proveScript(wide, { faults: 0 }, () => true)).toMatchObject({ verdict: 'cut-short', states: 0 });
});
