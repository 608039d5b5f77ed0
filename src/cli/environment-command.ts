// A command each of whose options can also be given as an environment variable, and which knows examples of its use.

import { Command, type Help, type HelpContext, type Option } from 'commander';
import { didYouMean } from './did-you-mean.js';

/** A command line that does something worth doing. */
export interface Example {
  /** What for, without a colon at the end. */
  readonly what: string;
  /** The lines as they are typed. */
  readonly lines: readonly string[];
}

/** `--dry-run` is also `SUCCESSION_DRY_RUN`. Commander reads the variable only when it is named before the option is added. */
export class EnvironmentCommand extends Command {
  /** Shown after the options of `--help`, and on the man page. */
  readonly examples: Example[] = [];
  /** Paragraphs that come after the examples. */
  readonly notes: string[] = [];

  constructor(name?: string) {
    super(name);
    this.addHelpText('after', () => helpTail(this));
  }

  /** Adds an example; it must be one that works. */
  example(what: string, ...lines: readonly string[]): this {
    this.examples.push({ what, lines });
    return this;
  }

  /** Adds a paragraph that is shown as it stands. */
  note(text: string): this {
    this.notes.push(text);
    return this;
  }

  override addOption(option: Option): this {
    const name = option
      .attributeName()
      .replaceAll(/[A-Z]/g, (letter) => `_${letter}`)
      .toUpperCase();
    // `--no-color` has NO_COLOR, which all programs share.
    return super.addOption(option.negate ? option : option.env(`SUCCESSION_${name}`));
  }

  /** `help nope` has to say that there is no such command, as `nope` does. */
  override help(context?: HelpContext): never;
  override help(edit: (text: string) => string): never;
  override help(given?: HelpContext | ((text: string) => string)): never {
    if (typeof given === 'function') return super.help(given);
    const [first, name] = this.args;
    if (given?.error === true && first === 'help' && name !== undefined) {
      const known = this.commands.map((command) => command.name());
      this.error(`error: unknown command '${name}'${didYouMean(name, known)}`, {
        code: 'commander.unknownCommand',
      });
    }
    return super.help(given);
  }

  override createCommand(name?: string): EnvironmentCommand {
    return new EnvironmentCommand(name);
  }

  override createHelp(): Help {
    return Object.assign(super.createHelp(), { minWidthToWrap: 40, optionDescription: describeOption });
  }
}

/** The variables are told once, at the end of the program's help, and an empty list is no news. */
function describeOption(option: Option): string {
  const choices = option.argChoices ? `: ${option.argChoices.join(', ')}` : '';
  const shown: unknown =
    Array.isArray(option.defaultValue) || option.negate ? undefined : option.defaultValue;
  const fallback =
    shown === undefined || shown === true
      ? ''
      : ` (default ${typeof shown === 'string' ? shown : JSON.stringify(shown)})`;
  return `${option.description}${choices}${fallback}`;
}

function helpTail({ examples, notes }: EnvironmentCommand): string {
  const shown = examples.flatMap(({ what, lines }) => [`  ${what}:`, ...lines.map((line) => `    ${line}`)]);
  const paragraphs = [...(shown.length === 0 ? [] : [['Examples:', ...shown].join('\n')]), ...notes];
  return paragraphs.map((paragraph) => `\n${paragraph}`).join('\n');
}
