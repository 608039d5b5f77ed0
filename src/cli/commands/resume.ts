// `succession resume`: goes on with a run that was paused, stopped or killed.

import type { Command } from 'commander';
import { EnvironmentCommand } from '../environment-command.js';
import { resumeRun } from '../../run/session.js';
import { notifyCommandOption, type NotifyOptions, notifyUrlOption } from '../notify-options.js';
import { waivedKinds, waiveOption } from '../waive-option.js';
import { goOn } from '../go-on.js';
import type { CommandHost } from '../command-host.js';

interface ResumeOptions extends NotifyOptions {
  readonly waive: readonly string[];
}

/** The command. */
export function resumeCommand(host: CommandHost): Command {
  return new EnvironmentCommand('resume')
    .description('Go on with a run that was paused, stopped or killed: looks at the cluster first.')
    .argument('[run]', 'its name; the newest that is not over when left out')
    .addOption(waiveOption())
    .addOption(notifyCommandOption())
    .addOption(notifyUrlOption())
    .example('Go on with the newest run', 'succession resume')
    .example('With a certain one', 'succession resume 20261123-063144-9f3a')
    .action(async (name: string | undefined, options: ResumeOptions, command: Command) => {
      const waived = waivedKinds(options.waive);
      host.end(await goOn(host.context(command), name, resumeRun, { notify: options, waived }));
    });
}
