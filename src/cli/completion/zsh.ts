// The commands as a completion script for zsh.

import type { CommandNode, OptionNode, Values } from '../command-tree.js';

/** The script: a file `_succession` on `fpath`, or `source <(succession completion zsh)` after `compinit`. */
export function zshCompletion(program: CommandNode): string {
  return `#compdef succession
# Completion of succession for zsh, made by \`succession completion zsh\`.

_succession_runs() {
  local home=\${SUCCESSION_HOME:-\${XDG_STATE_HOME:-$HOME/.local/state}/succession}
  local -a runs=("$home"/runs/*(N/:t))
  compadd -a runs
}

${functionsOf(program, program.options).join('\n')}
if [[ $funcstack[1] == _succession ]]; then
  _succession "$@"
else
  compdef _succession succession
fi
`;
}

function functionsOf(node: CommandNode, globals: readonly OptionNode[]): readonly string[] {
  const own = node.path.length === 0 ? [] : node.options;
  const known = new Set(own.map((option) => option.long));
  const options = [...own, ...globals.filter((option) => !known.has(option.long))].map(optionSpec);
  const below = node.commands.flatMap((child) => functionsOf(child, globals));
  return [...below, node.commands.length === 0 ? leaf(node, options) : group(node, options)];
}

function leaf(node: CommandNode, options: readonly string[]): string {
  const words = node.arguments.map(({ name, values, label }, index) =>
    quote(`${label.includes('...') ? '*' : index + 1}:${plain(name)}:${actionOf(values)}`),
  );
  return `${nameOf(node)}() {
  _arguments -S \\
    ${[...options, ...words].join(' \\\n    ')}
}
`;
}

function group(node: CommandNode, options: readonly string[]): string {
  const commands = node.commands.map((child) =>
    quote(`${child.path.at(-1) ?? ''}:${plain(child.description)}`),
  );
  return `${nameOf(node)}() {
  local context state state_descr line
  typeset -A opt_args
  local -a commands=(
    ${commands.join('\n    ')}
  )
  _arguments -C -S \\
    ${[...options, quote('1:command:->command'), quote('*::argument:->argument')].join(' \\\n    ')}
  case $state in
    command) _describe command commands ;;
    argument)
      case $line[1] in
${node.commands.map((child) => `        ${child.path.at(-1) ?? ''}) ${nameOf(child)} ;;`).join('\n')}
      esac
      ;;
  esac
}
`;
}

function nameOf(node: CommandNode): string {
  return ['_succession', ...node.path.map((word) => `_${word}`)].join('_');
}

/** All may come again: an option that is repeatable says so in its help. */
function optionSpec({ long, short, description, label, values }: OptionNode): string {
  const rest = `[${inBrackets(description)}]${values === null ? '' : `:${plain(label ?? '')}:${actionOf(values)}`}`;
  return short === null ? quote(`*${long}${rest}`) : `\\*{${long},${short}}${quote(rest)}`;
}

function actionOf(values: Values): string {
  switch (values.kind) {
    case 'words':
      return `(${values.words.join(' ')})`;
    case 'file':
      return '_files';
    case 'folder':
      return '_files -/';
    case 'run':
      return '_succession_runs';
    case 'other':
      return '';
  }
}

function plain(text: string): string {
  return text.replaceAll(/[<>[\]]/g, '').replaceAll(':', String.raw`\:`);
}

function inBrackets(text: string): string {
  return text.replaceAll(/[[\]\\]/g, String.raw`\$&`);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
