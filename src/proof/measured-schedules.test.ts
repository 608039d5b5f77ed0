// Does the proof refute every schedule that lost writes on real servers, and say of all others what it says on purpose?

import { describe, expect, test } from 'vitest';
import { fallOf } from '../../test/support/fall-of.js';
import { emptyDisks } from '../../test/support/measured-disks.js';
import {
  expansions,
  families,
  replacements,
  type MeasuredSchedule,
} from '../../test/support/measured-schedules.js';
import { replanOf, writtenScript } from '../../test/support/written-script.js';
import { proveScript } from './prove-script.js';

describe.each([...replacements, ...expansions, ...emptyDisks])('$title', (measured) => {
  test.each(families)('on %s', (family) => {
    const falls = fallOf(measured, family);
    expect(verdictOf(measured, family, falls?.faults ?? 2)).toBe(falls?.rule ?? 'safe');
    if (falls !== null && falls.faults > 0)
      expect(verdictOf(measured, family, falls.faults - 1)).toBe('safe');
  });

  test('is refuted where it lost writes, at no more faults than were injected', () => {
    const { lost } = measured;
    if (lost === 'nothing' || lost === 'not run') return;
    for (const family of lost.families)
      expect(fallOf(measured, family)?.faults).toBeLessThanOrEqual(lost.faults);
  });

  test('has a reason for being refuted where it lost nothing', () => {
    if (measured.lost === 'nothing' && families.some((family) => fallOf(measured, family) !== null))
      expect(measured.why).toBeDefined();
  });
});

function verdictOf(measured: MeasuredSchedule, family: (typeof families)[number], faults: number): string {
  const written = { ...measured, family };
  const { verdict, refutation } = proveScript(writtenScript(written), { faults }, replanOf(written));
  return refutation?.broken ?? verdict;
}
