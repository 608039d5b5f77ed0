// `succession plan`: what would be done, in which order, and why.

import type { Command } from 'commander';
import { EnvironmentCommand } from '../environment-command.js';
import { type ChangeOptions, currentEnsemble, withChangeOptions } from '../change-options.js';
import { liveSide } from '../live-side.js';
import { CommandError, exitStatus } from '../exit-status.js';
import { invalidRequest, planFromOptions, renderPlan } from '../plan-document.js';
import type { CommandHost } from '../program.js';

/** The command. */
export function planCommand(host: CommandHost): Command {
  return withChangeOptions(new EnvironmentCommand('plan'))
    .description(
      'Plan a change: the order, the reasons, the cost, and what would be needed where it is impossible.',
    )
    .option('--cluster <file>', 'read the members, the leader and the version from this live cluster')
    .addHelpText('after', examples)
    .action(async (options: ChangeOptions & { cluster?: string }, command: Command) => {
      const context = host.context(command);
      const live =
        options.cluster === undefined
          ? {
              cluster: null,
              idPolicy: null,
              current: currentEnsemble(options),
              leader: null,
              zookeeper: null,
            }
          : await liveSide(options.cluster);
      const result = planFromOptions(
        options.cluster === undefined ? options : { ...options, platform: 'zookeeper' },
        live,
      );
      if (result.kind === 'invalid')
        throw new CommandError(exitStatus.badInput, invalidRequest(result, context.palette));
      context.terminal.out(renderPlan(result.plan, context.output));
      host.end(result.kind === 'unreachable' ? exitStatus.noSafePlan : exitStatus.done);
    });
}

const examples = `
Examples:
  Replace two of five DC/OS masters:
    succession plan --current 10.0.0.1,10.0.0.2,10.0.0.3,10.0.0.4,10.0.0.5 \\
      --replace 10.0.0.2=10.0.0.25 --replace 10.0.0.4=10.0.0.41
  Grow a plain ensemble from three to five:
    succession plan --platform zookeeper --ensemble 1:zk1,2:zk2,3:zk3 --add zk4 --add zk5
  Ask which addresses of a subnet would keep the order:
    succession plan --current A,B,C --replace B=D --candidate 10.0.1.0/24
`;
