// Is every change of a running list that the scheduler makes proved, from its start and from its middle?

import { describe, expect, test } from 'vitest';
import { writtenLists } from '../../test/support/written-lists.js';
import { predictReconfigureStep, type ReconfigureWorld } from './predict-reconfigure.js';
import { provedSchedule } from './proved-schedule.js';

const letters = ['a', 'b', 'c', 'd', 'e'];

/** `1:a 2:b`, without those named and with these newcomers, each under a new id or under one that is left. */
function target(size: number, without: readonly string[], come: readonly string[]): string {
  const staying = letters
    .slice(0, size)
    .flatMap((name, at) => (without.includes(name) ? [] : [`${at + 1}:${name}`]));
  return [...staying, ...come].join(' ');
}

/** Every kind of change of a list of this size: who leaves, and who comes. */
function changesOf(size: number): readonly (readonly [to: string, leaver: string])[] {
  const last = letters[size - 1] ?? '';
  const pair = letters.slice(size - 2, size);
  return [
    [target(size, [], ['8:m']), last],
    [target(size, [], ['8:m', '9:n']), last],
    [target(size, [last], ['8:m']), last],
    ...(size > 2
      ? [[target(size, [last], []), last] as const, [target(size, [last], [`${size}:m`]), last] as const]
      : []),
    ...(size > 3 ? [[target(size, pair, []), last] as const] : []),
  ];
}

const cases = [2, 3, 4, 5].flatMap((size) =>
  changesOf(size).flatMap(([to, leaver]) =>
    (size < 5 ? [leaver, 'a', null] : [leaver]).map((leader) => ({
      from: letters.slice(0, size).join(' '),
      to,
      leader,
      steps: '',
    })),
  ),
);

/** The worlds of a schedule, each with what is left to do. */
function worldsOf(world: ReconfigureWorld): readonly ReconfigureWorld[] {
  const found = provedSchedule(world, 1);
  expect(found.kind).toBe('proved');
  if (found.kind !== 'proved') return [];
  expect(found.proof.verdict).toBe('safe');
  expect(found.proof.states).toBeGreaterThan(found.steps.length);
  const worlds: ReconfigureWorld[] = [];
  let now = world;
  for (const { kind, host } of found.steps) {
    now = predictReconfigureStep(now, kind, host).after;
    worlds.push(now);
  }
  return worlds;
}

describe('every change of a list of two to five', () => {
  test.each(cases)(
    '$from to $to, led by $leader, is proved under a fault',
    (written) => {
      worldsOf(writtenLists(written));
    },
    120_000,
  );

  test.each(cases.filter(({ from }) => from.length < 6))(
    '$from to $to, led by $leader, is proved from its middle',
    (written) => {
      for (const world of worldsOf(writtenLists(written))) {
        const found = provedSchedule(world, 1);
        expect(found.kind === 'proved' ? found.proof.verdict : found.kind).toBe('safe');
      }
    },
    120_000,
  );

  test('a list of one is never changed so', () => {
    expect(provedSchedule(writtenLists({ from: 'a b', to: '1:a', leader: 'a', steps: '' }), 1).kind).toBe(
      'none',
    );
  });
});

test('of the orders that replace a dead member of three the first that bears another fault is found', () => {
  const found = provedSchedule(
    writtenLists({ from: 'a b c', to: '1:a 3:c 4:d', leader: 'c', steps: '', down: ['b'] }),
    1,
  );
  expect(
    found.kind === 'proved' ? found.steps.map(({ kind, host }) => `${kind} ${host}`).join(', ') : found.kind,
  ).toBe('join d, remove b, fence b, add d');
});
