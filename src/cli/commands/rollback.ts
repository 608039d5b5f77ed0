// `succession rollback`: gives the stage under way up and leads back to the last safe ensemble.

import type { Command } from 'commander';
import { EnvironmentCommand } from '../environment-command.js';
import { rollbackRun } from '../../run/session.js';
import { notifyCommandOption, type NotifyOptions, notifyUrlOption } from '../notify-options.js';
import { goOn } from '../go-on.js';
import { waivedKinds, waiveOption } from '../waive-option.js';
import type { CommandHost } from '../command-host.js';

interface RollbackOptions extends NotifyOptions {
  readonly waive: readonly string[];
}

/** The command. */
export function rollbackCommand(host: CommandHost): Command {
  return new EnvironmentCommand('rollback')
    .description('Undo the stage that a run is in: members that left come back, newcomers leave.')
    .argument('[run]', 'its name; the newest that is not over when left out')
    .addOption(waiveOption())
    .addOption(notifyCommandOption())
    .addOption(notifyUrlOption())
    .example('Back to where the stage began', 'succession rollback')
    .action(async (name: string | undefined, options: RollbackOptions, command: Command) => {
      const waived = waivedKinds(options.waive);
      host.end(await goOn(host.context(command), name, rollbackRun, { waived, notify: options }));
    });
}
