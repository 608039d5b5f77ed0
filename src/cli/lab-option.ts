// The option that says which lab a command is about.

import { resolve } from 'node:path';
import { EnvironmentCommand } from './environment-command.js';
import { defaultLab } from './lab-of-run.js';
import type { CommandContext } from './terminal.js';

/** What the option parses to. */
export interface LabOption {
  readonly lab?: string;
}

/** A part of `succession lab`, with the option. */
export function labPart(name: string, description: string): EnvironmentCommand {
  const part = new EnvironmentCommand(name).description(description);
  part.option('--lab <folder>', 'the lab’s folder; one of its own under --home when left out');
  return part;
}

/** The lab's folder. */
export function labFolder(context: CommandContext, options: LabOption): string {
  return options.lab === undefined ? defaultLab(context.home) : resolve(options.lab);
}
