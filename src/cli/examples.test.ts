import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { type CommandNode, commandTree, everyCommand } from './command-tree.js';
import { buildProgram } from './program.js';
import { processTerminal } from './terminal.js';

const nodes = everyCommand(commandTree(build()));

/** The commands, none of which does anything. */
function build(): Command {
  const program = buildProgram({ ...processTerminal(), out: ignore, err: ignore }, () => undefined);
  idle(program);
  return program;
}

function ignore(): void {
  return undefined;
}

function idle(command: Command): void {
  if (command.commands.length === 0) command.action(ignore);
  for (const child of command.commands) idle(child);
}

/** The command lines of an example: a backslash joins lines, and what is piped or redirected is no matter of ours. */
function commandLines(node: CommandNode): readonly string[] {
  return node.examples
    .flatMap(({ lines }) =>
      lines
        .join('\n')
        .replaceAll(/\\\n\s*/g, '')
        .split('\n'),
    )
    .flatMap((line) => /(?:^|<\()(succession [^|>)]*)/.exec(line)?.[1]?.trim() ?? []);
}

describe('examples in --help', () => {
  test('every command has some', () => {
    expect(nodes.filter((node) => node.examples.length === 0).map((node) => node.path)).toEqual([]);
  });

  test.each(nodes.flatMap((node) => commandLines(node).map((line) => [line, node.path] as const)))(
    '%s',
    async (line, path) => {
      const [, ...words] = line.split(/ +/);
      await build().parseAsync(words, { from: 'user' });
      if (path.length > 0) expect(words.slice(0, 2).join(' ')).toContain(path.at(-1));
    },
  );
});

describe('a slip of the keyboard', () => {
  test.each([
    [['pln'], 'Did you mean plan?'],
    [['lab', 'strat', 'a'], 'Did you mean start?'],
    [['plan', '--curent', 'a'], 'Did you mean --current?'],
    [['show', '--ouput', 'json'], 'Did you mean --output?'],
    [['completion', 'tcsh'], 'Allowed choices are bash, zsh, fish'],
    [['plan', '--platform', 'dcsos'], 'Allowed choices are dcos, zookeeper'],
  ])('%j', async (words, hint) => {
    let said = '';
    const terminal = { ...processTerminal(), out: ignore, err: (text: string) => void (said += text) };
    const program = buildProgram(terminal, ignore);
    idle(program);
    await expect(program.parseAsync(words, { from: 'user' })).rejects.toThrow();
    expect(said).toContain(hint);
  });
});
