// `succession rehearse`: carries a plan out on a lab of real ZooKeeper servers on this machine, or on simulated ones.

import { copyFile, mkdir } from 'node:fs/promises';
import type { Command } from 'commander';
import { deadline } from '../deadline.js';
import { EnvironmentCommand } from '../environment-command.js';
import { type Lab, startLab, stopLab, waitServing } from '../../lab/lab.js';
import { type Distribution, findDistribution, thisMachine } from '../../lab/zookeeper-distribution.js';
import { legendLines } from '../../lab/simulation/events.js';
import { addressesIn, describeEnsemble, idOf } from '../../model/ensemble.js';
import { familyOf } from '../../model/family.js';
import type { Plan } from '../../plan/plan.js';
import { newRunName, runFolder, type RunFolder } from '../../run/run-folder.js';
import { settingsForPlan, startRun } from '../../run/session.js';
import { table } from '../../view/figures.js';
import { carryOut, type Load } from '../carry-out.js';
import {
  addresses,
  addressKind,
  type ChangeOptions,
  currentEnsemble,
  withChangeOptions,
} from '../change-options.js';
import { badInput, CommandError, exitStatus, type ExitStatus } from '../exit-status.js';
import { LINGER_MS, labOfRun } from '../lab-of-run.js';
import { conclude } from '../conclude.js';
import { positiveInt, wholeNumber } from '../numbers.js';
import { rehearseSimulated } from '../rehearse-simulated.js';
import { usualRehearsal } from '../repeat-simulation.js';
import { invalidRequest, planFromOptions, readPlanFile, renderPlan } from '../plan-document.js';
import type { CommandHost } from '../command-host.js';
import type { CommandContext } from '../terminal.js';

interface RehearseOptions extends ChangeOptions {
  readonly tick: number;
  readonly clients: number;
  readonly pause: number;
  readonly simulate?: true | undefined;
  readonly seed?: number | undefined;
  readonly simulateFaults?: number | undefined;
}

/** The command. */
export function rehearseCommand(host: CommandHost): Command {
  return withChangeOptions(new EnvironmentCommand('rehearse'))
    .description(
      'Carry a plan out on real ZooKeeper servers on this machine, under load, and report what was measured.',
    )
    .argument('[plan]', 'a plan file; or name the change by the options below')
    .option('--tick <ms>', "the lab's tickTime; DC/OS has 2000", positiveInt, usualRehearsal.tickMs)
    .option(
      '--clients <n>',
      'clients that write and read during the run',
      positiveInt,
      usualRehearsal.clients,
    )
    .option('--pause <ms>', 'between two writes of a client', positiveInt, usualRehearsal.pauseMs)
    .option('--simulate', 'no real servers: a model of ZooKeeper on a virtual clock; needs no Java')
    .option('--seed <n>', 'of the simulation; the same seed repeats it exactly (default 1)', wholeNumber)
    .option('--simulate-faults <n>', 'crashes and hangs that strike it at random (default 0)', wholeNumber)
    .addHelpText('after', examples)
    .action(async (file: string | undefined, options: RehearseOptions, command: Command) => {
      const context = host.context(command);
      const given = file === undefined ? null : await readPlanFile(file);
      if (options.simulate === true) return host.end(await simulated(context, given, options));
      checkRealOptions(options);
      const distribution = await distributionFor(options.zookeeper ?? given?.zookeeper ?? null);
      if (given !== null) checkVersion(given, distribution);
      const plan = given ?? planned(context, { ...options, zookeeper: distribution.version });
      if (plan === null) return host.end(exitStatus.noSafePlan);
      if (plan.stages.length === 0) {
        context.say('The target is what the ensemble is already: nothing to do.');
        return;
      }
      host.end(await rehearse(context, plan, distribution, options));
    });
}

/** What only a simulation has is no wish that may go unheard. */
function checkRealOptions({ seed, simulateFaults }: RehearseOptions): void {
  if (seed === undefined && simulateFaults === undefined) return;
  throw badInput(
    `${seed === undefined ? '--simulate-faults' : '--seed'} is for simulated servers only.`,
    '  Add --simulate, or leave it out. Real servers are hurt by `succession lab kill` and `lab pause`.',
  );
}

async function simulated(
  context: CommandContext,
  given: Plan | null,
  options: RehearseOptions,
): Promise<ExitStatus> {
  if (given !== null) checkVersion(given, { version: options.zookeeper ?? given.zookeeper });
  const plan = given ?? planned(context, options);
  if (plan === null) return exitStatus.noSafePlan;
  if (plan.stages.length === 0) {
    context.say('The target is what the ensemble is already: nothing to do.');
    return exitStatus.done;
  }
  const down = addresses(options.down, addressKind(plan.platform), '--down');
  const stranger = down.find((address) => idOf(plan.from, address) === undefined);
  if (stranger !== undefined)
    throw badInput(`--down: ${stranger} is no member.`, `  The members are ${describeEnsemble(plan.from)}.`);
  return rehearseSimulated(context, plan, options.tick, {
    seed: options.seed ?? 1,
    faults: options.simulateFaults ?? 0,
    clients: options.clients,
    pauseMs: options.pause,
    down,
  });
}

/** A schedule is made for a version's joining rules: under others the plan must be made again. */
function checkVersion(plan: Plan, { version }: Pick<Distribution, 'version'>): void {
  if (familyOf(plan.zookeeper) === familyOf(version)) return;
  throw badInput(
    `The plan was made for ZooKeeper ${plan.zookeeper}, and ${version} joins by other rules.`,
    `  Make the plan again with --zookeeper ${version}, or rehearse the change by its options.`,
  );
}

async function distributionFor(version: string | null): Promise<Distribution> {
  const found = await findDistribution(version, thisMachine());
  if (found.kind === 'found') return found.distribution;
  throw new CommandError(exitStatus.notAsExpected, [
    `A rehearsal needs a real ZooKeeper: ${found.what}.`,
    `  ${found.remedy}`,
  ]);
}

function planned(context: CommandContext, options: RehearseOptions): Plan | null {
  const live = {
    cluster: null,
    idPolicy: null,
    current: currentEnsemble(options),
    leader: null,
    zookeeper: null,
    down: [],
  };
  const result = planFromOptions(options, live);
  if (result.kind === 'invalid')
    throw new CommandError(exitStatus.badInput, invalidRequest(result, context.palette));
  if (result.kind !== 'unreachable') return result.plan;
  context.terminal.err(renderPlan(result.plan, 'text'));
  return null;
}

async function rehearse(
  context: CommandContext,
  plan: Plan,
  distribution: Distribution,
  options: RehearseOptions,
): Promise<ExitStatus> {
  const folder = runFolder(context.home, newRunName(context.terminal.now()));
  const lab = await labFor(context, plan, distribution, options.tick, folder);
  let keep = false;
  try {
    await mkdir(folder.path, { recursive: true, mode: 0o700 });
    await copyFile(lab.clusterFile, folder.cluster);
    const settings = settingsForPlan(plan, options.tick);
    const load: Load = { clients: options.clients, pauseMs: options.pause };
    const end = await carryOut(context, lab.cluster, folder, settings, load, (session) =>
      startRun(session, {
        folder,
        purpose: 'rehearsal',
        cluster: lab.cluster.name,
        clusterFile: lab.clusterFile,
        plan,
        settings,
      }),
    );
    const status = await conclude(context, folder, end);
    keep = end.kind === 'paused' || end.kind === 'stopped';
    if (keep)
      context.say(
        `The lab waits ${LINGER_MS / 60_000} minutes for that, then ends; at once: succession lab down --lab ${lab.directory}`,
      );
    return status;
  } finally {
    if (!keep) await stopLab(lab.directory, 'remove');
  }
}

/** A lab that serves. This process owns it from the start (`startLab`), and so for as long as it lives. */
async function labFor(
  context: CommandContext,
  plan: Plan,
  distribution: Distribution,
  tickMs: number,
  folder: RunFolder,
): Promise<Lab> {
  const everyone = addressesIn(plan.from, ...plan.stages.map((stage) => stage.ensemble));
  const spareAddresses = everyone.filter((address) => idOf(plan.from, address) === undefined);
  context.say(
    `Starting ${plan.from.length} ZooKeeper servers (${distribution.version}, ${distribution.origin}) …`,
  );
  const started = await startLab(
    {
      directory: labOfRun(context.home, folder.run),
      name: `lab-${folder.run}`,
      idPolicy: plan.idPolicy,
      ensemble: plan.from,
      spareAddresses,
      distribution,
      tickMs,
      lingerMs: LINGER_MS,
    },
    deadline(120_000),
  );
  if (started.kind === 'refused')
    throw new CommandError(exitStatus.notAsExpected, [`No lab: ${started.reason}.`, `  ${started.remedy}`]);
  const { lab } = started;
  context.say(
    table([
      ['address', 'stands on', 'id'],
      ...lab.hosts.map((one) => [one.address, one.standIn, one.id ?? '-']),
    ]).join('\n'),
  );
  const missing = await waitServing(
    lab.cluster,
    plan.from.map((member) => member.address),
    60_000,
    new AbortController().signal,
  );
  if (missing.length === 0) return lab;
  await stopLab(lab.directory, 'remove');
  throw badInput(
    `The lab's servers ${missing.join(', ')} did not serve within 60 s.`,
    '  See that this machine has a core and 300 MB of memory to spare for each, and try again.',
  );
}

const examples = `
Examples:
  Replace one of three, and see what clients notice:
    succession rehearse --platform zookeeper --ensemble 1:zk1,2:zk2,3:zk3 --replace zk2=zk4
  On the ZooKeeper of DC/OS 1.9, and faster than its clock:
    succession rehearse --current 10.0.0.1,10.0.0.2,10.0.0.3 --replace 10.0.0.2=10.0.0.25 \\
      --zookeeper 3.4.8 --tick 500
  A plan that was saved before:
    succession rehearse plan.json
  Without Java, in a second, with two faults on the way; the seed repeats it:
    succession rehearse plan.json --simulate --seed 7 --simulate-faults 2

Events of a simulation, one a line in the run's folder and with --verbose: time, kind, host, what.
${legendLines()
  .map((line) => `  ${line}`)
  .join('\n')}
`;
