// The commands as a completion script for fish.

import { type CommandNode, everyCommand, type OptionNode, type Values } from '../command-tree.js';

/** The script; `succession completion fish | source` takes it. */
export function fishCompletion(program: CommandNode): string {
  const commands = everyCommand(program);
  const inner = commands.filter((node) => node.path.length > 0);
  const valued = new Set(
    commands.flatMap(({ options }) =>
      options.flatMap(({ long, short, values }) =>
        values === null ? [] : [long, ...(short === null ? [] : [short])],
      ),
    ),
  );
  return `# Completion of succession for fish, made by \`succession completion fish\`.

set -g __succession_commands ${inner.map((node) => quote(node.path.join(' '))).join(' ')}
set -g __succession_valued ${[...valued].join(' ')}

# The command that the line names so far, its parts with a blank between.
function __succession_command
    set -l command
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
        else if string match -q -- '-*' $word
            contains -- $word $__succession_valued; and set skip 1
        else if contains -- (string join ' ' -- $command $word) $__succession_commands
            set -a command $word
        end
    end
    string join ' ' -- $command
end

function __succession_at
    test "$(__succession_command)" = "$argv"
end

function __succession_runs
    set -l home (set -q XDG_STATE_HOME; and echo $XDG_STATE_HOME; or echo $HOME/.local/state)/succession
    set -q SUCCESSION_HOME; and set home $SUCCESSION_HOME
    for run in $home/runs/*/
        path basename -- $run
    end
end

complete -c succession -f
${[...program.options.map((option) => optionLine(null, option)), ...commands.flatMap(linesOf)].join('\n')}
`;
}

function linesOf(node: CommandNode): readonly string[] {
  const at = node.path.join(' ');
  const commands = node.commands.map(
    (child) => `${start(at)} -a ${child.path.at(-1) ?? ''} -d ${quote(child.description)}`,
  );
  const words = node.arguments.flatMap(({ values }) => {
    const what = wordsFor(values);
    return what === '' ? [] : [`${start(at)} ${what}`];
  });
  const options = node.path.length === 0 ? [] : node.options.map((option) => optionLine(at, option));
  return [...commands, ...words, ...options];
}

function start(at: string): string {
  return `complete -c succession -n ${quote(`__succession_at ${at}`.trim())}`;
}

function optionLine(at: string | null, { long, short, description, values }: OptionNode): string {
  const names = [`-l ${long.replace(/^--/, '')}`, ...(short === null ? [] : [`-s ${short.slice(1)}`])];
  const takes =
    values === null
      ? []
      : [values.kind === 'file' ? '-r' : '-x', ...[wordsFor(values)].filter((text) => text !== '')];
  const first = at === null ? 'complete -c succession' : start(at);
  return [first, ...names, ...takes, `-d ${quote(description)}`].join(' ');
}

function wordsFor(values: Values): string {
  switch (values.kind) {
    case 'words':
      return `-a ${quote(values.words.join(' '))}`;
    case 'file':
      return '-F';
    case 'folder':
      return `-a '(__fish_complete_directories)'`;
    case 'run':
      return `-a '(__succession_runs)'`;
    case 'other':
      return '';
  }
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', String.raw`\\`).replaceAll("'", String.raw`\'`)}'`;
}
