// A command each of whose options can also be given as an environment variable.

import { Command, type Help, type Option } from 'commander';

/** `--dry-run` is also `SUCCESSION_DRY_RUN`. Commander reads the variable only when it is named before the option is added. */
export class EnvironmentCommand extends Command {
  override addOption(option: Option): this {
    const name = option
      .attributeName()
      .replaceAll(/[A-Z]/g, (letter) => `_${letter}`)
      .toUpperCase();
    // `--no-color` has NO_COLOR, which all programs share.
    return super.addOption(option.negate ? option : option.env(`SUCCESSION_${name}`));
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
