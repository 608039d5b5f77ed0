// What every command is given.

import type { Command } from 'commander';
import type { CommandContext } from './terminal.js';

/** How a command hears of its surroundings and says how it ended. */
export interface CommandHost {
  readonly context: (command: Command) => CommandContext;
  readonly end: (status: number) => void;
}
