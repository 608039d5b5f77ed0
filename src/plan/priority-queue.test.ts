import fc from 'fast-check';
import { expect, test } from 'vitest';
import { priorityQueue } from './priority-queue.js';

test('gives back everything that was put in, the smallest first, also when puts and takes are mixed', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer())), (actions) => {
      const queue = priorityQueue<number>((a, b) => a - b);
      const twin: number[] = [];
      for (const action of [...actions, ...actions.map(() => null), null]) {
        if (action === null) expect(queue.pop()).toBe(twin.sort((a, b) => a - b).shift());
        else {
          queue.push(action);
          twin.push(action);
        }
      }
      expect(twin).toEqual([]);
    }),
  );
});
