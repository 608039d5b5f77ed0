// `succession apply`: carries a plan out on a live cluster.

import { copyFile, mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { waivedKinds, waiveOption } from '../waive-option.js';
import { EnvironmentCommand } from '../environment-command.js';
import { describeEnsemble } from '../../model/ensemble.js';
import type { Plan } from '../../plan/plan.js';
import { type ApprovalScope, approvalScopes } from '../../run/approvals.js';
import { newRunName, runFolder } from '../../run/run-folder.js';
import { startRun } from '../../run/session.js';
import { carryOut, gentleLoad } from '../carry-out.js';
import { conclude } from '../conclude.js';
import { plural } from '../../view/figures.js';
import { badInput, CommandError, exitStatus } from '../exit-status.js';
import { interruptsNote } from '../interrupts.js';
import { foreignIn, type LiveCluster, strangersIn } from '../live-cluster.js';
import { readCluster } from '../live-side.js';
import { measuredTimes } from '../measured-times.js';
import { notifyCommandOption, type NotifyOptions, notifyUrlOption, recipientsOf } from '../notify-options.js';
import { planSummary, readPlanFile, renderPlan } from '../plan-document.js';
import type { CommandHost } from '../command-host.js';
import type { CommandContext } from '../terminal.js';

interface ApplyOptions extends NotifyOptions {
  readonly cluster: string;
  readonly yes?: true;
  readonly confirm?: string;
  readonly dryRun?: true;
  readonly waive: readonly string[];
  readonly approve?: ApprovalScope;
}

/** The command. */
export function applyCommand(host: CommandHost): Command {
  return new EnvironmentCommand('apply')
    .description('Carry a plan out on a live cluster, step by step, each behind a gate.')
    .argument('<plan>', 'a file that `succession plan --output json` made; - for standard input')
    .requiredOption('--cluster <file>', 'the cluster file')
    .option('-y, --yes', 'do not ask; never covers a step that stops the service')
    .option(
      '--confirm <name>',
      'the cluster’s name, typed: agrees to steps that stop the service, and to members that are gone',
    )
    .option('--dry-run', 'say what would be done, and do nothing')
    .addOption(waiveOption())
    .addOption(
      new Option('--approve <what>', 'wait for a person before each stage, or each step').choices(
        approvalScopes,
      ),
    )
    .addOption(notifyCommandOption())
    .addOption(notifyUrlOption())
    .example(
      'See once more what would be done',
      'succession apply plan.json --cluster succession.yaml --dry-run',
    )
    .example('Carry it out', 'succession apply plan.json --cluster succession.yaml')
    .example(
      'From a script, with a hook that tells the team',
      'succession apply plan.json --cluster succession.yaml --yes --notify-command ./tell-the-team -o json',
    )
    .note(interruptsNote)
    .action(async (file: string, options: ApplyOptions, command: Command) => {
      const context = host.context(command);
      const waived = waivedKinds(options.waive);
      const plan = await readPlanFile(file);
      const cluster = await readCluster(options.cluster);
      checkBelongs(plan, cluster, options.cluster);
      if (plan.stages.length === 0) {
        context.say('The plan has no stages: the cluster is where it shall be. Nothing to do.');
        return;
      }
      if (options.dryRun) {
        const times = await measuredTimes(context.home, plan);
        context.terminal.out(renderPlan(plan, context.output, context.resultPalette, times));
        return;
      }
      await agree(context, plan, cluster, options);
      const folder = runFolder(context.home, newRunName(context.terminal.now()));
      await mkdir(folder.path, { recursive: true, mode: 0o700 });
      await copyFile(options.cluster, folder.cluster);
      const settings = cluster.settingsFor(plan);
      const end = await carryOut(
        context,
        { cluster, plan },
        folder,
        settings,
        { load: gentleLoad, waived, recipients: recipientsOf(options, cluster.notify) },
        (session) =>
          startRun(session, {
            folder,
            purpose: 'apply',
            cluster: cluster.name,
            clusterFile: resolve(options.cluster),
            plan,
            settings,
            approvals: options.approve,
          }),
      );
      host.end(await conclude(context, folder, end));
    });
}

/** A plan for other members than this cluster has is refused before anything is asked of the cluster. */
function checkBelongs(plan: Plan, cluster: LiveCluster, file: string): void {
  const lines: string[] = [];
  if (plan.cluster !== null && plan.cluster !== cluster.name)
    lines.push(`The plan was made for ${plan.cluster}, and ${file} describes ${cluster.name}.`);
  // A plan for DC/OS heeds more than one for a plain ensemble, and may be tried on one.
  if (cluster.platform === 'dcos' && plan.platform !== 'dcos')
    lines.push(`The plan is for ${plan.platform}, and ${file} describes a cluster of ${cluster.platform}.`);
  const strangers = strangersIn(cluster, plan);
  if (strangers.length > 0)
    lines.push(`The plan speaks of ${strangers.join(', ')}, which ${file} does not list under hosts.`);
  const foreign = foreignIn(cluster, plan);
  if (foreign.length > 0)
    lines.push(
      `The plan begins with ${describeEnsemble(foreign)}, which \`${cluster.membersKey}\` in ${file} does not have.`,
    );
  if (lines.length === 0) return;
  throw new CommandError(exitStatus.notAsExpected, [
    ...lines,
    `  Make the plan again: succession plan --cluster ${file} …. Nothing was changed.`,
  ]);
}

async function agree(
  context: CommandContext,
  plan: Plan,
  cluster: LiveCluster,
  options: ApplyOptions,
): Promise<void> {
  const outages = plan.stages.flatMap((stage) => stage.steps.filter((step) => step.margin < 0));
  if (plan.gone.length > 0) {
    const they = plan.gone.length === 1 ? 'its machine is' : 'their machines are';
    const what = `${plan.gone.join(', ')}: ${they} taken for gone for good. Should one come back by itself, two servers could have one id.`;
    await agreeByName(context, what, cluster.name, options.confirm);
  }
  if (outages.length > 0) {
    const what = `The service stops during ${plural(outages.length, 'step')} of this plan.`;
    return agreeByName(context, what, cluster.name, options.confirm);
  }
  if (plan.gone.length > 0) return;
  if (options.yes) return;
  if (!context.terminal.asks)
    throw badInput('apply asks before it begins, and nobody can answer here.', '  Give --yes.');
  const answer = await context.terminal.ask(
    `On ${cluster.name}, in ${plural(plan.stages.length, 'stage')}:\n  ${planSummary(plan)}\nCarry it out? [y/N] `,
  );
  if (!/^y(es)?$/i.test(answer.trim())) throw new CommandError(exitStatus.stopped, ['Not begun.']);
}

/** What `--yes` does not cover. */
async function agreeByName(
  context: CommandContext,
  what: string,
  name: string,
  confirm: string | undefined,
): Promise<void> {
  if (confirm === undefined && !context.terminal.asks)
    throw badInput(what, `  Agree by --confirm ${name}; --yes does not cover it.`);
  const typed = confirm ?? (await context.terminal.ask(`${what}\nType the cluster's name to agree: `));
  if (typed.trim() !== name)
    throw badInput(`'${typed.trim()}' is not the cluster's name.`, `  ${what} Nothing was changed.`);
}
