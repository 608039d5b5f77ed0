// `succession init`: a first cluster file, from what a genconf folder says.

import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { foundCluster } from '../../platform/dcos/configuration/genconf-folder.js';
import {
  localGenconf,
  remoteGenconf,
  runningVersion,
} from '../../platform/dcos/configuration/read-genconf.js';
import { openPlaces, type Starter, starterFile } from '../../platform/dcos/starter-file.js';
import { transportFor } from '../../platform/transport-for.js';
import { addresses, valueOf } from '../change-options.js';
import type { CommandHost } from '../command-host.js';
import { deadline } from '../deadline.js';
import { EnvironmentCommand } from '../environment-command.js';
import { badInput, exitStatus } from '../exit-status.js';

interface InitOptions {
  readonly genconf?: string;
  readonly bootstrap?: string;
  readonly directory?: string;
  readonly outputFile: string;
  readonly sshConfig?: string;
  readonly sshUser?: string;
  readonly sudo?: 'none' | 'passwordless';
}

/** Beyond it a master that does not answer is not waited for. */
const limitMs = 120_000;

/** The command. */
export function initCommand(host: CommandHost): Command {
  return new EnvironmentCommand('init')
    .description('Write a first, commented cluster file from the genconf folder of a DC/OS cluster.')
    .option('--genconf <folder>', 'the genconf folder, on this machine')
    .option('--bootstrap <address>', 'or the bootstrap node, which is asked over SSH')
    .option('--directory <folder>', 'with --bootstrap: its folder that holds genconf/')
    .option('--output-file <file>', 'the file to write; never one that is there', 'succession.yaml')
    .option('--ssh-config <file>', 'instead of your own ssh_config')
    .option('--ssh-user <name>', 'who logs in; as ssh_config says when left out')
    .addOption(
      new Option('--sudo <how>', 'whether commands run through sudo').choices(['none', 'passwordless']),
    )
    .example('On the bootstrap node, in the folder with the generator', 'succession init --genconf genconf')
    .example(
      'From elsewhere',
      'succession init --bootstrap 10.0.0.9 --directory /root/dcos --ssh-user centos',
    )
    .action(async (options: InitOptions, command: Command) => {
      const context = host.context(command);
      const starter = await gather(options);
      const text = starterFile(starter);
      await writeNew(options.outputFile, text);
      const open = openPlaces(starter);
      context.say(
        [
          `${options.outputFile}: ${starter.masters.length} masters of ${starter.name ?? 'a cluster without a name'}.`,
          ...(open.length === 0
            ? []
            : ['To fill in before it can be used:', ...open.map((line) => `  ${line}`)]),
          `Look through it, then: succession status --cluster ${options.outputFile}`,
        ].join('\n'),
      );
      host.end(exitStatus.done);
    });
}

async function gather(options: InitOptions): Promise<Starter> {
  const { genconf, bootstrap, directory, sshConfig, sshUser } = options;
  const configFile = sshConfig === undefined ? null : resolve(sshConfig);
  const sudoFor = (user: string | null): 'none' | 'passwordless' =>
    options.sudo ?? (user === null || user === 'root' ? 'none' : 'passwordless');
  const transportOf = (user: string | null, port: number | null) =>
    transportFor({
      transport: 'ssh',
      ssh: {
        sudo: sudoFor(user),
        configFile: configFile ?? undefined,
        user: user ?? undefined,
        port: port ?? undefined,
      },
    });
  const first = transportOf(sshUser ?? null, null);
  const signal = deadline(limitMs);
  try {
    if (
      (genconf === undefined) === (bootstrap === undefined) ||
      (bootstrap === undefined) !== (directory === undefined)
    )
      throw badInput(
        'Where is the genconf folder?',
        '  Give --genconf FOLDER, or --bootstrap ADDRESS --directory FOLDER.',
      );
    const [node] = bootstrap === undefined ? [] : addresses([bootstrap], 'ipv4', '--bootstrap');
    const folder = valueOf(
      genconf !== undefined
        ? await localGenconf(genconf)
        : await remoteGenconf(first, node ?? '', directory ?? '', signal),
    );
    const place = `${node === undefined ? '' : `${node}:`}${folder.directory}/genconf/config.yaml`;
    const found = valueOf(foundCluster(folder.text, place, folder.generators));
    const user = sshUser ?? found.sshUser;
    const second = transportOf(user, found.sshPort);
    try {
      return {
        ...found,
        bootstrap: node ?? found.bootstrap,
        directory: folder.directory,
        version: await runningVersion(second, found.masters, signal),
        ssh: { configFile, user, sudo: sudoFor(user) },
      };
    } finally {
      await second.close();
    }
  } finally {
    await first.close();
  }
}

/** A file that is there may be somebody's work. */
async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw badInput(`${file} is there already.`, '  Move it away, or name another one with --output-file.');
    throw badInput(`${file}: ${reason}`, '  Name another one with --output-file.');
  }
}
