// The manual: one page for the program and one for each command, in the language of man(7).

import { type ArgumentNode, type CommandNode, everyCommand, type OptionNode } from './command-tree.js';
import type { Example } from './environment-command.js';

/** A page, by the name of its file. */
export interface ManPage {
  readonly file: string;
  readonly text: string;
}

/** All pages of section 1. They bear the version and no date, so that the same commands make the same pages. */
export function manPages(program: CommandNode, version: string): readonly ManPage[] {
  return [
    { file: 'succession.1', text: programPage(program, version) },
    ...program.commands.map((command) => ({
      file: `${nameOf(command)}.1`,
      text: commandPage(command, program, version),
    })),
  ];
}

function programPage(program: CommandNode, version: string): string {
  return page([
    heading(program, version),
    section(
      'COMMANDS',
      program.commands.flatMap((one) => tagged(`\\fB${nameOf(one)}\\fR(1)`, one.description)),
    ),
    section('OPTIONS OF EVERY COMMAND', program.options.flatMap(optionLines)),
    ...examplesAndNotes(program),
    section('ENVIRONMENT', environment),
    section('FILES', files),
    section('EXIT STATUS', exitStatuses),
    section('SEE ALSO', [seeAlso(program.commands.map(nameOf))]),
  ]);
}

function commandPage(command: CommandNode, program: CommandNode, version: string): string {
  const parts = everyCommand(command).filter((node) => node !== command);
  return page([
    heading(command, version),
    section('ARGUMENTS', command.arguments.flatMap(argumentLines)),
    section('OPTIONS', [
      ...command.options.flatMap(optionLines),
      '.PP',
      text('The options of every command stand in succession(1), and so does what each exit status means.'),
    ]),
    parts.length === 0 ? [] : section('COMMANDS', parts.flatMap(partLines)),
    ...examplesAndNotes(command),
    section('SEE ALSO', [
      seeAlso(['succession', ...program.commands.map(nameOf)].filter((one) => one !== nameOf(command))),
    ]),
  ]);
}

function heading(node: CommandNode, version: string): readonly string[] {
  const name = nameOf(node);
  return [
    '.\\" Made by `npm run man` from the commands: change it there.',
    `.TH ${text(name.toUpperCase())} 1 "" "succession ${version}" "Succession"`,
    // Neither spread out nor hyphenated: much of it is to be typed.
    '.ad l',
    '.nh',
    ...section('NAME', [`${text(name)} \\- ${text(lowerFirst(node.description))}`]),
    ...section('SYNOPSIS', [synopsis(node)]),
    ...section('DESCRIPTION', [text(node.description)]),
  ];
}

/** `.B` for what is typed, the rest as the usage has it. */
function synopsis({ path, usage }: CommandNode): string {
  const typed = ['succession', ...path].join(' ');
  return `\\fB${text(typed)}\\fR ${text(usage.slice(typed.length).trim())}`.trim();
}

function partLines(part: CommandNode): readonly string[] {
  return [
    `.SS ${text(part.path.join(' '))}`,
    synopsis(part),
    '.PP',
    text(part.description),
    ...part.arguments.flatMap(argumentLines),
    ...part.options.filter((option) => option.long !== '--help').flatMap(optionLines),
    ...part.examples.flatMap(exampleLines),
  ];
}

function optionLines({ long, short, label, description }: OptionNode): readonly string[] {
  const names = [...(short === null ? [] : [short]), long].map((name) => `\\fB${text(name)}\\fR`);
  return tagged(`${names.join(', ')}${label === null ? '' : ` \\fI${text(label)}\\fR`}`, description);
}

function argumentLines({ label, description }: ArgumentNode): readonly string[] {
  return tagged(`\\fI${text(label)}\\fR`, description);
}

function tagged(tag: string, description: string): readonly string[] {
  return ['.TP', tag, text(description)];
}

function examplesAndNotes({ examples, notes }: CommandNode): readonly (readonly string[])[] {
  return [
    section('EXAMPLES', examples.flatMap(exampleLines)),
    section(
      'NOTES',
      notes.flatMap((note) => ['.PP', ...(note.includes('\n  ') ? verbatim(note) : [text(note)])]),
    ),
  ];
}

function exampleLines({ what, lines }: Example): readonly string[] {
  return ['.PP', text(`${what}:`), '.RS 4', ...verbatim(lines.join('\n')), '.RE'];
}

function verbatim(block: string): readonly string[] {
  return ['.nf', ...block.split('\n').map(text), '.fi'];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`.SH ${title}`, ...lines];
}

function seeAlso(names: readonly string[]): string {
  return names.map((name) => `\\fB${text(name)}\\fR(1)`).join(',\n');
}

function nameOf({ path }: CommandNode): string {
  return ['succession', ...path].map((word) => word).join('-');
}

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, '');
}

function page(parts: readonly (readonly string[])[]): string {
  return `${parts.flat().join('\n')}\n`;
}

/** Text that roff leaves as it is: no hyphenation of options, no request at the beginning of a line. */
function text(plain: string): string {
  return plain
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('’', "'")
    .replaceAll('…', '...')
    .replaceAll(/^(?=[.'])/gm, '\\&')
    .replaceAll("'", '\\(aq');
}

const environment: readonly string[] = [
  ...tagged(
    '\\fBSUCCESSION_\\fINAME\\fR',
    'Every option of every command: SUCCESSION_HOME is --home, SUCCESSION_ALLOW_CASCADE is --allow-cascade. What may be repeated takes a comma-separated list.',
  ),
  ...tagged('\\fBNO_COLOR\\fR', 'When it is set, nothing is coloured.'),
  ...tagged(
    '\\fBXDG_STATE_HOME\\fR',
    'Runs and labs are kept in its folder succession unless --home says otherwise.',
  ),
  ...tagged(
    '\\fBJAVA_HOME\\fR, \\fBZOOKEEPER_HOME\\fR',
    'What rehearsals and labs run; found by themselves where they are not set.',
  ),
];

const files: readonly string[] = [
  ...tagged('\\fI~/.local/state/succession/runs/\\fR', 'One folder a run, with its journal.'),
  ...tagged('\\fIsuccession.yaml\\fR', 'By custom the cluster file, which --cluster names.'),
];

const exitStatuses: readonly string[] = [
  ['0', 'Done; or the plan is safe.'],
  ['1', 'An internal error.'],
  ['2', 'Bad input or usage.'],
  ['3', 'No safe plan, or the proof failed.'],
  ['4', 'Stopped at a gate or by the operator; succession resume goes on.'],
  ['5', 'The cluster, or this machine, is not as expected; nothing was changed.'],
  ['6', 'Another run holds the lock.'],
].flatMap(([status = '', meaning = '']) => tagged(`\\fB${status}\\fR`, meaning));
