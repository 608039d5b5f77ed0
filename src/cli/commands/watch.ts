// `succession watch`: a live page of a run, also from a second process while the run goes on, and of one that is over; or of a plan.

import { constants, setPriority } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { pageApp } from '../../view/page/page-app.js';
import { chooseRun } from '../choose-run.js';
import type { CommandHost } from '../command-host.js';
import { EnvironmentCommand } from '../environment-command.js';
import { badInput, exitStatus } from '../exit-status.js';
import { readRun } from '../report-of-run.js';
import type { CommandContext } from '../terminal.js';
import { version } from '../version.js';
import {
  hostHeaders,
  inUrl,
  isLoopback,
  keepDoor,
  newDoor,
  type PageDoor,
  type PageManner,
  readDoor,
} from '../watch/page-door.js';
import { readPageFiles } from '../watch/page-files.js';
import { namesPlan, readPlanSource } from '../watch/plan-source.js';
import { type WatchedRun, watchRun } from '../watch/run-source.js';
import { cameFrom, servePage, type ServedPage } from '../watch/serve-page.js';

interface WatchOptions {
  readonly port?: number;
  readonly host: string;
  readonly readOnly?: true;
}

/** The command. */
export function watchCommand(host: CommandHost): Command {
  return new EnvironmentCommand('watch')
    .description(
      'Serve a live page of a run, or of a plan before it is begun, on this machine only, until Ctrl-C. The run does not notice.',
    )
    .argument('[run]', 'its name; the newest run when left out; or a plan file, such as plan.json')
    .option('--port <n>', 'where to listen; the one of the last time, or else a free one', portNumber)
    .option('--host <address>', 'listen on this address, so that others can look', '127.0.0.1')
    .option('--read-only', 'nobody can approve on this page: for sharing')
    .example('Look at the newest run, from another terminal than the one that it runs in', 'succession watch')
    .example(
      'From your desk, over SSH, with the run on a bastion host',
      'ssh -L 8080:127.0.0.1:8080 bastion succession watch --port 8080',
    )
    .example(
      'For everybody on the network, without approvals',
      'succession watch --read-only --host 0.0.0.0 --port 8080',
    )
    .example(
      'Walk through a plan, and through what breaks it if it is not safe, before anything is done',
      'succession watch examples/runbook-expansion.json',
    )
    .action(async (name: string | undefined, options: WatchOptions, command: Command) => {
      await watch(host.context(command), name, options);
      host.end(exitStatus.done);
    });
}

async function watch(
  context: CommandContext,
  name: string | undefined,
  options: WatchOptions,
): Promise<void> {
  const manner: PageManner = options.readOnly === true ? 'read-only' : 'approving';
  const { source, door, keep, farewell } = namesPlan(name)
    ? await planShown(context, name)
    : await runShown(context, name, manner);
  yieldToRun();
  try {
    const files = await readPageFiles();
    let port = 0;
    const app = pageApp({
      source,
      guard: { token: door.token, hosts: () => hostHeaders(options.host, port) },
      files,
      readOnly: manner === 'read-only',
      version,
      now: context.terminal.now,
      cameFrom,
    });
    const listen = (wanted: number): Promise<ServedPage | null> => servePage(app, options.host, wanted);
    const served = (await listen(options.port ?? door.port)) ?? (options.port ? null : await listen(0));
    if (served === null)
      throw badInput(
        `Port ${options.port ?? 0} of ${options.host} is taken.`,
        '  Leave --port out for a free one.',
      );
    ({ port } = served);
    try {
      await keep({ token: door.token, port }).catch(() => undefined);
      const shown = options.host === '0.0.0.0' || options.host === '::' ? 'localhost' : options.host;
      context.terminal.out(`http://${inUrl(shown)}:${port}/?token=${door.token}\n`);
      if (!isLoopback(options.host))
        context.say(
          manner === 'read-only'
            ? 'Whoever has this address can look. It goes over the network unencrypted.'
            : 'Whoever has this address can approve, and it goes over the network unencrypted. --read-only shares without that.',
        );
      context.say(farewell);
      await untilEnded();
    } finally {
      await served.close();
    }
  } finally {
    source.close();
  }
}

/** What is shown, and where it is found again. */
interface Shown {
  readonly source: WatchedRun;
  readonly door: PageDoor;
  readonly keep: (door: PageDoor) => Promise<void>;
  readonly farewell: string;
}

async function runShown(
  context: CommandContext,
  name: string | undefined,
  manner: PageManner,
): Promise<Shown> {
  const folder = await chooseRun(context, name);
  await readRun(folder);
  return {
    source: await watchRun(folder),
    door: await readDoor(folder, manner),
    keep: (door) => keepDoor(folder, manner, door),
    farewell: `The page of run ${folder.run}. Ctrl-C ends the page, never the run.`,
  };
}

/** A plan has no folder: its page is another one each time. */
async function planShown(context: CommandContext, file: string): Promise<Shown> {
  context.say('Proving the plan…');
  return {
    source: await readPlanSource(context, file),
    door: newDoor(),
    keep: () => Promise.resolve(),
    farewell: `The page of ${file}. Nothing was begun. Ctrl-C ends the page.`,
  };
}

/** Where processors are short, the run goes first: it often lives on the same machine as its page. */
function yieldToRun(): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // A system that forbids it serves the page as well.
  }
}

/** SIGINT, SIGTERM or SIGHUP. */
async function untilEnded(): Promise<void> {
  const controller = new AbortController();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const end = (): void => controller.abort();
  for (const signal of signals) process.on(signal, end);
  // A timer keeps the process alive whatever the server does.
  while (!controller.signal.aborted)
    await wait(3_600_000, undefined, { signal: controller.signal }).catch(() => undefined);
  for (const signal of signals) process.off(signal, end);
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new InvalidArgumentError('a port is a number from 1 to 65535.');
  return port;
}
