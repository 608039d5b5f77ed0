// `succession rehearse`: carries a plan out on a lab of real ZooKeeper servers on this machine, or on simulated ones.

import { copyFile, mkdir } from 'node:fs/promises';
import type { Command } from 'commander';
import { EnvironmentCommand } from '../environment-command.js';
import { stopLab } from '../../lab/lab.js';
import { legendLines } from '../../lab/simulation/events.js';
import type { Distribution } from '../../lab/zookeeper-distribution.js';
import { addressesIn, describeEnsemble, idOf } from '../../model/ensemble.js';
import { familyOf } from '../../model/family.js';
import type { Plan } from '../../plan/plan.js';
import { newRunName, runFolder } from '../../run/run-folder.js';
import { settingsForPlan, startRun } from '../../run/session.js';
import { carryOut, type Load } from '../carry-out.js';
import { liveZookeeper } from '../live-cluster.js';
import {
  addresses,
  addressKind,
  type ChangeOptions,
  currentEnsemble,
  withChangeOptions,
} from '../change-options.js';
import { namedDcos } from '../dcos-option.js';
import { badInput, CommandError, exitStatus, type ExitStatus } from '../exit-status.js';
import { LINGER_MS } from '../lab-of-run.js';
import { conclude } from '../conclude.js';
import { notifyCommandOption, type NotifyOptions, notifyUrlOption, recipientsOf } from '../notify-options.js';
import { positiveInt, wholeNumber } from '../numbers.js';
import { rehearseSimulated } from '../rehearse-simulated.js';
import { usualRehearsal } from '../repeat-simulation.js';
import {
  invalidRequest,
  parsePlanFile,
  planFromOptions,
  readPlanFile,
  renderPlan,
} from '../plan-document.js';
import { distributionFor, rehearsalLab } from '../rehearsal-lab.js';
import { replayPlan } from '../replay/replay-plan.js';
import type { CommandHost } from '../command-host.js';
import type { CommandContext } from '../terminal.js';

interface RehearseOptions extends ChangeOptions, NotifyOptions {
  readonly tick: number;
  readonly clients: number;
  readonly pause: number;
  readonly simulate?: true | undefined;
  readonly seed?: number | undefined;
  readonly simulateFaults?: number | undefined;
  readonly counterexample?: true;
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
    .option(
      '--counterexample',
      'of a plan file that breaks a rule: make what the proof tells happen, on a lab and without gates',
    )
    .addOption(notifyCommandOption())
    .addOption(notifyUrlOption())
    .example(
      'Replace one of three, and see what clients notice',
      'succession rehearse --platform zookeeper --ensemble 1:zk1,2:zk2,3:zk3 --replace zk2=zk4',
    )
    .example(
      'On the ZooKeeper of DC/OS 1.9, and faster than its clock',
      'succession rehearse --current 10.0.0.1,10.0.0.2,10.0.0.3 --replace 10.0.0.2=10.0.0.25 \\',
      '  --dcos 1.9.10 --tick 500',
    )
    .example('A plan that was saved before', 'succession rehearse plan.json')
    .example(
      'Without Java, in a second, with two faults on the way; the seed repeats it',
      'succession rehearse plan.json --simulate --seed 7 --simulate-faults 2',
    )
    .example(
      'How the runbook loses writes',
      'succession rehearse examples/runbook-expansion.json --counterexample --tick 300',
    )
    .note(
      `Events of a simulation, one a line in the run's folder and with --verbose: time, kind, host, what.
${legendLines()
  .map((line) => `  ${line}`)
  .join('\n')}`,
    )
    .action(async (file: string | undefined, options: RehearseOptions, command: Command) => {
      const context = host.context(command);
      if (options.counterexample === true)
        return host.end(await replay(context, file, options, command.getOptionValueSource('faults')));
      const given = file === undefined ? null : await readPlanFile(file);
      if (options.simulate === true) return host.end(await simulated(context, given, options));
      checkRealOptions(options);
      const distribution = await distributionFor(zookeeperNamed(options) ?? given?.zookeeper ?? null);
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
  if (given !== null) checkVersion(given, { version: zookeeperNamed(options) ?? given.zookeeper });
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
  const facts = {
    seed: options.seed ?? 1,
    faults: options.simulateFaults ?? 0,
    clients: options.clients,
    pauseMs: options.pause,
    down,
  };
  return rehearseSimulated(context, plan, options.tick, facts, recipientsOf(options, null));
}

async function replay(
  context: CommandContext,
  file: string | undefined,
  options: RehearseOptions,
  faultsFrom: string | undefined,
): Promise<ExitStatus> {
  if (file === undefined)
    throw badInput(
      '--counterexample replays a plan file, and none is named.',
      '  Name one, as in `succession rehearse plan.json --counterexample`.',
    );
  const plan = await parsePlanFile(file);
  return replayPlan(context, plan, {
    name: file,
    faults: faultsFrom === 'default' ? plan.proof.faults : options.faults,
    zookeeper: zookeeperNamed(options) ?? null,
    tickMs: options.tick,
  });
}

/** The version that the options name, by itself or by that of DC/OS. */
function zookeeperNamed(options: RehearseOptions): string | undefined {
  return options.zookeeper ?? namedDcos(options)?.zookeeper;
}

/** A schedule is made for a version's joining rules: under others the plan must be made again. */
function checkVersion(plan: Plan, { version }: Pick<Distribution, 'version'>): void {
  if (familyOf(plan.zookeeper) === familyOf(version)) return;
  throw badInput(
    `The plan was made for ZooKeeper ${plan.zookeeper}, and ${version} joins by other rules.`,
    `  Make the plan again with --zookeeper ${version}, or rehearse the change by its options.`,
  );
}

function planned(context: CommandContext, options: RehearseOptions): Plan | null {
  const live = {
    platform: null,
    cluster: null,
    idPolicy: null,
    current: currentEnsemble(options),
    leader: null,
    zookeeper: null,
    down: [],
  };
  const result = planFromOptions(options, live, undefined);
  if (result.kind === 'invalid')
    throw new CommandError(exitStatus.badInput, invalidRequest(result, context.palette));
  if (result.kind !== 'unreachable') return result.plan;
  context.terminal.err(renderPlan(result.plan, 'text', context.palette));
  return null;
}

async function rehearse(
  context: CommandContext,
  plan: Plan,
  distribution: Distribution,
  options: RehearseOptions,
): Promise<ExitStatus> {
  const folder = runFolder(context.home, newRunName(context.terminal.now()));
  const everyone = addressesIn(plan.from, ...plan.stages.map((stage) => stage.ensemble));
  const lab = await rehearsalLab(context, folder.run, {
    idPolicy: plan.idPolicy,
    ensemble: plan.from,
    spareAddresses: everyone.filter((address) => idOf(plan.from, address) === undefined),
    distribution,
    tickMs: options.tick,
    reconfig: options.reconfig === true || plan.stages.some((stage) => stage.method === 'reconfigure'),
  });
  let keep = false;
  try {
    await mkdir(folder.path, { recursive: true, mode: 0o700 });
    await copyFile(lab.clusterFile, folder.cluster);
    const settings = settingsForPlan(plan, options.tick);
    const load: Load = { clients: options.clients, pauseMs: options.pause };
    const end = await carryOut(
      context,
      { cluster: liveZookeeper(lab.cluster), plan },
      folder,
      settings,
      { load, recipients: recipientsOf(options, null) },
      (session) =>
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
