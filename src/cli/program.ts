// The commands and their options, as one tree.

import { type Command, Option } from 'commander';
import { EnvironmentCommand } from './environment-command.js';
import type { CommandHost } from './command-host.js';
import { applyCommand } from './commands/apply.js';
import { approveCommand } from './commands/approve.js';
import { auditCommand } from './commands/audit.js';
import { completionCommand } from './commands/completion.js';
import { explainCommand } from './commands/explain.js';
import { initCommand } from './commands/init.js';
import { labCommand } from './commands/lab.js';
import { planCommand } from './commands/plan.js';
import { rehearseCommand } from './commands/rehearse.js';
import { resumeCommand } from './commands/resume.js';
import { rollbackCommand } from './commands/rollback.js';
import { runsCommand } from './commands/runs.js';
import { showCommand } from './commands/show.js';
import { statusCommand } from './commands/status.js';
import { verifyCommand } from './commands/verify.js';
import { watchCommand } from './commands/watch.js';
import { commandContext, type GlobalOptions, type Terminal } from './terminal.js';
import { version } from './version.js';

/** The whole program. `end` receives the exit status of the command that ran. */
export function buildProgram(terminal: Terminal, end: (status: number) => void): Command {
  const host: CommandHost = {
    context: (command) => commandContext(terminal, command.optsWithGlobals<GlobalOptions>()),
    end,
  };
  const program = new EnvironmentCommand('succession')
    .description('Replaces, adds and recovers the masters of a running cluster without an outage.')
    .version(version)
    .addOption(
      new Option('-o, --output <format>', 'how results are printed')
        .choices(['text', 'json', 'markdown', 'html'])
        .default('text'),
    )
    .option('--no-color', 'no colour, also where the terminal has it')
    .option('-q, --quiet', 'results and errors only')
    .option('-v, --verbose', 'every gate as it waits')
    .option('--home <folder>', 'where runs and labs are kept (default: $XDG_STATE_HOME/succession)')
    .showHelpAfterError('(--help shows what there is)')
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .example(
      'Plan a change without touching anything',
      'succession plan --current 10.0.0.1,10.0.0.2,10.0.0.3 --replace 10.0.0.2=10.0.0.25',
    )
    .example(
      'Rehearse it on real ZooKeeper servers on this machine',
      'succession rehearse --current 10.0.0.1,10.0.0.2,10.0.0.3 --replace 10.0.0.2=10.0.0.25',
    )
    .example(
      'Carry it out',
      'succession plan --cluster succession.yaml --replace 10.0.0.2=10.0.0.25 -o json > plan.json',
      'succession apply plan.json --cluster succession.yaml',
    )
    .note(`Exit status: 0 done or safe, 1 internal error, 2 bad input, 3 no safe plan or no proof, 4 stopped (resumable),
5 the cluster is not as expected (nothing changed), 6 another run holds the lock.
Every option can be given as an environment variable: SUCCESSION_ and its name, as in SUCCESSION_HOME.`);
  for (const command of [
    planCommand(host),
    verifyCommand(host),
    rehearseCommand(host),
    applyCommand(host),
    resumeCommand(host),
    rollbackCommand(host),
    approveCommand(host),
    statusCommand(host),
    auditCommand(host),
    initCommand(host),
    runsCommand(host),
    showCommand(host),
    explainCommand(host),
    watchCommand(host),
    labCommand(host),
    completionCommand(host),
  ]) {
    program.addCommand(command);
  }
  return prepare(program);
}

/** Every command throws instead of exiting. */
function prepare(command: Command): Command {
  command.exitOverride().copyInheritedSettings(command.parent ?? command);
  for (const child of command.commands) prepare(child);
  return command;
}
