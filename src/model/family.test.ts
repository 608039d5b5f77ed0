import { expect, test } from 'vitest';
import { familyOf, hasRollingChangeBug } from './family.js';

test.each([
  ['3.4.5', undefined],
  ['3.4.6', '3.4.6'],
  ['3.4.8', '3.4.6'],
  ['3.4.13', '3.4.13'],
  ['3.4', '3.4.13'],
  ['3.5.3-beta', undefined],
  ['3.5.4-beta', '3.5.4'],
  ['3.8', '3.5.4'],
  ['3.9.3', '3.5.4'],
  ['4.0.0', undefined],
  ['latest', undefined],
])('version %s joins as family %s', (version, family) => {
  expect(familyOf(version)).toBe(family);
});

test.each([
  ['3.5.8', true],
  ['3.5.9', false],
  ['3.6.1', true],
  ['3.6.2', false],
  ['3.7.0', false],
  ['3.4.14', false],
])('version %s loses commits in a rolling change: %s', (version, bug) => {
  expect(hasRollingChangeBug(version)).toBe(bug);
});
