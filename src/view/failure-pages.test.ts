import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { describe, expect, test } from 'vitest';
import { failureCodes } from '../run/failure.js';
import { explanationText, failuresPage } from './failure-pages.js';
import { plainPalette } from './palette.js';

describe('docs/reference/failures.md', () => {
  test('is made of the catalogue of today (`npm run docs` writes it)', async () => {
    const file = fileURLToPath(new URL('../../docs/reference/failures.md', import.meta.url));
    const today = await format(failuresPage(), { parser: 'markdown', singleQuote: true, printWidth: 110 });
    expect(await readFile(file, 'utf8')).toBe(today);
    for (const code of failureCodes) expect(today).toContain(`\n## \`${code}\`\n`);
  });
});

describe('explanationText', () => {
  test('tells meaning, cause, who moves, evidence and remedy, in this order', () => {
    expect(explanationText('member-down', plainPalette)).toBe(`member-down
  means    A member that nobody is working on has no process, or takes no connections.
  cause    It crashed, lost its disk or its network. No second server is taken down meanwhile.
  who      whoever looks after the hosts: something on them is not as it must be
  evidence The member, and who serves without it.
  remedy   1. Read its log and start it.
           2. See that it follows: \`succession status --cluster FILE\`.
           3. Resume.
`);
  });

  test('has no line that a terminal would break', () => {
    for (const code of failureCodes)
      for (const line of explanationText(code, plainPalette).split('\n'))
        expect(line.length).toBeLessThanOrEqual(111);
  });
});
