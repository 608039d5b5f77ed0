// Do the schedules read as a careful person would write them, from the start of a stage and from its middle?

import { describe, expect, test } from 'vitest';
import { ensembleOf, sortedEnsemble, type Address, type Ensemble } from '../model/ensemble.js';
import type { ZooKeeperFamily } from '../model/family.js';
import { predict, predictStep } from './predict.js';
import { schedule } from './schedule.js';
import { worldAtStart } from './schedule-start.js';
import type { ServerState, StageWorld } from './world.js';

/** `a b c` is the ensemble 1:a,2:b,3:c. */
function list(addresses: string): Ensemble {
  return ensembleOf(addresses.split(' ').map((address, index) => ({ id: index + 1, address })));
}

function stage(
  from: string,
  to: string,
  leader: Address,
  family: ZooKeeperFamily,
  rebuilt: readonly Address[] = [],
): StageWorld {
  const old = from.split(' ');
  const fresh = [...to.split(' ').filter((address) => !old.includes(address)), ...rebuilt];
  return worldAtStart({ from: list(from), to: list(to), fresh, fullStop: false, family, leader });
}

function reasons(world: StageWorld): readonly string[] {
  return (schedule(world) ?? []).map((step) => step.reason);
}

/** One step a word: `upgrade:b`, `!` for each election, and the margin where it is below 1. */
function transcript(world: StageWorld): string {
  const steps = schedule(world);
  if (steps === null) return 'none';
  const words = steps.map(({ kind, host, margin, elections }) => {
    return `${kind}:${host}${'!'.repeat(elections)}${margin < 1 ? `(${margin})` : ''}`;
  });
  return words.join(' ');
}

const without = (world: StageWorld, down: Address, change: Partial<ServerState> = {}): StageWorld => ({
  ...world,
  servers: world.servers.map((state) =>
    state.address === down ? { ...state, running: false, ...change } : state,
  ),
});

describe('a replacement', () => {
  test.each([
    // From 3.5.4 the newcomer comes at once; the leader goes last.
    [
      '3.5.4',
      'a b c d e',
      'a n c d e',
      'e',
      'stop:b fence:b install:n upgrade:a upgrade:c upgrade:d upgrade:e!',
    ],
    [
      '3.5.4',
      'a b c d e',
      'a n c d e',
      'a',
      'stop:b fence:b install:n upgrade:c upgrade:d upgrade:e upgrade:a!',
    ],
    ['3.5.4', 'a b c', 'n b c', 'c', 'stop:a(0) fence:a(0) install:n(0) upgrade:b(0) upgrade:c!(0)'],
    // The leader leaves: two elections can't be avoided.
    [
      '3.5.4',
      'a b c d e',
      'a b n d e',
      'c',
      'stop:c! fence:c install:n upgrade:a upgrade:b upgrade:d upgrade:e!',
    ],
    // A newcomer that would win an election waits until enough servers could follow it.
    [
      '3.5.4',
      'a b c d e',
      'a b c d n',
      'a',
      'upgrade:b stop:e fence:e upgrade:c(0) install:n upgrade:d upgrade:a!',
    ],
    // On 3.4 the higher ids and the leader know the newcomer's address before it comes.
    [
      '3.4.6',
      'a b c d e',
      'n b c d e',
      'e',
      'upgrade:d upgrade:e! stop:a fence:a upgrade:b(0) install:n upgrade:c',
    ],
    [
      '3.4.6',
      'a b c d e',
      'a n c d e',
      'e',
      'upgrade:d upgrade:e! stop:b fence:b install:n upgrade:c upgrade:a',
    ],
    [
      '3.4.13',
      'a b c d e',
      'a b c n e',
      'c',
      'upgrade:e stop:d fence:d install:n upgrade:a upgrade:b upgrade:c!',
    ],
    // Of three on 3.4, a follower that must restart before the newcomer has come stops the service.
    ['3.4.6', 'a b c', 'n b c', 'c', 'stop:a(0) fence:a(0) upgrade:b!(-1) upgrade:c!(-1) install:n(0)'],
    ['3.4.6', 'a b c', 'a n c', 'c', 'stop:b(0) fence:b(0) upgrade:c!(-1) install:n(0) upgrade:a(0)'],
    ['3.4.6', 'a b c', 'a b n', 'b', 'stop:c(0) fence:c(0) install:n(0) upgrade:a(0) upgrade:b!(0)'],
    // Nobody else has the data of a single server.
    ['3.5.4', 'a', 'n', 'a', 'none'],
  ] as const)('%s: %s becomes %s, led by %s', (family, from, to, leader, expected) => {
    expect(transcript(stage(from, to, leader, family))).toBe(expected);
  });
});

describe('growth', () => {
  const families = ['3.4.6', '3.4.13', '3.5.4'] as const;
  test.each(families)('%s: from three to five the second newcomer is held back', (family) => {
    expect(transcript(stage('a b c', 'a b c d e', 'c', family))).toBe(
      'install:d upgrade:a(0) upgrade:b(0) upgrade:c!(0) install:e',
    );
  });

  test.each(families)('%s: a single server does not serve until the first newcomer has joined', (family) => {
    expect(transcript(stage('a', 'a b c', 'a', family))).toBe('upgrade:a(-1) install:b!(-1) install:c(0)');
  });

  test.each(families)('%s: from four to five', (family) => {
    expect(transcript(stage('a b c d', 'a b c d e', 'd', family))).toBe(
      'install:e upgrade:a(0) upgrade:b(0) upgrade:c(0) upgrade:d!',
    );
  });

  test('from two to three: on 3.4 a non-member keeps the leader in office, later it does not', () => {
    expect(transcript(stage('a b', 'a b c', 'b', '3.4.6'))).toBe('install:c(0) upgrade:a(0) upgrade:b!(0)');
    expect(transcript(stage('a b', 'a b c', 'b', '3.5.4'))).toBe('install:c(0) upgrade:a!(-1) upgrade:b(0)');
  });
});

describe('shrinking', () => {
  test.each([
    ['a b c d e', 'a b c', 'c', 'stop:d fence:d upgrade:a(0) upgrade:b(0) upgrade:c!(0) stop:e fence:e'],
    // Nobody on the new list can follow a leader outside it, and the highest id is elected again and again.
    [
      'a b c d e',
      'a b c',
      'e',
      'stop:d fence:d stop:e!(0) fence:e(0) upgrade:c!(-1) upgrade:a(0) upgrade:b(0)',
    ],
    ['a b c', 'a', 'c', 'stop:b(0) fence:b(0) upgrade:a!(-1) stop:c(0) fence:c(0)'],
  ] as const)('%s becomes %s, led by %s', (from, to, leader, expected) => {
    expect(transcript(stage(from, to, leader, '3.5.4'))).toBe(expected);
  });
});

describe('a rebuild', () => {
  test('touches nobody else', () => {
    expect(transcript(stage('a b c', 'a b c', 'c', '3.4.6', ['b']))).toBe('stop:b(0) install:b(0)');
    expect(transcript(stage('a b c', 'a b c', 'c', '3.4.6', ['c']))).toBe('stop:c!(0) install:c(0)');
  });

  test('of a dead machine has nothing to stop', () => {
    const dead = without(stage('a b c d e', 'a b c d e', 'e', '3.4.6', ['b']), 'b');
    expect(transcript(dead)).toBe('install:b');
  });

  test('of a single server would lose everything', () => {
    expect(transcript(stage('a', 'a', 'a', '3.5.4', ['a']))).toBe('none');
  });
});

describe('from the middle of a stage', () => {
  const begun = stage('a b c d e', 'a n c d e', 'e', '3.5.4');

  test('a complete stage has no steps', () => {
    const done = (schedule(begun) ?? []).reduce(
      (world, { kind, host }) => predictStep(world, kind, host).after,
      begun,
    );
    expect(schedule(done)).toEqual([]);
  });

  test('a dead leaver is fenced first', () => {
    expect(transcript(without(begun, 'b'))).toMatch(/^fence:b install:n/);
  });

  test('a member that is down comes back before another one is touched, on the list with which it serves', () => {
    expect(transcript(without(begun, 'c'))).toMatch(/^upgrade:c .*stop:b/);
    const ledByLeaver = without({ ...begun, leader: 'b' }, 'c');
    expect(transcript(ledByLeaver)).toMatch(/^start:c stop:b!/);
  });

  test('a leaver that runs again is stopped and fenced again', () => {
    const done = (schedule(begun) ?? []).reduce(
      (world, { kind, host }) => predictStep(world, kind, host).after,
      begun,
    );
    const again = {
      ...done,
      servers: done.servers.map((state) =>
        state.address === 'b' ? { ...state, running: true, fenced: false } : state,
      ),
    };
    expect(transcript(again)).toMatch(/^stop:b fence:b/);
  });

  test('an empty server that can’t join is stopped before anybody restarts', () => {
    const old = stage('a b c d e', 'a n c d e', 'e', '3.4.6');
    const installed = ['stop', 'fence'].reduce(
      (world, kind) => predictStep(world, kind === 'stop' ? 'stop' : 'fence', 'b').after,
      old,
    );
    expect(transcript(predictStep(installed, 'install', 'n').after)).toMatch(/^stop:n .* start:n/);
  });

  test('the way back brings the old server with its old data', () => {
    const half = [
      ['stop', 'b'],
      ['fence', 'b'],
      ['install', 'n'],
      ['upgrade', 'a'],
    ].reduce((world, [kind, host]) => predictStep(world, kind as 'stop', host ?? '').after, begun);
    const swapped = { from: 'to', to: 'from', nothing: 'nothing' } as const;
    const back: StageWorld = {
      ...half,
      from: begun.to,
      to: begun.from,
      fresh: [],
      servers: half.servers.map((state) => ({ ...state, holds: swapped[state.holds], installed: true })),
    };
    expect(transcript(back)).toBe('stop:n fence:n upgrade:b upgrade:a');
  });
});

describe('a stage that renumbers a server that stays', () => {
  const from = list('.27.182 .27.57 .31.133');
  const to = list('.27.182 .27.57 .30.129 .30.220 .31.133');
  const fresh = ['.30.129', '.30.220'];
  const world = worldAtStart({ from, to, fresh, fullStop: false, family: '3.4.6', leader: '.31.133' });

  test('without a full stop, whoever moves goes first, and each id is taken once it is free', () => {
    expect(schedule(world)?.map(({ kind, host }) => `${kind} ${host}`)).toEqual([
      'upgrade .31.133',
      'upgrade .27.57',
      'install .30.129',
      'upgrade .27.182',
      'install .30.220',
    ]);
  });

  test('stops all, the leader last, and brings the newcomers in once the others serve', () => {
    const steps = schedule({ ...world, fullStop: true }) ?? [];
    expect(steps.map(({ kind, host }) => `${kind} ${host}`)).toEqual([
      'stop .27.182',
      'stop .27.57',
      'stop .31.133',
      'upgrade .27.182',
      'upgrade .27.57',
      'upgrade .31.133',
      'install .30.129',
      'install .30.220',
    ]);
    expect(steps.reduce((sum, step) => sum + step.elections, 0)).toBe(1);
  });

  test('goes on with the rest from each of its worlds', () => {
    const steps = (schedule({ ...world, fullStop: true }) ?? []).map(({ kind, host }) => ({ kind, host }));
    let now: StageWorld = { ...world, fullStop: true };
    for (const [index, { kind, host }] of steps.entries()) {
      now = predictStep(now, kind, host).after;
      const rest = (schedule(now) ?? []).map((step) => `${step.kind} ${step.host}`);
      expect(rest.sort()).toEqual(
        steps
          .slice(index + 1)
          .map((step) => `${step.kind} ${step.host}`)
          .sort(),
      );
    }
  });
});

describe('the reason of a step', () => {
  test('is a sentence drawn from the world', () => {
    expect(
      reasons(
        stage(
          '10.10.0.149 10.10.0.158 10.10.0.236',
          '10.10.0.149 10.10.0.230 10.10.0.236',
          '10.10.0.236',
          '3.4.6',
        ),
      ),
    ).toEqual([
      'it makes way for 10.10.0.230, which takes its id 2',
      'it must not come back by itself: two servers must never run with id 2',
      '10.10.0.236 has a higher id than the newcomer 10.10.0.230 and must know its address before it can accept it (ZooKeeper 3.4); nobody serves while it restarts: 1 of 3 is no quorum',
      'enough servers know its address by now, the leader 10.10.0.236 too: it joins at once',
      'it gets the list with 10.10.0.230',
    ]);
    expect(reasons(stage('a b c', 'a b c d e', 'c', '3.5.4')).slice(1)).toEqual([
      'e must wait until nobody has the old list: two quorums could form',
      'e must wait until nobody has the old list: two quorums could form',
      'the leader goes last: one election instead of two',
      'held back until now: nobody has the old list any more, so that no second quorum can form',
    ]);
  });
});

function standing(address: string, holds: 'from' | 'to', running: boolean): ServerState {
  return { address, holds, running, fenced: !running, installed: true };
}

describe('a member that crashed and came back on the old list', () => {
  const from = sortedEnsemble(['.149', '.158', '.236']);
  const to = sortedEnsemble(['.149', '.230', '.236']);
  const servers = [
    standing('.149', 'from', true),
    standing('.158', 'from', false),
    standing('.236', 'from', true),
    standing('.230', 'to', true),
  ];
  const world: StageWorld = {
    from,
    to,
    fresh: ['.230'],
    fullStop: false,
    family: '3.5.4',
    servers,
    leader: '.236',
  };

  test('can not join beside a newcomer that it does not know, and is given the new list next', () => {
    const seen = { ...world, serving: ['.230', '.236'] };
    expect(predict(seen)).toMatchObject({ leader: '.236', serving: ['.230', '.236'] });
    expect(schedule(seen)?.[0]).toMatchObject({
      kind: 'upgrade',
      host: '.149',
      serving: ['.149', '.230', '.236'],
      margin: 0,
    });
  });

  test('does not bar the way back while it serves nobody: it serves again once the newcomer has stopped', () => {
    const back = servers.map((one) => ({
      ...one,
      holds: one.address === '.230' ? ('from' as const) : ('to' as const),
    }));
    const undo = { ...world, from: to, to: from, fresh: [], servers: back };
    for (const serving of [
      ['.230', '.236'],
      ['.149', '.230', '.236'],
    ])
      expect(schedule({ ...undo, serving })?.[0]).toMatchObject({ kind: 'stop', host: '.230' });
  });

  test('joins by itself where a quorum without the newcomer serves', () => {
    const more = [...servers, standing('.3', 'from', true), standing('.4', 'from', true)];
    const seen = {
      ...world,
      from: sortedEnsemble(['.149', '.158', '.236', '.3', '.4']),
      to: sortedEnsemble(['.149', '.230', '.236', '.3', '.4']),
      servers: more,
    };
    const serving = ['.230', '.236', '.3', '.4'];
    expect(predict({ ...seen, leader: '.4', serving }).serving).toContain('.149');
  });
});
