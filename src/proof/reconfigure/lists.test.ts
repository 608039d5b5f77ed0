// Is a wrong order of changes of a running list refuted, and told so that one sees why?

import { describe, expect, test } from 'vitest';
import { replanLists, writtenListScript, type WrittenLists } from '../../../test/support/written-lists.js';
import { proveScript, type ScriptProof } from '../prove-script.js';
import { stepsReached } from '../reach.js';

function fall(written: WrittenLists, faults: number): ScriptProof {
  return proveScript(writtenListScript(written), { faults }, replanLists(written));
}

describe('a wrong order', () => {
  const replaced = { from: 'a b c', to: '1:a 3:c 4:d', leader: 'c' };
  const inherited = { from: 'a b c', to: '1:a 2:d 3:c', leader: 'c' };

  test('that stops a member before the list has its successor leaves a gate that can’t pass', () => {
    const steps = 'stop b, fence b, join d, add d, remove b';
    expect(fall({ ...replaced, steps }, 0).verdict).toBe('safe');
    expect(fall({ ...replaced, steps }, 1).refutation?.story).toEqual([
      'a, b and c serve, and c leads.',
      'Step: b is stopped.',
      'Step: b is fenced.',
      'Step: d starts, to follow without a vote.',
      'd joins c.',
      'Step: c proposes to add d.',
      'a sees the proposal and acknowledges it.',
      'd sees the proposal and acknowledges it.',
      'c commits the change: the list is 1:a 2:b 3:c 4:d.',
      'd crashes.',
      'The gate waits for a, c and d to serve with the list 1:a 2:b 3:c 4:d; that does not come, whatever is started again, and no other order of the rest leads on.',
    ]);
  });

  test('that gives an id on without a fence has two servers with one id, where the old one missed its removal', () => {
    const steps = 'remove b, join d, add d';
    const { refutation } = fall({ ...inherited, down: ['b'], steps }, 1);
    expect(refutation?.broken).toBe('two-holders');
    expect(refutation?.story.at(-1)).toBe(
      'b and d both run with one id: votes are counted by id, whoever sends them.',
    );
    expect(fall({ ...inherited, down: ['b'], steps: 'remove b, fence b, join d, add d' }, 1).verdict).toBe(
      'safe',
    );
  });

  test('without a fence is no danger where ids are new: a removed member ends at its start', () => {
    expect(fall({ ...replaced, steps: 'join d, add d, remove b, stop b' }, 1).verdict).toBe('safe');
  });

  test('that adds a newcomer before it follows is none: the leader asks for a quorum of the new list in sync', () => {
    expect(fall({ from: 'a b c', to: 'a b c d', leader: 'c', steps: 'add d, join d' }, 1).verdict).toBe(
      'safe',
    );
    const early = writtenListScript({
      from: 'a b',
      to: 'a b d e',
      leader: 'b',
      steps: 'add d, add e, join d e',
    });
    // Two of two are no quorum of four: it is refused, and the script comes no further.
    expect(stepsReached(early)).toBe(1);
  });

  test('that wipes two of three at a time loses writes', () => {
    const emptied = { installed: false } as const;
    const written = {
      from: 'a b c',
      to: 'a b c',
      leader: 'c',
      rebuilt: 'a b',
      servers: { a: emptied, b: emptied },
    };
    const { refutation } = fall({ ...written, steps: 'stop a, join a (b c), stop b (c a), join b' }, 2);
    expect(refutation?.broken).toBe('lost-write');
    expect(refutation?.story.at(-1)).toMatch(/none of them has W: lost/);
  });
});

test('an ensemble that nobody touches is safe, whatever fails twice', () => {
  for (const from of ['a b', 'a b c', 'a b c d'])
    expect(fall({ from, to: from, leader: 'a', steps: '' }, 2).verdict).toBe('safe');
});

test('a leader that leaves hands over, and the script comes to its end', () => {
  const steps = 'join d, add d, remove c, stop c, fence c';
  expect(stepsReached(writtenListScript({ from: 'a b c', to: '1:a 2:b 4:d', leader: 'c', steps }))).toBe(5);
});

test('more servers than fit are not explored, and that is said', () => {
  const from = 'a b c d e f g';
  const to = '1:a 2:b 3:c 4:d 5:e 6:f 7:g 8:m 9:n';
  expect(fall({ from, to, leader: 'a', steps: 'join m n' }, 1).verdict).toBe('cut-short');
});
