import { describe, expect, test } from 'vitest';
import { sortedEnsemble } from '../../../model/ensemble.js';
import {
  agentsListDuring,
  type ListedPlan,
  type ListedStage,
  livesUntilRound,
  needsAgentRound,
} from './agent-rounds.js';

/** Each list is what the masters are after a stage; the first one is the start. */
function planOf(lists: readonly (readonly string[])[], down: readonly string[] = []): ListedPlan {
  const ensembles = lists.map(sortedEnsemble);
  const [from = [], ...rest] = ensembles;
  const stages = rest.map((ensemble, index) => {
    const before = lists[index] ?? [];
    const fresh = (lists[index + 1] ?? []).filter((one) => !before.includes(one));
    return { number: index + 1, from: ensembles[index] ?? [], ensemble, fresh };
  });
  return { from, down, stages };
}

function rounds(plan: ListedPlan): readonly number[] {
  return plan.stages
    .filter((stage, index) => needsAgentRound(plan, stage, plan.stages[index + 1]?.ensemble ?? null))
    .map((stage) => stage.number);
}

function letters(text: string): readonly string[] {
  return text.split('');
}

/** One after the other, the first by the first. */
function replaced(old: readonly string[], fresh: readonly string[]): readonly (readonly string[])[] {
  return [...old, null].map((_, count) => [...fresh.slice(0, count), ...old.slice(count)]);
}

describe('rounds of the agents', () => {
  test.each<[string, readonly (readonly string[])[], readonly number[]]>([
    ['one of five replaced: at the end', replaced(['a', 'b', 'c', 'd', 'e'], ['f']).slice(0, 2), [1]],
    ['all of five: while two old ones are left', replaced(letters('abcde'), letters('fghij')), [3, 5]],
    ['all of three: after each', replaced(letters('abc'), letters('fgh')), [1, 2, 3]],
    ['three to five, one after the other', [letters('abc'), letters('abcd'), letters('abcde')], [2]],
    ['a rebuild at its address: none', [letters('abc'), letters('abc')], []],
    ['two rebuilds of three: none', [letters('abc'), letters('abc'), letters('abc')], []],
    ['there and back: none', [letters('abc'), letters('abd'), letters('abc')], []],
  ])('%s', (_, lists, expected) => {
    expect(rounds(planOf(lists))).toEqual(expected);
  });

  test('who is down does not count until it is renewed', () => {
    const lists = replaced(letters('abcde'), letters('fghij'));
    // Of a, b and c, which live, only c would live throughout the second stage; f would as well.
    expect(rounds(planOf(lists, ['d', 'e']))).toEqual([1, 2, 5]);
  });

  test('a stage that undoes the second leaves the agents where the first one did', () => {
    const plan = planOf(replaced(letters('abc'), letters('fgh')));
    const [first, second] = plan.stages;
    if (first === undefined || second === undefined) throw new Error('two stages');
    const undo: ListedStage = { number: 3, from: second.ensemble, ensemble: second.from, fresh: [] };
    for (const known of [plan, { ...plan, stages: [first, second, undo] }]) {
      expect(agentsListDuring(known, undo)).toEqual(['b', 'c', 'f']);
      expect(needsAgentRound(known, undo, null)).toBe(false);
    }
  });

  test('an older list is good enough while a master of it lives until the first round', () => {
    const plan = planOf(replaced(letters('abcde'), letters('fghij')));
    expect(livesUntilRound(plan, ['x', 'y', 'd'])).toBe(true);
    expect(livesUntilRound(plan, ['x', 'y', 'b'])).toBe(false);
    expect(livesUntilRound(plan, [])).toBe(false);
  });
});
