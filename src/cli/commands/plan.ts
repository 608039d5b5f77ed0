// `succession plan`: what would be done, in which order, and why.

import type { Command } from 'commander';
import { EnvironmentCommand } from '../environment-command.js';
import type { Address, Ensemble } from '../../model/ensemble.js';
import { checkConfiguration } from '../../plan/check-configuration.js';
import type { Plan } from '../../plan/plan.js';
import { aroundOf } from '../../run/around.js';
import { findingLines } from '../../view/failure-text.js';
import { type ChangeOptions, currentEnsemble, withChangeOptions } from '../change-options.js';
import { checkAgrees } from '../dcos-option.js';
import { liveSide, readCluster } from '../live-side.js';
import { CommandError, exitStatus } from '../exit-status.js';
import type { LiveCluster } from '../live-cluster.js';
import { readMasterList } from '../master-list.js';
import { measuredElections } from '../measured-elections.js';
import { measuredTimes } from '../measured-times.js';
import { invalidRequest, type LiveSide, planFromOptions, renderPlan, versionFor } from '../plan-document.js';
import type { CommandHost } from '../command-host.js';
import type { CommandContext, OutputFormat } from '../terminal.js';

interface PlanOptions extends ChangeOptions {
  readonly cluster?: string;
  readonly configuration?: string;
}

/** The command. */
export function planCommand(host: CommandHost): Command {
  return withChangeOptions(new EnvironmentCommand('plan'))
    .description(
      'Plan a change: the order, the reasons, the cost, and what would be needed where it is impossible.',
    )
    .option('--cluster <file>', 'read the members, the leader and the version from this live cluster')
    .option('--configuration <file>', 'check the master list of this genconf/config.yaml against the members')
    .example(
      'Replace two of five DC/OS masters',
      'succession plan --current 10.0.0.1,10.0.0.2,10.0.0.3,10.0.0.4,10.0.0.5 \\',
      '  --replace 10.0.0.2=10.0.0.25 --replace 10.0.0.4=10.0.0.41',
    )
    .example(
      'With what is known of a version of DC/OS: its ZooKeeper, and how long Mesos waits',
      'succession plan --current 10.0.0.1,10.0.0.2,10.0.0.3 --replace 10.0.0.2=10.0.0.25 --dcos 1.13.9',
    )
    .example(
      'Grow a plain ensemble from three to five',
      'succession plan --platform zookeeper --ensemble 1:zk1,2:zk2,3:zk3 --add zk4 --add zk5',
    )
    .example(
      'Ask which addresses of a subnet would keep the order',
      'succession plan --current 10.0.0.1,10.0.0.2,10.0.0.3 --replace 10.0.0.3=10.0.0.15 \\',
      '  --candidate 10.0.1.0/24',
    )
    .action(async (options: PlanOptions, command: Command) => {
      const context = host.context(command);
      const cluster = options.cluster === undefined ? null : await readCluster(options.cluster);
      if (cluster !== null) checkAgrees(options, cluster.dcos?.dcos.version ?? null, options.cluster ?? '');
      const live: LiveSide =
        cluster === null
          ? {
              platform: null,
              cluster: null,
              idPolicy: null,
              current: currentEnsemble(options),
              leader: null,
              zookeeper: null,
              down: [],
            }
          : await liveSide(cluster, options.cluster ?? '');
      for (const line of silenceLines(options, live)) context.say(line);
      const list =
        options.configuration === undefined
          ? undefined
          : await agreeingList(context, options.configuration, live.current);
      const asked: PlanOptions = live.platform === null ? options : { ...options, platform: live.platform };
      const measured = await measuredElections(context.home, versionFor(asked, live));
      const result = planFromOptions(asked, live, measured, list);
      if (result.kind === 'invalid')
        throw new CommandError(exitStatus.badInput, invalidRequest(result, context.palette));
      const plan = cluster === null ? result.plan : await withAround(cluster, result.plan);
      const times = isDocument(context.output) ? await measuredTimes(context.home, plan) : null;
      context.terminal.out(renderPlan(plan, context.output, context.resultPalette, times));
      host.end(result.kind === 'unreachable' ? exitStatus.noSafePlan : exitStatus.done);
    });
}

/** Whether the form says how long each part takes. */
function isDocument(format: OutputFormat): boolean {
  return format === 'html' || format === 'markdown';
}

/** Silence is no death: only the operator can say that a machine is lost, and may not know that it has to be said. */
function silenceLines(options: PlanOptions, { silent = [], unseen = [] }: LiveSide): readonly string[] {
  const unchecked = unseen.map(
    ({ address, reason }) =>
      `${address} serves, but its host can't be asked, so what it holds was not compared with the file: ${reason}. apply will not begin before it can be.`,
  );
  const lost = silent
    .filter((address) => ![...options.down, ...options.gone].includes(address))
    .map(
      (address) =>
        `${address} answers nothing, and is planned for as if it were well. If its machine is lost, add --gone ${address}.`,
    );
  return [...unchecked, ...lost];
}

/** The plan with the work that its run will do around the stages, on a platform that has some. */
async function withAround(cluster: LiveCluster, plan: Plan): Promise<Plan> {
  if (plan.stages.length === 0) return plan;
  const transport = cluster.transport();
  try {
    const surroundings = cluster.surroundingsOver(transport, plan);
    return surroundings === null ? plan : { ...plan, around: aroundOf(surroundings, plan.stages) };
  } finally {
    await transport.close();
  }
}

/** The list of a configuration file. Throws when it does not say what the cluster runs with. */
async function agreeingList(
  context: CommandContext,
  file: string,
  current: Ensemble,
): Promise<readonly Address[]> {
  const list = await readMasterList(file);
  const findings = checkConfiguration(list, current);
  const lines = findings.flatMap((finding) => findingLines(finding, context.palette));
  if (findings.some((finding) => finding.severity === 'error')) {
    throw new CommandError(exitStatus.badInput, [
      `${file} does not say what the cluster runs with:`,
      ...lines,
    ]);
  }
  return list.addresses;
}
