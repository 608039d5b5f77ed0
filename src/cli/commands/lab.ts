// `succession lab`: real ZooKeeper servers on this machine, to try things on.

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
import { giveOrder, hostsStatus, stopHosts, wipeHost } from '../../lab/hosts/hosts-lab.js';
import { isHostsLab } from '../../lab/hosts/hosts-files.js';
import { findDistribution, thisMachine } from '../../lab/zookeeper-distribution.js';
import { idOf } from '../../model/ensemble.js';
import { markdownTable, table } from '../../view/figures.js';
import { addressKind, addresses, currentEnsemble, platformOption, repeatable } from '../change-options.js';
import type { PlatformName } from '../../plan/plan.js';
import { badInput, CommandError, exitStatus } from '../exit-status.js';
import { labFolder, labPart } from '../lab-option.js';
import type { LabOption } from '../lab-option.js';
import { positiveInt } from '../numbers.js';
import type { CommandHost } from '../command-host.js';
import type { CommandContext } from '../terminal.js';
import { hostsCommands, printHosts, sayOrder, startHost, upHosts } from './lab-hosts.js';

interface UpOptions extends LabOption {
  readonly hosts?: string;
  readonly bare?: true;
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
  lab
    .example(
      'Three servers and a host to come',
      'succession lab up --current 10.0.0.1,10.0.0.2,10.0.0.3 --spare 10.0.0.25',
    )
    .example('Hurt them', 'succession lab pause 10.0.0.2', 'succession lab kill 10.0.0.1')
    .example('End it', 'succession lab down');
  lab.addCommand(up(host));
  lab.addCommand(status(host));
  lab.addCommand(down(host));
  for (const order of orders) lab.addCommand(hurt(host, order));
  lab.addCommand(wipe(host));
  for (const command of hostsCommands(host)) lab.addCommand(command);
  return lab;
}

function up(host: CommandHost): Command {
  return labPart('up', 'Start an ensemble, and write the cluster file that the other commands take.')
    .option('--hosts <file>', 'boot whole hosts, as the file says, and install DC/OS on them (root on Linux)')
    .option('--bare', 'with --hosts: boot them, and install nothing')
    .addOption(platformOption())
    .option('--current <A,B,C>', 'the members; ids follow the platform')
    .option('--ensemble <1:A,2:B>', 'the members, with their ids')
    .addOption(repeatable('--spare <A>', 'a host with nothing installed: a newcomer to be (repeatable)'))
    .option('--zookeeper <version>', 'such as 3.4.8, 3.4.14, 3.8 or 3.9')
    .option('--tick <ms>', 'tickTime; DC/OS has 2000', positiveInt, 2000)
    .option('--reconfig', 'let the servers change their list themselves (reconfigEnabled=true)')
    .example(
      'As DC/OS 1.9 has them, three and a newcomer to be',
      'succession lab up --current 10.0.0.1,10.0.0.2,10.0.0.3 --spare 10.0.0.25 --zookeeper 3.4.8',
    )
    .example('Whole hosts', 'succession lab up --hosts examples/lab-3-masters.yaml')
    .action(async (options: UpOptions, command: Command) => {
      const context = host.context(command);
      const directory = labFolder(context, options);
      if (options.hosts !== undefined) {
        const contents = options.bare === true ? 'bare' : 'dcos';
        return host.end(await upHosts(context, directory, options.hosts, contents));
      }
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
  return labPart('status', 'Show the lab’s servers and which address stands for which, or its hosts.')
    .example('What there is', 'succession lab status')
    .action(async (options: LabOption, command: Command) => {
      const context = host.context(command);
      const directory = labFolder(context, options);
      if (isHostsLab(directory)) {
        const hosts = await hostsStatus(directory);
        printHosts(context, hosts);
        return host.end(hosts.kind === 'up' ? exitStatus.done : exitStatus.notAsExpected);
      }
      const seen = await labStatus(directory, deadline(30_000));
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
  const form = context.output === 'markdown' ? markdownTable : table;
  const rows = seen.hosts.map((one) => [
    one.id ?? '-',
    one.address,
    one.standIn,
    one.mode ?? (one.running ? 'not serving' : 'stopped'),
  ]);
  terminal.out(
    `${form([['id', 'address', 'stands on', 'role'], ...rows]).join('\n')}\n${context.output === 'markdown' ? '\n' : ''}cluster file: ${seen.lab.clusterFile}\n`,
  );
}

function down(host: CommandHost): Command {
  return labPart('down', 'End the lab: no server and no host is left, and no file unless --keep-files.')
    .option('--keep-files', 'leave the folder, with its logs and disks')
    .example('End it, and look at its logs', 'succession lab down --keep-files')
    .action(async (options: LabOption & { keepFiles?: true }, command: Command) => {
      const context = host.context(command);
      const directory = labFolder(context, options);
      await (isHostsLab(directory) ? stopHosts : stopLab)(directory, options.keepFiles ? 'keep' : 'remove');
      context.say('The lab is down.');
      host.end(exitStatus.done);
    });
}

interface Order {
  readonly name: string;
  readonly description: string;
  readonly toServer: (directory: string, address: string) => Promise<LabOrder>;
  /** Where the lab is one of hosts; absent: the order is for servers only. */
  readonly toHost?: (directory: string, address: string) => Promise<LabOrder>;
}

const orders: readonly Order[] = [
  {
    name: 'kill',
    description: 'Kill a server at once, as a crash does, or pull a host’s plug.',
    toServer: killServer,
    toHost: (directory, address) => giveOrder(directory, `kill ${address}`),
  },
  {
    name: 'start',
    description: 'Start a server or a host again on what it holds.',
    toServer: startServer,
    toHost: startHost,
  },
  {
    name: 'pause',
    description: 'Halt a server: its ports stay open and it says nothing.',
    toServer: pauseServer,
  },
  { name: 'continue', description: 'End a pause.', toServer: resumeServer },
];

function hurt(host: CommandHost, { name, description, toServer, toHost }: Order): Command {
  return labPart(name, description)
    .argument('<address>', 'as in the mapping of `succession lab status`')
    .example('One of the lab', `succession lab ${name} 10.0.0.2`)
    .action(async (address: string, options: LabOption, command: Command) => {
      const context = host.context(command);
      const directory = labFolder(context, options);
      const order = isHostsLab(directory) ? toHost : toServer;
      if (order === undefined)
        throw badInput(`${name} is for a lab of servers; ${directory} holds one of hosts.`);
      sayOrder(context, name, address, await order(directory, address));
      host.end(exitStatus.done);
    });
}

function wipe(host: CommandHost): Command {
  return labPart('wipe', 'Kill a server, or pull a host’s plug, and lose its disk.')
    .argument('<address>', 'as in the mapping of `succession lab status`')
    .option('--new-host-key', 'a host comes back with an ssh key that known_hosts does not have')
    .example('A disk that is lost', 'succession lab wipe 10.0.0.2')
    .action(async (address: string, options: LabOption & { newHostKey?: true }, command: Command) => {
      const context = host.context(command);
      const directory = labFolder(context, options);
      const hostKey = options.newHostKey === true ? 'new-key' : 'same-key';
      const done = isHostsLab(directory)
        ? await wipeHost(directory, address, hostKey)
        : await wipeServer(directory, address);
      sayOrder(context, 'wipe', address, done);
      host.end(exitStatus.done);
    });
}
