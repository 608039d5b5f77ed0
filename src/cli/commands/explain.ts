// `succession explain`: what a failure code means, whose move it is, and what to do.

import type { Command } from 'commander';
import { failureCodes } from '../../run/failure.js';
import { explanationMarkdown, explanationOf, explanationText } from '../../view/failure-pages.js';
import type { CommandHost } from '../command-host.js';
import { didYouMean } from '../did-you-mean.js';
import { EnvironmentCommand } from '../environment-command.js';
import { badInput, exitStatus } from '../exit-status.js';

/** The command. */
export function explainCommand(host: CommandHost): Command {
  return new EnvironmentCommand('explain')
    .description('Explain why a run stopped: what the code means, whose move it is, and what to do.')
    .argument('<code>', 'as the failure names it, such as gate-limit')
    .example('What a run that stopped has met', 'succession explain gate-limit')
    .note(`Codes: ${failureCodes.join(', ')}.`)
    .action((text: string, _options: object, command: Command) => {
      const context = host.context(command);
      const code = failureCodes.find((known) => known === text);
      if (code === undefined)
        throw badInput(
          `There is no failure code '${text}'.${didYouMean(text, failureCodes)}`,
          `  There are: ${failureCodes.join(', ')}.`,
        );
      switch (context.output) {
        case 'json':
          context.terminal.out(`${JSON.stringify(explanationOf(code), null, 2)}\n`);
          break;
        case 'markdown':
          context.terminal.out(explanationMarkdown(code));
          break;
        case 'html':
        case 'text':
          context.terminal.out(explanationText(code, context.resultPalette));
      }
      host.end(exitStatus.done);
    });
}
