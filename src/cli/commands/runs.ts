// `succession runs`: which runs there are, and the way to give one up for good.

import type { Command } from 'commander';
import { deadline } from '../deadline.js';
import { EnvironmentCommand } from '../environment-command.js';
import { zookeeperLock } from '../../platform/zookeeper/cluster-lock.js';
import { abandonRun } from '../../run/abandon.js';
import { readJournal } from '../../run/journal.js';
import type { ClusterLock } from '../../run/cluster-lock.js';
import { listRuns, type RunFolder, runFolder } from '../../run/run-folder.js';
import { takeProcessLock } from '../../run/process-lock.js';
import { foldJournal, type RunState } from '../../run/run-state.js';
import { table } from '../../view/figures.js';
import type { RunSummary } from '../document-schemas.js';
import { didYouMean } from '../did-you-mean.js';
import { badInput, CommandError, exitStatus } from '../exit-status.js';
import { addressesOf } from '../live-cluster.js';
import { readCluster } from '../live-side.js';
import type { CommandHost } from '../command-host.js';
import type { CommandContext } from '../terminal.js';

interface RunsOptions {
  readonly abandon?: string;
  readonly cluster?: string;
}

/** The command. */
export function runsCommand(host: CommandHost): Command {
  return new EnvironmentCommand('runs')
    .description('List the runs, or give one up for good and free the cluster that it holds.')
    .option('--abandon <run>', 'give this run up: nothing is undone, and the cluster is free for another')
    .option('--cluster <file>', 'the cluster file, for a run of another machine')
    .example('Which runs there are', 'succession runs')
    .example(
      'Free a cluster from a run that will never go on',
      'succession runs --abandon 20261123-063144-9f3a',
    )
    .action(async (options: RunsOptions, command: Command) => {
      const context = host.context(command);
      if (options.abandon !== undefined) await abandon(context, options.abandon, options.cluster);
      else await list(context);
      host.end(exitStatus.done);
    });
}

async function list(context: CommandContext): Promise<void> {
  const names = await listRuns(context.home);
  const states = await Promise.all(
    names.map(async (run) => {
      const reading = await readJournal(runFolder(context.home, run).journal);
      const state = reading.kind === 'read' ? foldJournal(reading.records) : null;
      return {
        run,
        state,
        alive: state?.status === 'running' && (await isHeld(runFolder(context.home, run).path)),
      };
    }),
  );
  if (context.output === 'json') {
    const runs = states.map(({ run, state, alive }) => ({ run, ...summary(state, alive) }));
    context.terminal.out(`${JSON.stringify({ schema: 'succession.runs/1', runs }, null, 2)}\n`);
    return;
  }
  if (states.length === 0) return context.say(`No runs in ${context.home}.`);
  const rows = states.map(({ run, state, alive }) => {
    const { status, purpose, cluster, stages } = summary(state, alive);
    return [run, status, purpose, cluster, stages];
  });
  context.terminal.out(
    `${table([['run', 'status', 'purpose', 'cluster', 'stages done'], ...rows]).join('\n')}\n`,
  );
}

function summary(state: RunState | null, alive: boolean): Omit<RunSummary, 'run'> {
  if (state === null) return { status: 'unreadable', purpose: '-', cluster: '-', stages: '-' };
  const done = state.stages.filter((stage) => stage.endedAt !== null && stage.number !== state.undoes).length;
  return {
    // A journal can't tell that its process was killed; the lock that the process held can.
    status: state.status === 'running' && !alive ? 'interrupted' : state.status,
    purpose: state.purpose,
    cluster: state.cluster,
    stages: `${done} of ${state.plan.stages.length}`,
  };
}

/** Whether a process works on the run in this folder. */
async function isHeld(path: string): Promise<boolean> {
  const release = await takeProcessLock(path);
  await release?.();
  return release === null;
}

async function abandon(context: CommandContext, run: string, clusterFile: string | undefined): Promise<void> {
  const folder = runFolder(context.home, run);
  const runs = await listRuns(context.home);
  const here = runs.includes(run);
  if (!here && clusterFile === undefined) {
    throw badInput(
      `There is no run ${run} in ${context.home}.${didYouMean(run, runs)}`,
      '  For a run of another machine name the cluster: --cluster FILE.',
    );
  }
  const begun = here ? await beginning(folder) : null;
  const simulated = begun?.purpose === 'simulation';
  const cluster = simulated ? null : await readCluster(clusterFile ?? folder.cluster);
  const end = await abandonRun(
    {
      lock:
        cluster === null ? noLock : zookeeperLock(cluster.reach, addressesOf(cluster, begun?.plan ?? null)),
      now: context.terminal.now,
      by: context.by,
      signal: deadline(30_000),
    },
    here ? folder : null,
    run,
  );
  const free = cluster === null ? 'it was simulated, and held no cluster' : `${cluster.name} is free`;
  if (end.kind === 'abandoned' && end.was === 'over')
    return context.say(`Run ${run} was over already; ${free}.`);
  if (end.kind === 'abandoned') {
    const look = cluster === null ? '' : ' `succession status` shows how it stands.';
    const open = begun?.duties.find((duty) => duty.kind === 'configure' && !isReached(begun, duty.id));
    const left =
      open === undefined
        ? ''
        : ` What ${open.id} changed on the bootstrap node stays: \`succession show ${run}\` names the copy of config.yaml.`;
    return context.say(`Run ${run} is given up; ${free}.${look}${left}`);
  }
  throw new CommandError(end.kind === 'busy' ? exitStatus.locked : exitStatus.notAsExpected, [end.reason]);
}

/** Whether the stage to which a duty belongs was reached. */
function isReached({ stages }: RunState, duty: string): boolean {
  return stages.some((stage) => duty.startsWith(`${stage.number}.`) && stage.endedAt !== null);
}

/** What a run was begun for; null where its journal can't be read. */
async function beginning(folder: RunFolder): Promise<RunState | null> {
  const reading = await readJournal(folder.journal);
  return reading.kind === 'read' ? foldJournal(reading.records) : null;
}

/** The lock of a simulation went with its process. */
const noLock: Pick<ClusterLock, 'release'> = { release: async () => ({ kind: 'not-ours' }) };
