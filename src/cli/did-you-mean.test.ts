import { describe, expect, test } from 'vitest';
import { didYouMean } from './did-you-mean.js';

describe('didYouMean', () => {
  test.each([
    ['gate-limt', ['gate-limit', 'two-leaders'], ' Did you mean gate-limit?'],
    [
      '20261123-063144-9f3b',
      ['20261123-063144-9f3a', '20261123-070000-0001'],
      ' Did you mean 20261123-063144-9f3a?',
    ],
    ['agent', ['agents', 'agenda'], ' Did you mean agents?'],
    ['dns', ['dns'], ''],
    ['x', ['y'], ''],
    ['nobody', [], ''],
  ])('%s among %j: "%s"', (text, known, expected) => {
    expect(didYouMean(text, known)).toBe(expected);
  });
});
