import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renumbered, sortedEnsemble } from '../model/ensemble.js';
import { misplacedNewcomers, unfilledOpenings } from './keep-order.js';

test('filling the openings with addresses that lie in them keeps every id', () => {
  const cases = fc
    .record({
      hosts: fc.uniqueArray(fc.integer({ min: 10, max: 89 }), { minLength: 12, maxLength: 12 }),
      size: fc.integer({ min: 2, max: 6 }),
      leaving: fc.nat(5),
      joining: fc.nat(5),
    })
    .map(({ hosts, size, leaving, joining }) => {
      const names = hosts.map(String);
      const before = names.slice(0, size);
      return [
        before,
        [...before.slice(Math.min(leaving, size - 1)), ...names.slice(6, 6 + joining)],
      ] as const;
    });
  fc.assert(
    fc.property(cases, ([before, after]) => {
      const [current, target] = [sortedEnsemble(before), sortedEnsemble(after)];
      const openings = unfilledOpenings(current, target);
      const misplaced = misplacedNewcomers(current, target);
      if (renumbered(current, target).length === 0) expect([openings, misplaced]).toEqual([[], []]);
      if (openings.length === 0) return;
      const kept = after.filter((address) => !misplaced.includes(address));
      const placed = openings.flatMap(({ ids, fitting, interval }) =>
        Array.from(
          { length: ids.length - fitting.length },
          (_, index) => `${interval.after ?? '0'}${'.'.repeat(index + 1)}`,
        ),
      );
      // More newcomers than places may sort into one opening; then any of them can be the one that is too many.
      if (kept.length + placed.length === target.length) {
        expect(renumbered(current, sortedEnsemble([...kept, ...placed]))).toEqual([]);
      }
    }),
  );
});
