import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureCodes } from '../../run/failure.js';
import { commandTree, everyCommand } from '../command-tree.js';
import { buildProgram } from '../program.js';
import { processTerminal } from '../terminal.js';
import { bashCompletion } from './bash.js';
import { fishCompletion } from './fish.js';
import { zshCompletion } from './zsh.js';

const program = commandTree(buildProgram(processTerminal(), () => undefined));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'succession-completion-'));
  await mkdir(join(folder, 'runs', '20261123-063144-9f3a'), { recursive: true });
  await mkdir(join(folder, 'other', 'runs', '20270101-000000-0001'), { recursive: true });
  await writeFile(join(folder, 'plan.json'), '');
  await writeFile(join(folder, 'succession.bash'), bashCompletion(program));
  await writeFile(join(folder, '_succession'), zshCompletion(program));
  await writeFile(join(folder, 'succession.fish'), fishCompletion(program));
  await writeFile(join(folder, 'given.zsh'), givenZsh);
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

function shell(name: string, args: readonly string[], input = ''): string {
  const end = spawnSync(name, args, {
    cwd: folder,
    input,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: folder, SUCCESSION_HOME: folder },
  });
  expect(end.error).toBeUndefined();
  expect(end.stderr).toBe('');
  return end.stdout;
}

function has(name: string): boolean {
  return spawnSync(name, ['-c', 'true']).status === 0;
}

/** Has zsh tell what it would offer, and end after the first time. */
const givenZsh = String.raw`
PS1=
autoload -Uz compinit
compinit -D
source ./_succession
zstyle ':completion:*' insert-tab false
compadd() {
  if [[ ${'$'}{@[1,(i)(-|--)]} == *-(O|A|D)' '* ]]; then
    builtin compadd "$@"
    return
  fi
  local -a hits
  builtin compadd -A hits "$@"
  print -rl -- OFFER:$^hits
  builtin compadd "$@"
}
done-here() { print DONE; exit }
comppostfuncs=(done-here)
bindkey '^I' complete-word
print READY
`;

/** What each shell offers after these words, the last of which is being typed. */
type Case = readonly [words: readonly string[], offered: readonly string[]];

const cases: readonly Case[] = [
  [['pl'], ['plan']],
  [['lab', 'par'], ['partition']],
  [
    ['plan', '--platform', ''],
    ['dcos', 'zookeeper'],
  ],
  [['--home', 'other', 'plan', '--allow-c'], ['--allow-cascade']],
  [['show', '2026'], ['20261123-063144-9f3a']],
  [['show', '-o', 'm'], ['markdown']],
  [['resume', '--waive', 'a'], ['audit']],
  [['apply', 'pl'], ['plan.json']],
  [['explain', 'two'], ['two-leaders']],
  [
    ['completion', ''],
    ['bash', 'fish', 'zsh'],
  ],
];

function offeredByBash(words: readonly string[]): readonly string[] {
  const list = ['succession', ...words].map((word) => `'${word}'`).join(' ');
  const script = `source ./succession.bash; COMP_WORDS=(${list}); COMP_CWORD=${words.length}; _succession; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return shell('bash', ['--norc', '-c', script]).trim().split('\n').sort();
}

describe('bash', () => {
  // bash breaks words at = and : as well.
  const broken: readonly Case[] = [
    [['show', '--output', '=', 'j'], ['json']],
    [
      ['show', '--output', '='],
      ['html', 'json', 'markdown', 'text'],
    ],
    [['plan', '--replace', 'a', '=', 'b', '--ensemble', '1', ':', 'zk1', '--cur'], ['--current']],
    [['--home', 'other', 'show', ''], ['20270101-000000-0001']],
    [['runs', '--abandon', '2'], ['20261123-063144-9f3a']],
  ];

  test.each([...cases, ...broken])('%j', (words, expected) => {
    expect(offeredByBash(words)).toEqual(expected);
  });

  test('every command offers its own options and the ones of all', () => {
    for (const { path, options } of everyCommand(program)) {
      const offers = offeredByBash([...path, '--']);
      for (const { long } of [...options, ...program.options]) expect(offers).toContain(long);
    }
    expect(offeredByBash(['explain', ''])).toEqual([...failureCodes].sort());
  });
});

describe.skipIf(!has('fish'))('fish', () => {
  test.each(cases)('%j', (words, expected) => {
    const line = ['succession', ...words].join(' ');
    const lines = shell('fish', ['--no-config', '-c', `source ./succession.fish; complete -C '${line}'`]);
    const offers = lines
      .trim()
      .split('\n')
      .map((one) => one.split('\t')[0] ?? '');
    expect(offers.sort()).toEqual(expected);
  });
});

describe.skipIf(!has('zsh'))('zsh', () => {
  test.each(cases)('%j', (words, expected) => {
    // A terminal of its own, in which a key is pressed; what would be offered is told instead.
    const script = `
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'source ./given.zsh'
zpty -r -m shell out '*READY*'
zpty -w -n shell 'succession ${words.join(' ')}'$'\\t'
zpty -r -m shell out '*DONE*'
print -r -- "$out"
`;
    const out = shell('zsh', ['-f'], script);
    const offers = [...out.matchAll(/OFFER:(\S+)/g)].map(([, one]) => one ?? '');
    expect([...new Set<string>(offers)].sort()).toEqual(expected);
  });

  test('every option stands in the script, which zsh reads', () => {
    shell('zsh', ['-f', '-n', './_succession']);
  });
});
