// Would the tests notice if a rule of the model of reconfiguration were wrong?

import { expect, test } from 'vitest';
import { replanLists, writtenListScript, type WrittenLists } from '../support/written-lists.js';
import type { Mutant } from './mutants.js';
import { proofWith, type ProofDoors } from './mutated-proof.js';

const emptied = { installed: false } as const;
const three = { from: 'a b c', leader: 'c' } as const;

/** A script, the faults, whether another order may be known, and the rule that breaks. */
const checks: readonly (readonly [WrittenLists, number, boolean, string])[] = [
  [{ ...three, to: '1:a 3:c 4:d', steps: 'join d, add d, remove b, stop b, fence b' }, 1, true, 'safe'],
  [{ ...three, to: '1:a 2:b 4:d', steps: 'join d, add d, remove c, stop c, fence c' }, 1, true, 'safe'],
  [{ ...three, to: '1:a 2:b 4:d', steps: 'join d, add d, remove c, stop c, fence c' }, 0, false, 'safe'],
  [{ ...three, to: 'a b c d e', steps: 'join d, join e, add d, add e' }, 2, true, 'safe'],
  [{ ...three, to: '1:a 3:c 4:d', steps: 'stop b, fence b, join d, add d, remove b' }, 1, true, 'stuck'],
  [{ ...three, to: '1:a 2:d 3:c', down: ['b'], steps: 'remove b, join d, add d' }, 1, true, 'two-holders'],
  [{ from: 'a b', to: 'a b d', leader: 'b', steps: 'join d, add d' }, 1, false, 'stuck'],
  [
    {
      ...three,
      to: 'a b c',
      rebuilt: 'a b',
      servers: { a: emptied, b: emptied },
      steps: 'stop a, join a (b c), stop b (c a), join b',
    },
    2,
    true,
    'lost-write',
  ],
];

const elections = 'src/proof/reconfigure/list-election.ts';
const model = 'src/proof/reconfigure/model.ts';
const script = 'src/proof/reconfigure/script-event.ts';
const course = 'src/proof/reconfigure/list-course.ts';

/**
 * What is not here is noticed by nothing: that a crowd counts by its oldest list, or a change by one list only. One server
 * comes or goes at a time, and gates wait for everybody, so any two majorities meet.
 */
const mutants: readonly Mutant[] = [
  {
    file: course,
    mistake: 'whoever follows counts, member or not',
    find: 'count(set & counts) >= quorum',
    replace: 'count(set) >= quorum',
  },
  {
    file: elections,
    mistake: 'whoever lacks the newest change leads those who have it',
    find: 'return reaching(logged, versionOf(logged, leader) + 1, remembering) === 0;',
    replace: 'return true;',
  },
  {
    file: model,
    mistake: 'a change is in force without acknowledgements',
    find: 'reaching(logged, newest, group);',
    replace: 'group;',
  },
  { file: script, mistake: 'an empty disk remembers', find: 'after.blank |= target;', replace: '' },
  {
    file: model,
    mistake: 'whoever was stopped stays so',
    find: "starts(expansion, 'revive', at(course.points, state.point).revivable & victims);",
    replace: '',
  },
  {
    file: elections,
    mistake: 'a server starts that its own list leaves out',
    find: 'return (blank & bit) !== 0 || (at(lists',
    replace: 'return true || (blank & bit) !== 0 || (at(lists',
  },
];

test('the model as it is passes every check', async () => {
  expect(failures(await proofWith(null))).toEqual([]);
});

test.each(mutants)('it is noticed that $mistake', async (mutant) => {
  expect(failures(await proofWith(mutant))).not.toEqual([]);
});

function failures({ proveScript }: ProofDoors): readonly string[] {
  return checks.flatMap(([written, faults, replans, expected]) => {
    const replan = replans ? replanLists(written) : (): boolean => false;
    const given = attempt(() => {
      const { verdict, refutation } = proveScript(writtenListScript(written), { faults }, replan);
      return refutation?.broken ?? verdict;
    });
    return given === expected ? [] : [`${written.steps}: ${given}, not ${expected}`];
  });
}

function attempt(answer: () => string): string {
  try {
    return answer();
  } catch (error) {
    return String(error);
  }
}
