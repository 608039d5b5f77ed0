// `succession audit`: who has a master's address hard-coded. Read-only.

import type { Command } from 'commander';
import { auditCluster } from '../../platform/dcos/audit/audit-cluster.js';
import { auditMarkdown, auditText, isClean } from '../../view/audit-text.js';
import { addresses, repeatable } from '../change-options.js';
import type { CommandHost } from '../command-host.js';
import { deadline } from '../deadline.js';
import { EnvironmentCommand } from '../environment-command.js';
import { badInput, exitStatus } from '../exit-status.js';
import { readCluster } from '../live-side.js';

/** Hundreds of hosts, sixteen at a time. */
const limitMs = 60 * 60_000;

/** The command. */
export function auditCommand(host: CommandHost): Command {
  return new EnvironmentCommand('audit')
    .description("Find who has a DC/OS master's address hard-coded: hosts' files, Marathon, DNS, genconf.")
    .requiredOption('--cluster <file>', 'the cluster file, of the platform dcos')
    .addOption(
      repeatable('--for <address>', 'a master that shall go (repeatable); all masters when left out'),
    )
    .example('Before a master goes', 'succession audit --cluster succession.yaml --for 10.0.0.2')
    .example(
      'Everything that knows a master by its address, for a ticket',
      'succession audit --cluster succession.yaml -o markdown',
    )
    .note(
      `Exit status: 0 nothing was found, 5 something names an address or could not be looked at, 2 bad input.`,
    )
    .action(async (options: { cluster: string; for: readonly string[] }, command: Command) => {
      const context = host.context(command);
      const live = await readCluster(options.cluster);
      const cluster = live.dcos;
      if (cluster === null)
        throw badInput(
          `${options.cluster} describes a plain ensemble.`,
          '  Only the masters of DC/OS are looked for.',
        );
      const wanted = addresses(options.for, 'ipv4', '--for');
      const transport = live.transport();
      try {
        const audit = await auditCluster(cluster, transport, wanted.length > 0 ? wanted : cluster.masters, {
          signal: deadline(limitMs),
        });
        switch (context.output) {
          case 'json':
            context.terminal.out(`${JSON.stringify(audit, null, 2)}\n`);
            break;
          case 'markdown':
            context.terminal.out(auditMarkdown(audit));
            break;
          case 'html':
          case 'text':
            context.terminal.out(auditText(audit, context.resultPalette));
        }
        host.end(isClean(audit) ? exitStatus.done : exitStatus.notAsExpected);
      } finally {
        await transport.close();
      }
    });
}
