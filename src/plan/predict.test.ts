// Does the prediction say what real servers did? The tables are measurements on 3.4.8 and 3.8.0.

import { describe, expect, test } from 'vitest';
import { ensembleOf, idOf, type Address, type Ensemble } from '../model/ensemble.js';
import type { ZooKeeperFamily } from '../model/family.js';
import type { StepKind } from './plan.js';
import { predict, predictStep } from './predict.js';
import { worldAtStart } from './schedule-start.js';
import type { StageWorld } from './world.js';

const members = (...addresses: Address[]): Ensemble =>
  ensembleOf(addresses.map((address, index) => ({ id: index + 1, address })));

/** Servers `s1`…`sN`, of which `s<slot>` makes way for `new`. */
function replacement(size: number, slot: number, leader: number, family: ZooKeeperFamily): StageWorld {
  const old = Array.from({ length: size }, (_, index) => `s${index + 1}`);
  const to = members(...old.map((address) => (address === `s${slot}` ? 'new' : address)));
  return worldAtStart({
    from: members(...old),
    to,
    fresh: ['new'],
    fullStop: false,
    family,
    leader: `s${leader}`,
  });
}

type Act = readonly [StepKind, Address];

/** After which act does `who` serve first? 0 means that it serves before them; undefined means never. */
function servesAfter(world: StageWorld, acts: readonly Act[], who: Address): number | undefined {
  let now = world;
  if (predict(now).serving.includes(who)) return 0;
  for (const [index, [kind, host]] of acts.entries()) {
    const step = predictStep(now, kind, host);
    if (step.serving.includes(who)) return index + 1;
    now = step.after;
  }
  return undefined;
}

const after = (world: StageWorld, acts: readonly Act[]): StageWorld =>
  acts.reduce((now, [kind, host]) => predictStep(now, kind, host).after, world);

describe('the newcomer joins, with its predecessor stopped, the followers upgraded in ascending order and the leader last', () => {
  // [slot, leader, upgrades until it serves]
  const on348 = [
    [1, 2, 4],
    [1, 3, 4],
    [1, 5, 4],
    [2, 1, 2],
    [2, 3, 4],
    [2, 5, 4],
    [3, 1, 2],
    [3, 2, 2],
    [3, 5, 4],
    [4, 1, 0],
    [4, 3, 0],
    [4, 5, 4],
    [5, 1, 0],
    [5, 2, 0],
    [5, 3, 0],
    [5, 4, 0],
  ] as const;
  const cases = on348.flatMap(([slot, leader, upgrades]) => [
    { family: '3.4.6' as const, slot, leader, upgrades },
    { family: '3.4.13' as const, slot, leader, upgrades },
    { family: '3.5.4' as const, slot, leader, upgrades: 0 },
  ]);
  test.each(cases)(
    '$family, id $slot of 5, leader $leader: $upgrades',
    ({ family, slot, leader, upgrades }) => {
      const begun = after(replacement(5, slot, leader, family), [
        ['stop', `s${slot}`],
        ['fence', `s${slot}`],
        ['install', 'new'],
      ]);
      const followers = [1, 2, 3, 4, 5].filter((id) => id !== slot && id !== leader);
      const acts = [...followers, leader].map((id): Act => ['upgrade', `s${id}`]);
      expect(servesAfter(begun, acts, 'new')).toBe(upgrades);
    },
  );
});

describe('the newcomer joins on 3.4.8 after these upgrades, in this order', () => {
  test.each([
    { size: 3, slot: 3, leader: 2, order: [1, 2], upgrades: 0 },
    { size: 3, slot: 2, leader: 3, order: [1, 3], upgrades: 1 },
    { size: 3, slot: 2, leader: 3, order: [3, 1], upgrades: 1 },
    { size: 3, slot: 1, leader: 3, order: [2, 3], upgrades: 1 },
    { size: 5, slot: 5, leader: 4, order: [1, 2, 3, 4], upgrades: 0 },
    { size: 5, slot: 4, leader: 5, order: [5, 1, 2, 3], upgrades: 1 },
    { size: 5, slot: 4, leader: 5, order: [1, 2, 3, 5], upgrades: 4 },
    { size: 5, slot: 3, leader: 4, order: [5, 4, 1, 2], upgrades: 2 },
    { size: 5, slot: 3, leader: 5, order: [5, 4, 1, 2], upgrades: 1 },
    { size: 5, slot: 3, leader: 4, order: [1, 2, 5, 4], upgrades: 4 },
    { size: 5, slot: 3, leader: 5, order: [1, 2, 4, 5], upgrades: 4 },
    { size: 5, slot: 2, leader: 5, order: [5, 4, 3, 1], upgrades: 2 },
    { size: 5, slot: 2, leader: 5, order: [1, 3, 4, 5], upgrades: 4 },
    { size: 5, slot: 1, leader: 5, order: [5, 4, 3, 2], upgrades: 3 },
    { size: 5, slot: 1, leader: 5, order: [2, 3, 4, 5], upgrades: 4 },
  ])('id $slot of $size, leader $leader, $order: $upgrades', ({ size, slot, leader, order, upgrades }) => {
    const begun = after(replacement(size, slot, leader, '3.4.6'), [
      ['stop', `s${slot}`],
      ['install', 'new'],
    ]);
    const acts = order.map((id): Act => ['upgrade', `s${id}`]);
    expect(servesAfter(begun, acts, 'new')).toBe(upgrades);
  });
});

describe('three servers, one follower restarted before anything else', () => {
  test.each([
    { family: '3.4.6', slot: 1, margin: -1 },
    { family: '3.4.6', slot: 2, margin: -1 },
    { family: '3.4.6', slot: 3, margin: 0 },
    { family: '3.5.4', slot: 1, margin: 0 },
    { family: '3.5.4', slot: 2, margin: 0 },
    { family: '3.5.4', slot: 3, margin: 0 },
  ] as const)('$family, id $slot replaced: margin $margin', ({ family, slot, margin }) => {
    const leader = slot === 3 ? 2 : 3;
    const follower = 6 - slot - leader;
    const begun = after(replacement(3, slot, leader, family), [
      ['stop', `s${slot}`],
      ['install', 'new'],
    ]);
    expect(predictStep(begun, 'upgrade', `s${follower}`).margin).toBe(margin);
  });
});

describe('newcomers that can never join', () => {
  const from = members('.27.182', '.27.57', '.31.133');
  const to = members('.27.182', '.27.57', '.30.129', '.30.220', '.31.133');
  test.each(['3.4.6', '3.5.4'] as const)('%s: an expansion that moves the leader to another id', (family) => {
    const begun = worldAtStart({
      from,
      to,
      fresh: ['.30.129', '.30.220'],
      fullStop: false,
      family,
      leader: '.31.133',
    });
    const installed = after(begun, [
      ['install', '.30.129'],
      ['install', '.30.220'],
    ]);
    expect(predict(installed).serving).toEqual(['.27.182', '.27.57', '.31.133']);
  });

  test('a newcomer whose predecessor leads', () => {
    const begun = after(replacement(5, 3, 3, '3.5.4'), [['install', 'new']]);
    expect(predict(begun).serving).not.toContain('new');
  });

  test('the first server upgraded to a list whose quorum does not run', () => {
    const begun = worldAtStart({
      from: members('a', 'b', 'c'),
      to: members('a', 'b', 'c', 'd', 'e'),
      fresh: ['d', 'e'],
      fullStop: false,
      family: '3.5.4',
      leader: 'c',
    });
    const step = predictStep(begun, 'upgrade', 'a');
    expect(step).toMatchObject({ serving: ['b', 'c'], leader: 'c', elections: 0 });
    expect(predictStep(begun, 'upgrade', 'c')).toMatchObject({ leader: 'b', elections: 1 });
  });
});

describe('who leads after the leader is gone', () => {
  test('the highest id, once', () => {
    const step = predictStep(replacement(5, 2, 5, '3.5.4'), 'upgrade', 's5');
    expect(step).toMatchObject({ leader: 's4', elections: 1, margin: 1 });
    expect(step.serving).toEqual(['s1', 's2', 's3', 's4', 's5']);
  });

  test('never an empty server while one with data can', () => {
    const alone = worldAtStart({
      from: members('a'),
      to: members('a', 'b', 'c'),
      fresh: ['b', 'c'],
      fullStop: false,
      family: '3.5.4',
      leader: 'a',
    });
    const upgraded = predictStep(alone, 'upgrade', 'a');
    expect(upgraded).toMatchObject({ serving: [], leader: null, margin: -1 });
    expect(predictStep(upgraded.after, 'install', 'c')).toMatchObject({
      serving: ['a', 'c'],
      leader: 'a',
      elections: 1,
      margin: -1,
    });
  });

  test('a list of one serves alone', () => {
    const world = worldAtStart({
      from: members('a'),
      to: members('a'),
      fresh: [],
      fullStop: false,
      family: '3.4.13',
      leader: 'a',
    });
    expect(predict(world)).toEqual({ serving: ['a'], leader: 'a', margin: 0 });
  });
});

describe('the margin counts any failure, the leader’s included', () => {
  test('a stable ensemble survives a minority', () => {
    for (const [size, margin] of [
      [3, 1],
      [4, 1],
      [5, 2],
      [7, 3],
      [9, 4],
    ] as const) {
      expect(predict(replacement(size, 1, 2, '3.4.13')).margin).toBe(margin);
    }
  });

  describe('a newcomer with the highest id wins an election that holders of the old list cannot follow', () => {
    const joined = after(replacement(5, 5, 4, '3.5.4'), [
      ['stop', 's5'],
      ['fence', 's5'],
      ['install', 'new'],
    ]);

    test('while enough of them are left they elect another one', () => {
      expect(predict(joined)).toMatchObject({ leader: 's4', margin: 1 });
      expect(predictStep(joined, 'stop', 's4')).toMatchObject({ leader: 's3', elections: 2 });
    });

    test('when one of them holds the new list it waits with the newcomer, and nobody serves', () => {
      const mixed = predictStep(joined, 'upgrade', 's1').after;
      expect(predict(mixed).serving).toHaveLength(5);
      expect(predict(mixed).margin).toBe(0);
      expect(predictStep(mixed, 'stop', 's4')).toMatchObject({ leader: null, serving: [] });
    });
  });

  test('with two sizes of lists in use the number of servers says little', () => {
    const growing = worldAtStart({
      from: members('a', 'b', 'c'),
      to: members('a', 'b', 'c', 'd', 'e'),
      fresh: ['d', 'e'],
      fullStop: false,
      family: '3.5.4',
      leader: 'c',
    });
    const mixed = after(growing, [
      ['install', 'd'],
      ['upgrade', 'a'],
    ]);
    expect(predict(mixed)).toMatchObject({ serving: ['a', 'b', 'c', 'd'], margin: 0 });
  });
});

test('a leaver that was switched on again is let in where it hears a quorum with the leader', () => {
  const done = after(replacement(3, 3, 2, '3.4.6'), [
    ['stop', 's3'],
    ['fence', 's3'],
    ['install', 'new'],
    ['upgrade', 's1'],
    ['upgrade', 's2'],
  ]);
  const leader = predict(done).leader;
  const again = predictStep(done, 'start', 's3');
  expect(leader).toBe('new');
  expect(again.serving).not.toContain('s3');
  expect(idOf(done.to, 'new')).toBe(3);
});
