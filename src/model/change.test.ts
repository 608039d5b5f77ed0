import { describe, expect, test } from 'vitest';
import { edits } from '../../test/support/edits.js';
import { resolveChange, type Change } from './change.js';
import { describeEnsemble, ensembleOf, sortedEnsemble, type Ensemble, type IdPolicy } from './ensemble.js';

const seed = sortedEnsemble([
  '172.31.16.60',
  '172.31.18.152',
  '172.31.29.145',
  '172.31.29.82',
  '172.31.31.63',
]);
const plain = ensembleOf([
  { id: 2, address: 'zk-b' },
  { id: 3, address: 'zk-c' },
  { id: 7, address: 'zk-a' },
]);

/** The target and the rebuilds on one line, or all faults. */
function outcome(current: Ensemble, policy: IdPolicy, change: Change): string {
  const goal = resolveChange(current, policy, change);
  if (!goal.ok) return goal.faults.map((fault) => `${fault.rule} at ${fault.place}`).join('; ');
  const rebuilds = goal.value.rebuilds.length === 0 ? '' : ` rebuild ${goal.value.rebuilds.join(',')}`;
  return `${describeEnsemble(goal.value.target)}${rebuilds}`;
}

describe('resolveChange under sorted ids', () => {
  test.each<[string, Change, string]>([
    [
      'a target list in any order',
      { kind: 'target', addresses: ['172.31.31.63', '172.31.16.60', '172.31.2.1'] },
      '1:172.31.16.60,2:172.31.2.1,3:172.31.31.63',
    ],
    [
      'a mix of changes',
      edits({
        replace: [{ old: '172.31.31.63', new: '172.31.30.1' }],
        remove: ['172.31.16.60', '172.31.18.152'],
        rebuild: ['172.31.29.82'],
      }),
      '1:172.31.29.145,2:172.31.29.82,3:172.31.30.1 rebuild 172.31.29.82',
    ],
  ])('resolves %s', (_, change, expected) => {
    expect(outcome(seed, 'sorted', change)).toBe(expected);
  });

  test('refuses ids that are not the sorted positions', () => {
    const members = [
      { id: 1, address: '10.0.0.9' },
      { id: 2, address: '10.0.0.1' },
    ];
    expect(outcome(seed, 'sorted', { kind: 'target-with-ids', members })).toBe('ids-not-sorted at target');
  });
});

describe('resolveChange under explicit ids', () => {
  test.each<[string, Change, string]>([
    [
      'keeps survivors and fills freed ids upwards',
      { kind: 'target', addresses: ['zk-x', 'zk-a', 'zk-y'] },
      '2:zk-x,3:zk-y,7:zk-a',
    ],
    [
      'goes on above all ids',
      { kind: 'target', addresses: ['zk-b', 'zk-c', 'zk-a', 'zk-x'] },
      '2:zk-b,3:zk-c,7:zk-a,8:zk-x',
    ],
    [
      'gives a replacement the id it replaces',
      edits({ replace: [{ old: 'zk-c', new: 'zk-x' }] }),
      '2:zk-b,3:zk-x,7:zk-a',
    ],
    [
      'adds above all, in the order given',
      edits({ add: ['zk-y', 'zk-x'], remove: ['zk-a'] }),
      '2:zk-b,3:zk-c,8:zk-y,9:zk-x',
    ],
    ['takes ids as given', { kind: 'target-with-ids', members: [{ id: 9, address: 'zk-b' }] }, '9:zk-b'],
  ])('%s', (_, change, expected) => {
    expect(outcome(plain, 'explicit', change)).toBe(expected);
  });

  test('refuses an id above 255', () => {
    const full = ensembleOf([{ id: 255, address: 'zk-a' }]);
    expect(outcome(full, 'explicit', edits({ add: ['zk-b'] }))).toBe('id-out-of-range at target, item 2');
  });
});

describe('resolveChange refuses', () => {
  test.each<[string, Change, string]>([
    ['an empty target', { kind: 'target', addresses: [] }, 'empty-list at target'],
    [
      'a target that names a host twice',
      { kind: 'target', addresses: ['10.0.0.1', '10.0.0.1'] },
      'duplicate-address at target, item 2',
    ],
    [
      'to replace a host by itself',
      edits({ replace: [{ old: '172.31.16.60', new: '172.31.16.60' }] }),
      'duplicate-address at replace, item 1, after the =',
    ],
    [
      'to remove a host that is also replaced',
      edits({ replace: [{ old: '172.31.16.60', new: '10.0.0.1' }], remove: ['172.31.16.60'] }),
      'duplicate-address at remove, item 1',
    ],
    [
      'a newcomer that is a member',
      edits({ replace: [{ old: '172.31.16.60', new: '172.31.31.63' }], add: ['172.31.18.152'] }),
      'already-member at replace, item 1, after the =; already-member at add, item 1',
    ],
    [
      'unknown members, everywhere',
      edits({ replace: [{ old: '10.0.0.1', new: '10.0.0.2' }], remove: ['10.0.0.3'], rebuild: ['10.0.0.4'] }),
      'unknown-member at replace, item 1, before the =; unknown-member at remove, item 1; unknown-member at rebuild, item 1',
    ],
    ['to remove everyone', edits({ remove: seed.map((member) => member.address) }), 'empty-list at remove'],
  ])('%s', (_, change, expected) => {
    expect(outcome(seed, 'sorted', change)).toBe(expected);
  });

  test('an unknown member with the one that was meant', () => {
    const goal = resolveChange(seed, 'sorted', edits({ remove: ['172.31.18.52'] }));
    expect(goal.ok ? [] : goal.faults).toMatchObject([
      {
        message: '172.31.18.52 is not a member of the ensemble; did you mean 172.31.18.152?',
        remedy: 'Write 172.31.18.152.',
      },
    ]);
  });
});
