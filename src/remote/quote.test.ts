import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quote } from './quote.js';

/** What a real shell makes of the text: its words, in order. */
function wordsOf(text: string): readonly string[] {
  const output = execFileSync('/bin/sh', ['-c', `for word in ${text}; do printf '%s\\0' "$word"; done`], {
    encoding: 'utf8',
  });
  return output.split('\0').slice(0, -1);
}

const argument = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom("'", '"', '\\', '$', '`', ' ', '\n', '*', '!', '~', '-', '=', '{', '}', 'a'),
  }),
);

describe('quote', () => {
  test('a real shell reads every list of arguments back unchanged', () => {
    fc.assert(
      fc.property(
        fc.array(
          argument.filter((text) => !text.includes('\0')),
          { maxLength: 20 },
        ),
        (args) => {
          expect(wordsOf(quote(...args))).toEqual(args);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('a plain word stays readable', () => {
    expect(quote('systemctl', 'stop', 'zookeeper@1.service')).toBe('systemctl stop zookeeper@1.service');
  });

  test('a NUL is refused', () => {
    expect(() => quote('a\0b')).toThrow(RangeError);
  });
});
