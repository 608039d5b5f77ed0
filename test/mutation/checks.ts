// Which small set of scripts tells a right model from a wrong one?

import fc from 'fast-check';
import type { Script } from '../../src/proof/zookeeper/script.js';
import { fallOf } from '../support/fall-of.js';
import { emptyDisks } from '../support/measured-disks.js';
import { expansions, families } from '../support/measured-schedules.js';
import { naiveReachable } from '../support/naive-proof.js';
import { randomScripts } from '../support/random-scripts.js';
import { gistOf } from '../support/reachable-rules.js';
import { replanOf, writtenScript, type Written } from '../support/written-script.js';
import type { ProofDoors } from './mutated-proof.js';

/** One question to the proof, with the right answer. */
export interface Check {
  readonly name: string;
  readonly expected: string;
  readonly answer: (proof: ProofDoors) => string;
}

/** Cheap ones first. The answers are those of the measurements, and of the naive twin. */
export function checks(): readonly Check[] {
  return [...handmade, ...random()].map((one) => againstTwin(...one)).concat(measured());
}

type Question = readonly [written: Written, faults: number, replan: boolean, change?: Partial<Script>];

const grown = { from: 'a b c', to: 'a b c d e', leader: 'c' };

/** What random scripts seldom meet. */
const handmade: readonly Question[] = families.flatMap((family): readonly Question[] => [
  [{ from: 'a b c', to: 'n b c', leader: 'c', family, steps: 'stop a, fence a, install n' }, 0, false],
  [{ from: 'a b', to: '1:a 5:b 6:m', leader: 'a', family, steps: 'upgrade b' }, 0, false],
  [{ ...grown, family, steps: 'install d e' }, 1, true],
  [{ ...grown, family, steps: 'install d e, upgrade a' }, 1, true],
  [
    { from: 'a b c', to: 'n b c', leader: 'c', family, steps: 'stop a, fence a, install n, upgrade b' },
    1,
    false,
  ],
  [
    { from: 'a b c', to: 'a b c', leader: 'c', family, rebuilt: 'a', steps: 'stop a, install a, restart b' },
    1,
    false,
  ],
  [
    { from: 'a b', to: 'a b m', leader: 'b', family, steps: 'upgrade a, restart b, upgrade b, install m' },
    1,
    true,
  ],
  [{ from: 'a b', to: 'a b m', leader: 'b', family, steps: 'stop a b, upgrade b a, install m' }, 2, true],
  [{ from: 'a b c', to: '1:a 3:b 4:c', leader: 'c', family, steps: 'upgrade c b a' }, 1, true],
  [{ from: 'a b c', to: '1:a 2:m 3:c', leader: 'b', family, steps: 'upgrade c' }, 0, true],
  [{ from: '1:a 3:b', to: '1:a 2:m 3:b', leader: 'b', family, steps: 'install m' }, 1, true],
  [
    {
      from: 'a b c d e',
      to: 'a b n d e',
      leader: 'e',
      family,
      steps: 'stop c, fence c, install n, upgrade d',
    },
    0,
    true,
  ],
  // A run goes on where a newcomer runs that has not synced yet.
  [
    {
      from: 'a b c',
      to: 'a b c',
      leader: 'c',
      family,
      rebuilt: 'a b',
      servers: { a: { holds: 'to', installed: true } },
      steps: 'stop b',
    },
    1,
    true,
    { serving: ['b', 'c'] },
  ],
]);

function random(): readonly Question[] {
  return [
    ...some(1, 25, 3, 5).map((written): Question => [written, 1, false]),
    ...some(2, 10, 2, 4).map((written): Question => [written, 2, true]),
  ];
}

function some(seed: number, numRuns: number, members: number, servers: number): readonly Written[] {
  return fc.sample(randomScripts({ members, servers, steps: 4 }), { seed, numRuns });
}

function againstTwin(written: Written, faults: number, replan: boolean, change: Partial<Script> = {}): Check {
  const script = { ...writtenScript(written), ...change };
  const expected = naiveReachable(script, faults, replan, 20_000);
  if (expected === null) throw new Error('a check is small enough for the twin');
  return {
    name: `${JSON.stringify(written)} with ${faults} faults`,
    expected: gistOf(expected),
    answer: (proof) => {
      const plain = proof.modelOf(script, faults, false, () => replan);
      const found = proof.reachableOf(plain);
      const merged = proof.modelOf(script, faults, true, () => replan);
      const isRight =
        found.rules.length > 0
          ? proof.reachableOf(merged).rules.join() === found.rules.join()
          : proof.mergesRightly(merged, plain);
      return isRight ? gistOf(found) : 'merging matters';
    },
  };
}

function measured(): readonly Check[] {
  return [...expansions, ...emptyDisks].flatMap((schedule) =>
    families.map((family): Check => {
      const falls = fallOf(schedule, family);
      const written = { ...schedule, family };
      const script = writtenScript(written);
      const faults = falls?.faults ?? 1;
      return {
        name: `${schedule.title} on ${family} with ${faults} faults`,
        expected: falls?.rule ?? 'safe',
        answer: ({ proveScript }) => {
          const { refutation, verdict } = proveScript(script, { faults }, replanOf(written));
          return refutation?.broken ?? verdict;
        },
      };
    }),
  );
}
