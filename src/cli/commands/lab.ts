// `succession lab`: real ZooKeeper servers on this machine, to try things on.

import { resolve } from 'node:path';
import type { Command } from 'commander';
import { deadline } from '../deadline.js';
import { EnvironmentCommand } from '../environment-command.js';
import {
  killServer,
  type LabOrder,
  type LabStatus,
  labStatus,
  pauseServer,
  resumeServer,
  startLab,
  startServer,
  stopLab,
  waitServing,
  wipeServer,
} from '../../lab/lab.js';
import { findDistribution, thisMachine } from '../../lab/zookeeper-distribution.js';
import { idOf } from '../../model/ensemble.js';
import { table } from '../../view/figures.js';
import { addressKind, addresses, currentEnsemble, repeatable } from '../change-options.js';
import type { PlatformName } from '../../plan/plan.js';
import { CommandError, exitStatus } from '../exit-status.js';
import { defaultLab } from '../lab-of-run.js';
import { positiveInt } from '../numbers.js';
import type { CommandHost } from '../command-host.js';
import type { CommandContext } from '../terminal.js';

interface LabOptions {
  readonly lab?: string;
}

interface UpOptions extends LabOptions {
  readonly platform: PlatformName;
  readonly current?: string;
  readonly ensemble?: string;
  readonly spare: readonly string[];
  readonly zookeeper?: string;
  readonly tick: number;
  readonly reconfig?: true;
}

/** The command and its parts. */
export function labCommand(host: CommandHost): Command {
  const lab = new EnvironmentCommand('lab').description(
    'Run real ZooKeeper servers on this machine, each on a loopback address of its own.',
  );
  lab.addCommand(up(host));
  lab.addCommand(status(host));
  lab.addCommand(down(host));
  const orders = [
    ['kill', 'Kill a server at once, as a crash does.', killServer],
    ['start', 'Start a server again on what it holds.', startServer],
    ['pause', 'Halt a server: its ports stay open and it says nothing.', pauseServer],
    ['continue', 'End a pause.', resumeServer],
    ['wipe', 'Kill a server and lose its disk.', wipeServer],
  ] as const;
  for (const [name, description, order] of orders) lab.addCommand(hurt(host, name, description, order));
  return lab;
}

function withLab(command: Command): Command {
  return command.option('--lab <folder>', 'the lab’s folder; one of its own under --home when left out');
}

function folderOf(context: CommandContext, options: LabOptions): string {
  return options.lab === undefined ? defaultLab(context.home) : resolve(options.lab);
}

function up(host: CommandHost): Command {
  return withLab(new EnvironmentCommand('up'))
    .description('Start an ensemble, and write the cluster file that the other commands take.')
    .option(
      '--platform <name>',
      'how ids come about: dcos sorts the addresses, zookeeper keeps ids as given',
      'dcos',
    )
    .option('--current <A,B,C>', 'the members; ids follow the platform')
    .option('--ensemble <1:A,2:B>', 'the members, with their ids')
    .addOption(repeatable('--spare <A>', 'a host with nothing installed: a newcomer to be (repeatable)'))
    .option('--zookeeper <version>', 'such as 3.4.8, 3.4.14, 3.8 or 3.9')
    .option('--tick <ms>', 'tickTime; DC/OS has 2000', positiveInt, 2000)
    .option('--reconfig', 'let the servers change their list themselves (reconfigEnabled=true)')
    .action(async (options: UpOptions, command: Command) => {
      const context = host.context(command);
      const directory = folderOf(context, options);
      const found = await findDistribution(options.zookeeper ?? null, thisMachine());
      if (found.kind === 'missing')
        throw new CommandError(exitStatus.notAsExpected, [
          `There is no such ZooKeeper here: ${found.what}.`,
          `  ${found.remedy}`,
        ]);
      const ensemble = currentEnsemble({
        replace: [],
        add: [],
        remove: [],
        down: [],
        gone: [],
        rebuild: [],
        candidate: [],
        faults: 0,
        ...options,
      });
      const started = await startLab(
        {
          directory,
          name: 'lab',
          idPolicy: options.platform === 'dcos' ? 'sorted' : 'explicit',
          ensemble,
          spareAddresses: addresses(options.spare, addressKind(options.platform), '--spare').filter(
            (address) => idOf(ensemble, address) === undefined,
          ),
          distribution: found.distribution,
          tickMs: options.tick,
          lingerMs: null,
          reconfig: options.reconfig === true,
        },
        deadline(120_000),
      );
      if (started.kind === 'refused')
        throw new CommandError(exitStatus.notAsExpected, [
          `No lab: ${started.reason}.`,
          `  ${started.remedy}`,
        ]);
      const missing = await waitServing(
        started.lab.cluster,
        ensemble.map((member) => member.address),
        60_000,
        deadline(70_000),
      );
      if (missing.length > 0) context.terminal.err(`Not serving after 60 s: ${missing.join(', ')}\n`);
      printStatus(context, await labStatus(directory, deadline(30_000)));
      host.end(missing.length > 0 ? exitStatus.notAsExpected : exitStatus.done);
    });
}

function status(host: CommandHost): Command {
  return withLab(new EnvironmentCommand('status'))
    .description('Show the lab’s servers and which address stands for which.')
    .action(async (options: LabOptions, command: Command) => {
      const context = host.context(command);
      const seen = await labStatus(folderOf(context, options), deadline(30_000));
      printStatus(context, seen);
      host.end(seen.kind === 'up' ? exitStatus.done : exitStatus.notAsExpected);
    });
}

function printStatus(context: CommandContext, seen: LabStatus): void {
  const { terminal } = context;
  if (context.output === 'json')
    return terminal.out(`${JSON.stringify({ schema: 'succession.lab/1', ...seen }, null, 2)}\n`);
  if (seen.kind === 'none')
    return terminal.err('There is no lab here. `succession lab up --current A,B,C` starts one.\n');
  if (seen.kind === 'stale')
    return terminal.err(
      `The lab in ${seen.directory} has ended; nothing of it runs. \`succession lab down\` clears it up.\n`,
    );
  const rows = seen.hosts.map((one) => [
    one.id ?? '-',
    one.address,
    one.standIn,
    one.mode ?? (one.running ? 'not serving' : 'stopped'),
  ]);
  terminal.out(
    `${table([['id', 'address', 'stands on', 'role'], ...rows]).join('\n')}\ncluster file: ${seen.lab.clusterFile}\n`,
  );
}

function down(host: CommandHost): Command {
  return withLab(new EnvironmentCommand('down'))
    .description('End the lab: no server is left, and no file unless --keep-files.')
    .option('--keep-files', 'leave the folder, with its logs and disks')
    .action(async (options: LabOptions & { keepFiles?: true }, command: Command) => {
      const context = host.context(command);
      await stopLab(folderOf(context, options), options.keepFiles ? 'keep' : 'remove');
      context.say('The lab is down.');
      host.end(exitStatus.done);
    });
}

function hurt(
  host: CommandHost,
  name: string,
  description: string,
  order: (directory: string, address: string) => Promise<LabOrder>,
): Command {
  return withLab(new EnvironmentCommand(name))
    .description(description)
    .argument('<address>', 'as in the mapping of `succession lab status`')
    .action(async (address: string, options: LabOptions, command: Command) => {
      const context = host.context(command);
      const done = await order(folderOf(context, options), address);
      if (done.kind === 'refused')
        throw new CommandError(exitStatus.badInput, [
          `${name} ${address}: ${done.reason}.`,
          '  `succession lab status` shows the hosts that there are.',
        ]);
      context.say(`${name} ${address}: done.`);
      host.end(exitStatus.done);
    });
}
