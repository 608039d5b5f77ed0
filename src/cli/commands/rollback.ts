// `succession rollback`: gives the stage under way up and leads back to the last safe ensemble.

import type { Command } from 'commander';
import { EnvironmentCommand } from '../environment-command.js';
import { rollbackRun } from '../../run/session.js';
import { notifyCommandOption, type NotifyOptions, notifyUrlOption } from '../notify-options.js';
import { goOn } from '../go-on.js';
import type { CommandHost } from '../command-host.js';

/** The command. */
export function rollbackCommand(host: CommandHost): Command {
  return new EnvironmentCommand('rollback')
    .description('Undo the stage that a run is in: members that left come back, newcomers leave.')
    .argument('[run]', 'its name; the newest that is not over when left out')
    .addOption(notifyCommandOption())
    .addOption(notifyUrlOption())
    .example('Back to where the stage began', 'succession rollback')
    .action(async (name: string | undefined, options: NotifyOptions, command: Command) => {
      host.end(await goOn(host.context(command), name, rollbackRun, { notify: options }));
    });
}
