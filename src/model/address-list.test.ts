import { describe, expect, test } from 'vitest';
import { parseAddressList, parseEnsemble, parseReplacement } from './address-list.js';
import type { Checked } from './fault.js';

/** The rules and places of all faults. */
function faultsOf(parsed: Checked<unknown>): readonly string[] {
  return parsed.ok ? [] : parsed.faults.map((fault) => `${fault.rule} at ${fault.place}`);
}

describe('parseAddressList', () => {
  test('keeps the order and takes spaces after commas', () => {
    expect(parseAddressList('10.0.0.9, 10.0.0.1', 'ipv4', 'target')).toEqual({
      ok: true,
      value: ['10.0.0.9', '10.0.0.1'],
    });
  });

  test.each([
    ['', ['empty-list at target']],
    ['10.0.0.1,,10.0.0.2', ['malformed-address at target, item 2']],
    ['10.0.0.1,10.0.0.2,10.0.0.1', ['duplicate-address at target, item 3']],
    ['10.0.0.01,10.0.0.300', ['leading-zero at target, item 1', 'malformed-address at target, item 2']],
  ])('tells of %j everything that is wrong, each with its place', (text, faults) => {
    expect(faultsOf(parseAddressList(text, 'ipv4', 'target'))).toEqual(faults);
  });
});

describe('parseEnsemble', () => {
  test('puts members in the order of their ids', () => {
    expect(parseEnsemble('7:10.0.0.1, 2:10.0.0.3', 'ipv4', 'ensemble')).toEqual({
      ok: true,
      value: [
        { id: 2, address: '10.0.0.3' },
        { id: 7, address: '10.0.0.1' },
      ],
    });
  });

  test.each([
    ['10.0.0.1', ['malformed-member at ensemble, item 1']],
    ['1:10.0.0.1,1:10.0.0.2', ['duplicate-id at ensemble, item 2']],
    [
      '0:10.0.0.1,256:10.0.0.2',
      ['id-out-of-range at ensemble, item 1', 'id-out-of-range at ensemble, item 2'],
    ],
    ['1:10.0.0.1,2:10.0.0.1', ['duplicate-address at ensemble, item 2']],
    ['1:10.0.0.256', ['malformed-address at ensemble, item 1']],
  ])('refuses %j', (text, faults) => {
    expect(faultsOf(parseEnsemble(text, 'ipv4', 'ensemble'))).toEqual(faults);
  });
});

describe('parseReplacement', () => {
  test('reads who makes room for whom', () => {
    expect(parseReplacement('10.0.0.1=10.0.0.9', 'ipv4', 'replace, item 1')).toEqual({
      ok: true,
      value: { old: '10.0.0.1', new: '10.0.0.9' },
    });
  });

  test.each([
    ['10.0.0.1', ['malformed-replacement at replace, item 1']],
    ['10.0.0.1=10.0.0.2=10.0.0.3', ['malformed-replacement at replace, item 1']],
    ['10.0.0.1=', ['malformed-address at replace, item 1, after the =']],
    ['10.0.0=10.0.0.2', ['malformed-address at replace, item 1, before the =']],
  ])('refuses %j', (text, faults) => {
    expect(faultsOf(parseReplacement(text, 'ipv4', 'replace, item 1'))).toEqual(faults);
  });
});
