// The commands as plain data, read off commander's tree: what completion and man pages are made of.

import type { Argument, Command, Option } from 'commander';
import { failureCodes } from '../run/failure.js';
import { EnvironmentCommand, type Example } from './environment-command.js';

/** What may be put in for a value, as far as a shell can know. */
export type Values =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'file' | 'folder' | 'run' | 'other' };

/** An option, with the values that it takes; null where it takes none. */
export interface OptionNode {
  readonly long: string;
  readonly short: string | null;
  /** As in its flags: `<file>`. */
  readonly label: string | null;
  readonly description: string;
  readonly values: Values | null;
}

/** A word of the command line that is no option. */
export interface ArgumentNode {
  /** As in the usage: `[run]`, `<command...>`. */
  readonly label: string;
  readonly name: string;
  readonly description: string;
  readonly values: Values;
}

/** A command, or the program itself. */
export interface CommandNode {
  /** Empty for the program: `lab up` is `['lab', 'up']`. */
  readonly path: readonly string[];
  readonly usage: string;
  readonly description: string;
  readonly options: readonly OptionNode[];
  readonly arguments: readonly ArgumentNode[];
  readonly commands: readonly CommandNode[];
  readonly examples: readonly Example[];
  readonly notes: readonly string[];
}

/** The command with everything below it. */
export function commandTree(command: Command, path: readonly string[] = []): CommandNode {
  const help = command.createHelp();
  return {
    path,
    usage: help.commandUsage(command),
    description: command.description(),
    options: help.visibleOptions(command).map((option) => optionNode(option, help.optionDescription(option))),
    arguments: command.registeredArguments.map(argumentNode),
    commands: command.commands.map((child) => commandTree(child, [...path, child.name()])),
    examples: command instanceof EnvironmentCommand ? command.examples : [],
    notes: command instanceof EnvironmentCommand ? command.notes : [],
  };
}

/** The command and all below it, the parents first. */
export function everyCommand(node: CommandNode): readonly CommandNode[] {
  return [node, ...node.commands.flatMap(everyCommand)];
}

function optionNode(option: Option, description: string): OptionNode {
  const label = /[<[].*$/.exec(option.flags)?.[0] ?? null;
  return {
    long: option.long ?? option.short ?? '',
    short: option.long === undefined ? null : (option.short ?? null),
    label,
    description,
    values: label === null ? null : valuesOf(label, option.argChoices),
  };
}

function argumentNode(argument: Argument): ArgumentNode {
  const name = argument.name();
  const open = `${name}${argument.variadic ? '...' : ''}`;
  const label = argument.required ? `<${open}>` : `[${open}]`;
  return { label, name, description: argument.description, values: valuesOf(label, argument.argChoices) };
}

function valuesOf(label: string, choices: readonly string[] | undefined): Values {
  if (choices !== undefined) return { kind: 'words', words: choices };
  switch (label.replaceAll(/[^a-z]/g, '')) {
    case 'file':
    case 'plan':
      return { kind: 'file' };
    case 'folder':
      return { kind: 'folder' };
    case 'run':
      return { kind: 'run' };
    case 'code':
      return { kind: 'words', words: failureCodes };
    default:
      return { kind: 'other' };
  }
}
