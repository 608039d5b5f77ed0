import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recoveryStep } from './recovery.js';
import { apply, emptyReplica, type LogStatus, type LogAnswer } from './replica.js';
import { type ReplicatedLog, replicatedLog } from './replicated-log.js';

/** Masters that reach each other unless one of the two is cut off; no disk, no wire. */
interface Masters {
  log(index: number): ReplicatedLog;
  cut(index: number): void;
  heal(): void;
  /** A fresh disk. */
  wipe(index: number): void;
  /** Lets every master try to recover some times, one after the other. */
  recover(): Promise<readonly LogStatus[]>;
}

function mastersWith(quorums: readonly number[]): Masters {
  const away = new Set<number>();
  const build = (index: number): { log: ReplicatedLog; status: () => LogStatus } => {
    const replica = emptyReplica();
    const store = (records: Parameters<Parameters<typeof replicatedLog>[0]['store']>[0]): void =>
      records.forEach((record) => apply(replica, record));
    const log = replicatedLog({ replica, store }, quorums[index] ?? 0, (request) =>
      all.flatMap((other, at) => {
        if (at === index) return [];
        const silent = away.has(at) || away.has(index);
        return [Promise.resolve<LogAnswer | null>(silent ? null : other.log.answer(request))];
      }),
    );
    return { log, status: () => replica.status };
  };
  const all: { log: ReplicatedLog; status: () => LogStatus }[] = [];
  quorums.forEach((_, index) => all.push(build(index)));
  return {
    log: (index) => all[index]?.log ?? expect.fail(`no master ${index}`),
    cut: (index) => void away.add(index),
    heal: () => away.clear(),
    wipe: (index) => void (all[index] = build(index)),
    recover: async () => {
      for (let round = 0; round < 3; round += 1) for (const { log } of all) await log.recover();
      return all.map(({ status }) => status());
    },
  };
}

/** Leads and appends; whether the value was acknowledged. */
async function append(log: ReplicatedLog, value: string): Promise<boolean> {
  if (!log.recovered()) return false;
  if ((await log.lead()).kind !== 'written') return false;
  return (await log.append(value)).kind === 'written';
}

test('a log begins when all 2q-1 replicas are new, and not with one fewer', async () => {
  const masters = mastersWith([2, 2, 2]);
  masters.cut(2);
  expect(await masters.recover()).toEqual(['EMPTY', 'EMPTY', 'EMPTY']);
  masters.heal();
  expect(await masters.recover()).toEqual(['VOTING', 'VOTING', 'VOTING']);
});

test('one wiped replica of three recovers with all that was written; two do not, for ever', async () => {
  const masters = mastersWith([2, 2, 2]);
  await masters.recover();
  expect(await append(masters.log(0), 'a')).toBe(true);
  expect(await append(masters.log(1), 'b')).toBe(true);
  masters.wipe(2);
  expect(await masters.recover()).toEqual(['VOTING', 'VOTING', 'VOTING']);
  expect(masters.log(2).values()).toEqual(['a', 'b']);
  masters.wipe(0);
  masters.wipe(1);
  expect(await masters.recover()).toEqual(['EMPTY', 'EMPTY', 'VOTING']);
  expect(await append(masters.log(2), 'c')).toBe(false);
});

function word(status: LogStatus, end = -1): { status: LogStatus; end: number } {
  return { status, end };
}

test('three are not enough for a log of five that begins, and a quorum of voters is for one that goes on', () => {
  const fresh = [word('EMPTY'), word('EMPTY'), word('EMPTY')];
  expect(recoveryStep('EMPTY', fresh, 3)).toEqual({ kind: 'wait' });
  expect(recoveryStep('EMPTY', fresh, 2)).toEqual({ kind: 'become', status: 'STARTING' });
  const voters = [word('EMPTY'), word('VOTING', 4), word('VOTING', 7)];
  expect(recoveryStep('EMPTY', voters, 2)).toEqual({ kind: 'catch-up', end: 7 });
  expect(recoveryStep('EMPTY', voters, 3)).toEqual({ kind: 'wait' });
  expect(recoveryStep('VOTING', [], 3)).toEqual({ kind: 'recovered' });
});

test('five replicas of which some still write with a quorum of two have two disjoint quorums', async () => {
  const masters = mastersWith([2, 2, 2, 3, 3]);
  masters.cut(3);
  masters.cut(4);
  await masters.recover();
  masters.heal();
  await masters.recover();
  [2, 3, 4].forEach((index) => masters.cut(index));
  expect(await append(masters.log(0), 'by two of five')).toBe(true);
  masters.heal();
  masters.cut(0);
  masters.cut(1);
  expect(await append(masters.log(3), 'by the other three')).toBe(true);
  expect(masters.log(3).values()).toEqual(['by the other three']);
});

const deed = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('append' as const), at: fc.nat(4) }) },
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(4) }),
  fc.record({ kind: fc.constant('heal' as const), at: fc.nat(4) }),
  fc.record({ kind: fc.constant('rebuild' as const), at: fc.nat(4) }),
);

test('with one quorum for all, whoever leads has every acknowledged value, though disks go one at a time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(3, 5), fc.array(deed, { maxLength: 40 }), async (size, deeds) => {
      const masters = mastersWith(Array.from({ length: size }, () => Math.floor(size / 2) + 1));
      await masters.recover();
      const acknowledged: string[] = [];
      for (const [number, { kind, at }] of deeds.entries()) {
        const index = at % size;
        if (kind === 'cut') masters.cut(index);
        else if (kind === 'heal') masters.heal();
        else if (kind === 'rebuild') {
          masters.heal();
          masters.wipe(index);
          expect(await masters.recover()).not.toContain('EMPTY');
        } else if (await append(masters.log(index), `${number}`)) {
          acknowledged.push(`${number}`);
          expect(masters.log(index).values()).toEqual(expect.arrayContaining(acknowledged));
        }
      }
      masters.heal();
      expect(await append(masters.log(0), 'last')).toBe(true);
      expect(masters.log(0).values()).toEqual(expect.arrayContaining(acknowledged));
    }),
    { numRuns: 200 },
  );
});
