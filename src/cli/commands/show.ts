// `succession show`: the report of a run, finished or not.

import type { Command } from 'commander';
import { EnvironmentCommand } from '../environment-command.js';
import { chooseRun } from '../choose-run.js';
import { exitStatus } from '../exit-status.js';
import type { CommandHost } from '../command-host.js';
import { printReport, readRun } from '../report-of-run.js';

/** The command. */
export function showCommand(host: CommandHost): Command {
  return new EnvironmentCommand('show')
    .description('Show the report of a run: what was done, what was measured, what went wrong.')
    .argument('[run]', 'its name; the newest run when left out')
    .example('The newest run', 'succession show')
    .example('For a ticket', 'succession show 20261123-063144-9f3a -o markdown')
    .action(async (name: string | undefined, _options: object, command: Command) => {
      const context = host.context(command);
      const folder = await chooseRun(context, name);
      await printReport(context, folder, await readRun(folder));
      host.end(exitStatus.done);
    });
}
