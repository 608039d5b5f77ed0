// docs/tutorial.md: each of its commands is run, in its order and in one shell, in a copy of the checkout that holds nothing
// built, and prints what the page shows of it.

import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** `scripts/setup.mjs` has done it before any test, and knows what to do where a registry refuses it. */
const installing = 'npm ci';
/** What a fresh clone does not have. */
const made = /^(?:node_modules|dist|\.git|.*\.tsbuildinfo)$/;

interface Shown {
  readonly command: string;
  /** `…` stands for anything: a whole line for any lines, within a line for any text. */
  readonly output: readonly string[];
}

let home: string;
let clone: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'succession-tutorial-'));
  clone = join(home, 'succession');
  await mkdir(clone);
  await cp(root, clone, { recursive: true, filter: (path) => !made.test(relative(root, path)) });
  await symlink(join(root, 'node_modules'), join(clone, 'node_modules'));
});

afterAll(async () => {
  await rm(home, { recursive: true });
});

/** The commands of the page's `console` blocks, each with the lines below it. */
function shownIn(markdown: string): readonly Shown[] {
  const blocks = [...markdown.matchAll(/^```console\n(.*?)^```$/gms)].map(([, block = '']) => block);
  return blocks.flatMap((block) =>
    block
      .split(/^\$ /m)
      .filter((part) => part !== '')
      .map((part) => {
        const [command = '', ...output] = part.trimEnd().split('\n');
        return { command, output };
      }),
  );
}

/** Runs them in one shell; what each printed on either stream. */
function runAll(commands: readonly string[]): readonly string[] {
  const separator = '@@ next @@';
  const script = commands.map((command) => `${command}\nset -- $?; echo '${separator}'; (exit $1)`);
  const environment = Object.entries(process.env).filter(
    ([name]) => !/^(?:SUCCESSION_|XDG_STATE_HOME$|CI$)/.test(name),
  );
  const { stdout } = spawnSync('bash', ['--norc'], {
    cwd: clone,
    input: `exec 2>&1\n${script.join('\n')}\n`,
    encoding: 'utf8',
    env: { ...Object.fromEntries(environment), HOME: home, NO_COLOR: '1' },
  });
  return stdout.split(`${separator}\n`);
}

/** What must be seen, as a pattern. */
function patternOf(output: readonly string[]): RegExp {
  const lines = output.map((line) =>
    line === '…'
      ? '(?:.*\\n)*?'
      : `.*?${line
          .replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
          .replaceAll(/ ?…/g, '.*')
          .replaceAll(/ +/g, ' +')}\\n`,
  );
  return new RegExp(`^${lines.join('')}`, 'm');
}

describe('docs/tutorial.md', () => {
  test('prints what it shows, command for command', async () => {
    const shown = shownIn(await readFile(join(root, 'docs', 'tutorial.md'), 'utf8'));
    expect(shown.map(({ command }) => command)).toContain(installing);
    const run = shown.filter(({ command }) => command !== installing);
    const printed = runAll(run.map(({ command }) => command));
    expect(printed).toHaveLength(run.length + 1);
    for (const [index, { command, output }] of run.entries())
      expect(printed[index], command).toMatch(patternOf(output));
  });
});
