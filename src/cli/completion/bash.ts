// The commands as a completion script for bash. It needs nothing but bash 4.

import { type CommandNode, everyCommand, type OptionNode, type Values } from '../command-tree.js';

/** The script; `source <(succession completion bash)` takes it. */
export function bashCompletion(program: CommandNode): string {
  const commands = everyCommand(program);
  const inner = commands.filter((node) => node.path.length > 0);
  return `# Completion of succession for bash, made by \`succession completion bash\`.

# The runs under the home that the command line or the environment names.
_succession_runs() {
  local home=\${SUCCESSION_HOME:-\${XDG_STATE_HOME:-$HOME/.local/state}/succession} i run
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ \${COMP_WORDS[i]} == --home ]] && home=\${COMP_WORDS[i + 1]}
  done
  for run in "$home"/runs/*/; do
    [[ -d $run ]] && run=\${run%/} && printf '%s\\n' "\${run##*/}"
  done
}

# Whether "$1" is a command.
_succession_is() {
  case "$1" in
    ${inner.map((node) => quote(node.path.join(' '))).join(' | ')}) return 0 ;;
    *) return 1 ;;
  esac
}

# What the option $2 of the command "$1" takes; status 1 when it takes nothing.
_succession_takes() {
  case "$1 $2" in
${[...inner.flatMap((node) => takenBy(`${node.path.join(' ')} `, node.options)), ...takenBy('*', program.options)].join('\n')}
    *) return 1 ;;
  esac
}

# What comes as word number $2 after the command "$1".
_succession_word() {
  case "$1 $2" in
${commands.flatMap(wordsOf).join('\n')}
    *) echo other ;;
  esac
}

# The options of the command "$1".
_succession_options() {
  case "$1" in
${inner.map((node) => `    ${quote(node.path.join(' '))}) echo ${quote(flagsOf(node.options))} ;;`).join('\n')}
  esac
  echo ${quote(flagsOf(program.options))}
}

_succession_reply() {
  local cur=$2
  case $1 in
    words*) mapfile -t COMPREPLY < <(compgen -W "\${1#words }" -- "$cur") ;;
    run) mapfile -t COMPREPLY < <(compgen -W "$(_succession_runs)" -- "$cur") ;;
    file) compopt -o filenames 2> /dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    folder) compopt -o filenames 2> /dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
  esac
}

_succession() {
  local cur=\${COMP_WORDS[COMP_CWORD]} command= count=0 takes= word i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    # bash breaks words at = and : as well: --output=json is three.
    if [[ $word == [=:] ]]; then
      [[ -z $takes ]] && ((i++))
    elif [[ -n $takes ]]; then
      takes=
    elif [[ $word == -* ]]; then
      takes=$(_succession_takes "$command" "$word") || takes=
    elif _succession_is "\${command:+$command }$word"; then
      command=\${command:+$command }$word
    else
      ((count++))
    fi
  done
  [[ $cur == [=:] ]] && cur=
  if [[ -n $takes ]]; then
    _succession_reply "$takes" "$cur"
  elif [[ $cur == -* ]]; then
    _succession_reply "words $(_succession_options "$command")" "$cur"
  else
    _succession_reply "$(_succession_word "$command" "$count")" "$cur"
  fi
}

complete -F _succession succession
`;
}

function takenBy(before: string, options: readonly OptionNode[]): readonly string[] {
  return options.flatMap(({ long, short, values }) => {
    if (values === null) return [];
    const names = [long, ...(short === null ? [] : [short])];
    const patterns = names.map((name) => (before === '*' ? `*${quote(` ${name}`)}` : quote(before + name)));
    return [`    ${patterns.join(' | ')}) echo ${quote(kindOf(values))} ;;`];
  });
}

function wordsOf(node: CommandNode): readonly string[] {
  const at = node.path.join(' ');
  if (node.commands.length > 0) {
    const names = node.commands.map((child) => child.path.at(-1) ?? '').join(' ');
    return [`    ${quote(`${at} 0`)}) echo ${quote(`words ${names}`)} ;;`];
  }
  return node.arguments.map(
    ({ values }, index) => `    ${quote(`${at} ${index}`)}) echo ${quote(kindOf(values))} ;;`,
  );
}

function kindOf(values: Values): string {
  return values.kind === 'words' ? `words ${values.words.join(' ')}` : values.kind;
}

function flagsOf(options: readonly OptionNode[]): string {
  return options.flatMap(({ long, short }) => [long, ...(short === null ? [] : [short])]).join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
