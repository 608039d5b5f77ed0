// `succession resume`: goes on with a run that was paused, stopped or killed.

import type { Command } from 'commander';
import { EnvironmentCommand } from '../environment-command.js';
import { resumeRun } from '../../run/session.js';
import { waivedKinds, waiveOption } from '../waive-option.js';
import { goOn } from '../go-on.js';
import type { CommandHost } from '../command-host.js';

/** The command. */
export function resumeCommand(host: CommandHost): Command {
  return new EnvironmentCommand('resume')
    .description('Go on with a run that was paused, stopped or killed: looks at the cluster first.')
    .argument('[run]', 'its name; the newest that is not over when left out')
    .addOption(waiveOption())
    .action(async (name: string | undefined, options: { waive: readonly string[] }, command: Command) => {
      host.end(await goOn(host.context(command), name, resumeRun, waivedKinds(options.waive)));
    });
}
