import { spawnSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { commandTree } from './command-tree.js';
import { manPages } from './man-pages.js';
import { buildProgram } from './program.js';
import { processTerminal } from './terminal.js';
import { version } from './version.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pages = manPages(commandTree(buildProgram(processTerminal(), () => undefined)), version);
const hasGroff = spawnSync('groff', ['--version']).status === 0;

describe('man/', () => {
  test('holds the pages of the commands of today, and package.json names them (`npm run man` writes both)', async () => {
    const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { man?: string[] };
    expect((await readdir(join(root, 'man'))).sort()).toEqual(pages.map(({ file }) => file).sort());
    expect(manifest.man).toEqual(pages.map(({ file }) => `man/${file}`));
    for (const { file, text } of pages) expect(await readFile(join(root, 'man', file), 'utf8')).toBe(text);
  });

  test.skipIf(!hasGroff)('groff reads every page without a warning', () => {
    const end = spawnSync(
      'groff',
      ['-man', '-Tutf8', '-ww', '-z', ...pages.map(({ file }) => `man/${file}`)],
      {
        cwd: root,
        encoding: 'utf8',
      },
    );
    expect(end.stderr).toBe('');
    expect(end.status).toBe(0);
  });

  test.skipIf(!hasGroff)('what is typed stands on the page as it is typed', () => {
    const end = spawnSync('groff', ['-man', '-Tascii', '-P-cbou', '-rLL=200n', 'man/succession-plan.1'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(end.stdout).toContain(
      'succession plan --current 10.0.0.1,10.0.0.2,10.0.0.3,10.0.0.4,10.0.0.5 \\\n',
    );
    expect(end.stdout).toMatch(/--allow-cascade\n +hosts that stay may be wiped/);
  });
});
