import { describe, expect, test } from 'vitest';
import { sortedEnsemble } from '../model/ensemble.js';
import { checkConfiguration } from './check-configuration.js';

const live = sortedEnsemble([
  '172.31.16.60',
  '172.31.18.152',
  '172.31.29.145',
  '172.31.29.82',
  '172.31.31.63',
]);
const addresses = live.map((member) => member.address);

function check(key: string, listed: readonly string[]): readonly string[] {
  return checkConfiguration({ key, addresses: listed }, live).map(
    ({ severity, rule, subject }) => `${severity} ${rule} ${subject}`,
  );
}

describe('checkConfiguration', () => {
  test('finds what is wrong with the excerpt in the runbook', () => {
    const excerpt = ['172.31.31.63', '172.31.18.52', '172.31.29.145', '172.31.29.82', '172.31.16.60'];
    expect(check('master list', excerpt)).toEqual([
      'error misspelt-key master list',
      'error unknown-member master list, item 2',
      'error member-not-listed 172.31.18.152',
      'info file-order-differs master list',
    ]);
    const [, stranger] = checkConfiguration({ key: 'master list', addresses: excerpt }, live);
    expect(stranger?.message).toBe(
      '172.31.18.52 is not a member of the ensemble; did you mean 172.31.18.152?',
    );
  });

  test('has nothing to say when file and cluster agree', () => {
    expect(check('master_list', addresses)).toEqual([]);
  });

  test('finds addresses that are malformed, or listed twice', () => {
    expect(check('master_list', [...addresses, '172.31.31.63', '172.31.031.63'])).toEqual([
      'error leading-zero master_list, item 7',
      'error duplicate-address master_list, item 6',
    ]);
  });
});
