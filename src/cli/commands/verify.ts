// `succession verify`: proves a plan file again, exactly as it stands.

import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { verificationMarkdown, verificationText } from '../../view/verification-text.js';
import type { CommandHost } from '../command-host.js';
import { EnvironmentCommand } from '../environment-command.js';
import { exitStatus } from '../exit-status.js';
import { faultCount } from '../numbers.js';
import { parsePlanFile } from '../plan-document.js';
import { verifyPlan } from '../prove/verify-with-cores.js';

/** The command. */
export function verifyCommand(host: CommandHost): Command {
  return new EnvironmentCommand('verify')
    .description('Prove a plan file again, exactly the steps that it lists, whoever wrote or edited it.')
    .argument('<plan>', 'a file that `succession plan --output json` made, or a person; - for standard input')
    .option(
      '--faults <n>',
      'how many faults each stage must bear; as many as the plan says when left out',
      faultCount,
    )
    .example('A plan that somebody edited', 'succession verify plan.json')
    .example(
      'The runbook to the letter, and what two faults at any moment would do to a plan',
      'succession verify examples/runbook-expansion.json',
      'succession verify plan.json --faults 2 -o markdown',
    )
    .note(
      `Exit status: 0 safe, 3 unsafe or not explored to the end, or nothing that a run would begin with; 2 no plan at all.`,
    )
    .action(async (file: string, options: { readonly faults?: number }, command: Command) => {
      const context = host.context(command);
      const plan = await parsePlanFile(file);
      const verification = await verifyPlan(plan, {
        name: file === '-' ? 'standard input' : file,
        faults: options.faults ?? plan.proof.faults,
        cores: availableParallelism(),
      });
      switch (context.output) {
        case 'json':
          context.terminal.out(`${JSON.stringify(verification, null, 2)}\n`);
          break;
        case 'markdown':
          context.terminal.out(verificationMarkdown(verification));
          break;
        case 'html':
        case 'text':
          context.terminal.out(verificationText(verification, context.resultPalette));
      }
      const wrong = verification.findings.some((finding) => finding.severity === 'error');
      host.end(verification.verdict === 'safe' && !wrong ? exitStatus.done : exitStatus.noSafePlan);
    });
}
