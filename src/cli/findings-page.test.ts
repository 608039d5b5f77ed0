import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Every rule that the sources give a finding or a fault by name; of `check('a_key', …)` the key's. */
async function rulesInSources(): Promise<ReadonlySet<string>> {
  const files = (await readdir(join(root, 'src'), { recursive: true })).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
  );
  const texts = await Promise.all(files.map((file) => readFile(join(root, 'src', file), 'utf8')));
  const named = texts.flatMap((text) => [...text.matchAll(/\brule: '([a-z-]+)'/g)]);
  const keys = texts.flatMap((text) => [...text.matchAll(/\.\.\.check\(\s*'([a-z_]+)'/g)]);
  return new Set([...named, ...keys].map(([, rule = '']) => rule.replaceAll('_', '-')));
}

test('docs/reference/findings.md explains each rule that there is, and no other', async () => {
  const page = await readFile(join(root, 'docs/reference/findings.md'), 'utf8');
  const firstCells = page.split('\n').flatMap((line) => /^\| (`[^|]*)\|/.exec(line)?.[1] ?? []);
  const explained = new Set(
    firstCells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, rule = '']) => rule)),
  );
  const there = await rulesInSources();
  expect([...there].filter((rule) => !explained.has(rule))).toEqual([]);
  expect([...explained].filter((rule) => !there.has(rule))).toEqual([]);
});
