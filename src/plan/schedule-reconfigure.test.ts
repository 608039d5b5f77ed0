// Does the order of joins, changes of the list, stops and fences keep a quorum of both lists, and one holder an id?

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Address, addressOf, ensembleOf, type Ensemble, idOf, quorumOf } from '../model/ensemble.js';
import { predictReconfigureStep, type ReconfigureWorld } from './predict-reconfigure.js';
import { type PlannedStep, schedule } from './schedule.js';
import { worldAtStart } from './schedule-start.js';

function list(text: string): Ensemble {
  return ensembleOf(
    text.split(' ').map((member) => {
      const [id = '', address = ''] = member.split(':');
      return { id: Number(id), address };
    }),
  );
}

function begin(
  from: Ensemble,
  to: Ensemble,
  leader: Address | null,
  down: readonly Address[] = [],
): ReconfigureWorld {
  const fresh = to.map((one) => one.address).filter((address) => idOf(from, address) === undefined);
  const world = worldAtStart({ from, to, fresh, fullStop: false, family: '3.5.4', leader });
  const servers = world.servers.map((one) => ({
    ...one,
    running: one.running && !down.includes(one.address),
  }));
  return { ...world, servers, configuration: from };
}

function transcript(world: ReconfigureWorld): string {
  const steps = schedule(world);
  if (steps === null) return 'none';
  return steps
    .map(({ kind, host, margin, elections }) => `${kind}:${host}${'!'.repeat(elections)}(${margin})`)
    .join(' ');
}

describe('the order', () => {
  test.each([
    ['1:a 2:b 3:c', '1:a 3:c 4:d', 'c', 'join:d(1) add:d(1) remove:b(1) stop:b(1) fence:b(1)'],
    ['1:a 2:b 3:c', '1:a 2:b 4:d', 'c', 'join:d(1) add:d(1) remove:c!(1) stop:c(1) fence:c(1)'],
    // The one id can't be held by two: the old member goes first, and the margin with it.
    ['1:a 2:b 3:c', '1:a 2:d 3:c', 'c', 'remove:b(0) stop:b(0) fence:b(0) join:d(0) add:d(0)'],
    ['1:a 2:b 3:c', '1:a 2:b 3:c 4:d 5:e', 'c', 'join:d(1) join:e(1) add:d(1) add:e(1)'],
    [
      '1:a 2:b 3:c 4:d 5:e',
      '1:a 2:b 3:c',
      'e',
      'remove:d(1) stop:d(1) fence:d(1) remove:e!(1) stop:e(1) fence:e(1)',
    ],
    // Two can't become one: an ensemble does not reconfigure itself down to a single server.
    ['1:a 2:b', '1:a', 'a', 'none'],
  ] as const)('%s becomes %s, led by %s', (from, to, leader, expected) => {
    expect(transcript(begin(list(from), list(to), leader))).toBe(expected);
  });

  test('a member that is dead leaves the list before it is fenced', () => {
    const world = begin(list('1:a 2:b 3:c'), list('1:a 3:c 4:d'), 'c', ['b']);
    expect(transcript(world)).toBe('join:d(0) add:d(0) remove:b(0) fence:b(1)');
  });

  test('without a quorum there is none', () => {
    const world = begin(list('1:a 2:b 3:c'), list('1:a 3:c 4:d'), null, ['b', 'c']);
    expect(schedule(world)).toBeNull();
  });

  test('a newcomer that went down in the list joins again before anything else', () => {
    const world = begin(list('1:a 2:b 3:c'), list('1:a 3:c 4:d'), 'c');
    const added = ['join', 'add'].reduce<ReconfigureWorld>(
      (now, kind) => predictReconfigureStep(now, kind === 'join' ? 'join' : 'add', 'd').after,
      world,
    );
    const servers = added.servers.map((one) => (one.address === 'd' ? { ...one, running: false } : one));
    expect(transcript({ ...added, servers })).toBe('join:d(1) remove:b(1) stop:b(1) fence:b(1)');
  });
});

/** What the servers really do, kept apart from the planner's own prediction. */
interface Reality {
  readonly list: Ensemble;
  readonly running: ReadonlySet<Address>;
  readonly synced: ReadonlySet<Address>;
  readonly fenced: ReadonlySet<Address>;
}

/** The reality after a step, or why the step may not be taken. */
function take(now: Reality, { kind, host }: PlannedStep, to: Ensemble, from: Ensemble): Reality | string {
  const [running, synced, fenced] = [new Set(now.running), new Set(now.synced), new Set(now.fenced)];
  const idOfHost = idOf(to, host) ?? idOf(from, host);
  let { list: members } = now;
  switch (kind) {
    case 'join': {
      const holder = [...running].find(
        (one) => (idOf(from, one) ?? idOf(to, one)) === idOfHost && one !== host,
      );
      if (holder !== undefined) return `${holder} runs with the id of ${host}`;
      const old = addressOf(from, idOfHost ?? 0);
      if (old !== undefined && old !== host && !fenced.has(old)) return `${old} could come back`;
      running.add(host);
      synced.add(host);
      break;
    }
    case 'add':
      if (!synced.has(host)) return `${host} gets a vote before it follows`;
      members = ensembleOf([...members, { id: idOfHost ?? 0, address: host }]);
      break;
    case 'remove':
      members = members.filter((member) => member.address !== host);
      break;
    case 'stop':
      if (idOf(members, host) !== undefined) return `${host} is stopped while it has a vote`;
      running.delete(host);
      synced.delete(host);
      break;
    case 'fence':
      if (running.has(host) || idOf(members, host) !== undefined) return `${host} is fenced too early`;
      fenced.add(host);
      break;
    case 'install':
    case 'upgrade':
    case 'start':
    case 'restart':
      return `${kind} restarts a member`;
  }
  for (const one of [now.list, members]) {
    const present = one.filter((member) => synced.has(member.address)).length;
    if (present < quorumOf(one.length)) return `${present} of ${one.length} in sync at ${kind} ${host}`;
  }
  return { list: members, running, synced, fenced };
}

const change = fc
  .record({
    ids: fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 11, maxLength: 11 }),
    size: fc.integer({ min: 2, max: 9 }),
    come: fc.integer({ min: 0, max: 2 }),
    go: fc.integer({ min: 0, max: 2 }),
    reuse: fc.boolean(),
    dead: fc.boolean(),
    leader: fc.nat(8),
  })
  .filter(
    ({ size, come, go }) => size - go >= 1 && size - go + come >= 2 && come + go > 0 && size - go + come <= 9,
  )
  .map(({ ids, size, come, go, reuse, dead, leader }) => {
    const from = ensembleOf(ids.slice(0, size).map((id) => ({ id, address: `m${id}` })));
    const gone = from.slice(0, go);
    const free = ids.slice(size).filter((id) => addressOf(from, id) === undefined);
    const newcomers = Array.from({ length: come }, (_, index) => {
      const id = (reuse ? gone[index]?.id : undefined) ?? free[index] ?? 50 + index;
      return { id, address: `n${index}` };
    });
    const to = ensembleOf([...from.slice(go), ...newcomers]);
    const lost =
      dead && go > 0 && size - 1 >= quorumOf(size) ? gone.slice(0, 1).map((one) => one.address) : [];
    const alive = from.filter((member) => !lost.includes(member.address));
    return { from, to, lost, leader: alive[leader % alive.length]?.address ?? null };
  });

test('at every step a quorum of the old and of the new list is in sync, and one server holds an id', () => {
  fc.assert(
    fc.property(change, fc.array(fc.nat(8), { maxLength: 12 }), ({ from, to, lost, leader }, leaders) => {
      let world = begin(from, to, leader, lost);
      const up = from.map((one) => one.address).filter((one) => !lost.includes(one));
      let now: Reality = { list: from, running: new Set(up), synced: new Set(up), fenced: new Set() };
      const planned = schedule(world);
      if (planned === null) {
        // An id that changes hands leaves two of two on the way, which a dead one or a pair does not allow.
        const reused = to.some(
          (one) => idOf(from, one.address) === undefined && addressOf(from, one.id) !== undefined,
        );
        expect(reused || lost.length > 0).toBe(true);
        return;
      }
      for (let turn = 0; turn <= planned.length; turn += 1) {
        const rest = schedule(world);
        if (rest === null) throw new Error(`no way on after ${turn} steps`);
        const [step] = rest;
        if (step === undefined) break;
        const next = take(now, step, to, from);
        if (typeof next === 'string') throw new Error(next);
        now = next;
        const { after } = predictReconfigureStep(world, step.kind, step.host);
        // Any member may lead next, whoever was predicted to.
        const voters = now.list.map((one) => one.address).filter((one) => now.synced.has(one));
        world = { ...after, leader: voters[(leaders[turn] ?? 0) % voters.length] ?? null };
        expect(after.configuration).toEqual(now.list);
      }
      expect(now.list).toEqual(to);
      expect([...now.running].sort()).toEqual(to.map((one) => one.address).sort());
      for (const { address } of from)
        if (idOf(to, address) === undefined) expect(now.fenced).toContain(address);
    }),
    { numRuns: 300 },
  );
}, 60_000);
