// The part of `succession lab` that is about hosts: machines that boot, not servers alone.

import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { readHostsFile } from '../../lab/hosts/hosts-file.js';
import { hostsClusterPath, isHostsLab, sshConfigPath } from '../../lab/hosts/hosts-files.js';
import { giveOrder, hostsStatus, startHosts, waitReady } from '../../lab/hosts/hosts-lab.js';
import type { HostsStatus } from '../../lab/hosts/hosts-lab.js';
import { installDcos } from '../../lab/hosts/install-dcos.js';
import { runInLab } from '../../lab/hosts/lab-process.js';
import { prepareDcos } from '../../lab/hosts/prepare-dcos.js';
import type { LabOrder } from '../../lab/lab.js';
import { duration, markdownTable, table } from '../../view/figures.js';
import type { CommandHost } from '../command-host.js';
import { deadline } from '../deadline.js';
import { CommandError, exitStatus } from '../exit-status.js';
import { labFolder, labPart } from '../lab-option.js';
import type { LabOption } from '../lab-option.js';
import { positiveInt } from '../numbers.js';
import type { CommandContext } from '../terminal.js';

const upLimitMs = 30 * 60_000;
const bootLimitMs = 60_000;

/** Boots the hosts of a lab's file and installs DC/OS on them, unless they shall be bare. Returns the exit status. */
export async function upHosts(
  context: CommandContext,
  directory: string,
  path: string,
  contents: 'dcos' | 'bare',
): Promise<number> {
  const read = await readHostsFile(path);
  if (!read.ok)
    throw new CommandError(
      exitStatus.badInput,
      read.faults.flatMap((fault) => [`${fault.place}: ${fault.message}`, `  ${fault.remedy}`]),
    );
  const file = read.value;
  const onProgress = (part: string, tookMs: number | null): void =>
    context.say(tookMs === null ? `${part} …` : `${part}: ${duration(tookMs)}`);
  const dcos = contents === 'bare' ? null : await prepareDcos(file);
  if (dcos?.kind === 'missing') throw noLab(dcos.reason, dcos.remedy);
  const shared = dcos?.shared ?? [];
  const started = await startHosts(
    { directory, file, shared, lingerMs: null, onProgress },
    deadline(upLimitMs),
  );
  if (started.kind === 'refused') throw noLab(started.reason, started.remedy);
  const trouble = dcos === null ? undefined : await installDcos({ directory, file, ...dcos, onProgress });
  printHosts(context, await hostsStatus(directory));
  if (trouble === undefined) return exitStatus.done;
  throw noLab(
    `DC/OS is not on its hosts: ${trouble}`,
    'the hosts are up; look around, then: succession lab down',
  );
}

/** Shows a lab of hosts. */
export function printHosts(context: CommandContext, seen: HostsStatus): void {
  const { terminal } = context;
  if (context.output === 'json')
    return terminal.out(`${JSON.stringify({ schema: 'succession.hosts/1', ...seen }, null, 2)}\n`);
  if (seen.kind === 'none') return terminal.err('There is no lab of hosts here.\n');
  if (seen.kind === 'stale')
    return terminal.err(
      `The lab in ${seen.directory} has ended; nothing of it runs. \`succession lab down\` clears it up.\n`,
    );
  const form = context.output === 'markdown' ? markdownTable : table;
  const rows = seen.hosts.map((one) => [
    one.address,
    one.role,
    one.on ? 'on' : 'off',
    one.troubles.join(', '),
  ]);
  terminal.out(
    `${form([['address', 'role', 'power', 'troubles'], ...rows]).join('\n')}\n${context.output === 'markdown' ? '\n' : ''}cluster file: ${hostsClusterPath(seen.directory)}\nssh: succession lab run -- ssh -F ${sshConfigPath(seen.directory)} ADDRESS\n`,
  );
}

/** The commands that only a lab of hosts has. */
export function hostsCommands(host: CommandHost): readonly Command[] {
  return [
    labPart('run', 'Run a command inside the lab’s network: there its hosts are reached, and nothing else.')
      .argument('<command...>', 'after `--`; its exit status is ours')
      .example(
        'Which leader a master names',
        'succession lab run -- curl -s http://172.31.27.57:8181/exhibitor/v1/cluster/status',
      )
      .action((command: readonly string[], options: LabOption, self: Command) =>
        enter(host, self, options, command),
      ),
    labPart('shell', 'Open a shell inside the lab’s network.')
      .example('Look around', 'succession lab shell')
      .action((options: LabOption, self: Command) =>
        enter(host, self, options, [host.context(self).terminal.env['SHELL'] ?? '/bin/sh']),
      ),
    ...simpleOrders.map(([verb, description]) =>
      labPart(verb, description)
        .argument('<address>', 'one of the hosts')
        .example('One of the lab', `succession lab ${verb} 172.31.27.57`)
        .action((address: string, options: LabOption, self: Command) =>
          obey(host, self, options, [verb, address]),
        ),
    ),
    labPart('partition', 'Drop every packet from and to a host.')
      .argument('<address>', 'one of the hosts')
      .option('--from <address>', 'only those between it and this one')
      .example('Cut one off from another', 'succession lab partition 172.31.27.57 --from 172.31.27.182')
      .action((address: string, options: LabOption & { from?: string }, self: Command) =>
        obey(host, self, options, ['partition', address, options.from ?? '']),
      ),
    labPart('slow', 'Delay every packet from and to a host, each way.')
      .argument('<address>', 'one of the hosts')
      .requiredOption('--delay <time>', 'in ms, such as 200 or 200ms', milliseconds)
      .example('A slow link', 'succession lab slow 172.31.27.57 --delay 200ms')
      .action((address: string, options: LabOption & { delay: number }, self: Command) =>
        obey(host, self, options, ['slow', address, String(options.delay)]),
      ),
    labPart('clock-skew', 'Shift the clock that programs started from now on see on a host.')
      .argument('<address>', 'one of the hosts')
      .requiredOption('--by <seconds>', 'such as 90 or -3600; 0 ends it', wholeSeconds)
      .example('An hour behind', 'succession lab clock-skew 172.31.27.57 --by -3600')
      .action((address: string, options: LabOption & { by: number }, self: Command) =>
        obey(host, self, options, ['clock-skew', address, String(options.by)]),
      ),
  ];
}

const simpleOrders = [
  ['stop', 'Switch a host off in order, as its power button does.'],
  ['reboot', 'Have a host go down in order and boot again.'],
  ['heal', 'End what was done to a host’s network, clock and disk.'],
  ['fill-disk', 'Leave no room on a host’s disk.'],
] as const;

async function enter(
  host: CommandHost,
  self: Command,
  options: LabOption,
  command: readonly string[],
): Promise<void> {
  const directory = labFolder(host.context(self), options);
  const status = await runInLab(directory, command);
  if (status === null) throw noHosts(directory);
  host.end(status);
}

async function obey(
  host: CommandHost,
  self: Command,
  options: LabOption,
  words: readonly [verb: string, address: string, ...rest: string[]],
): Promise<void> {
  const context = host.context(self);
  const directory = labFolder(context, options);
  if (!isHostsLab(directory)) throw noHosts(directory);
  const [verb, address] = words;
  const given = await giveOrder(directory, words.join(' '));
  const waits = verb === 'reboot' && given.kind === 'done';
  sayOrder(context, verb, address, waits ? await waitReady(directory, address, bootLimitMs) : given);
  host.end(exitStatus.done);
}

/** Says that an order was carried out; throws when it was not. */
export function sayOrder(context: CommandContext, verb: string, address: string, done: LabOrder): void {
  if (done.kind === 'refused')
    throw new CommandError(exitStatus.badInput, [
      `${verb} ${address}: ${done.reason}.`,
      '  `succession lab status` shows the hosts that there are.',
    ]);
  context.say(`${verb} ${address}: done.`);
}

/** Has a host of the lab on again, and waits until it takes ssh. */
export async function startHost(directory: string, address: string): Promise<LabOrder> {
  const started = await giveOrder(directory, `start ${address}`);
  return started.kind === 'done' ? waitReady(directory, address, bootLimitMs) : started;
}

function noLab(reason: string, remedy: string): CommandError {
  return new CommandError(exitStatus.notAsExpected, [`No lab: ${reason}.`, `  ${remedy}`]);
}

function noHosts(directory: string): CommandError {
  return noLab(`${directory} holds none of hosts that is up`, '`succession lab up --hosts FILE` starts one');
}

function milliseconds(text: string): number {
  return positiveInt(text.replace(/ms$/, ''));
}

function wholeSeconds(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value))
    throw new InvalidArgumentError('It takes a whole number of seconds.');
  return value;
}
