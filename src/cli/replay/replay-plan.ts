// `rehearse PLAN --counterexample`: what the proof says goes wrong, made to happen on real servers.

import { setMaxListeners } from 'node:events';
import { stopLab } from '../../lab/lab.js';
import { addressesIn, idOf } from '../../model/ensemble.js';
import { familyOf } from '../../model/family.js';
import type { Plan } from '../../plan/plan.js';
import { prepareStages, tellStage, type StageTask, type Telling } from '../../plan/verify-plan.js';
import { newRunName } from '../../run/run-folder.js';
import { replayMarkdown, replayText, type ReplayReport } from '../../view/replay-text.js';
import { badInput, exitStatus, type ExitStatus } from '../exit-status.js';
import { distributionFor, rehearsalLab } from '../rehearsal-lab.js';
import type { CommandContext } from '../terminal.js';
import { play } from './play.js';
import { scenesOf } from './scenes-of.js';
import { stageLab } from './stage-lab.js';

/** What a replay is asked for. */
export interface ReplayOptions {
  /** The file's name. */
  readonly name: string;
  readonly faults: number;
  /** Another version than the plan's: then its rules decide what goes wrong. */
  readonly zookeeper: string | null;
  readonly tickMs: number;
}

/** Replays the first stage that can be refuted, and prints what was predicted beside what happened. */
export async function replayPlan(
  context: CommandContext,
  given: Plan,
  options: ReplayOptions,
): Promise<ExitStatus> {
  const distribution = await distributionFor(options.zookeeper ?? given.zookeeper);
  const plan = { ...given, zookeeper: distribution.version };
  const { task, telling } = firstRefuted(plan, options);
  const { stage } = task;
  context.say(
    `Replaying how stage ${stage.number} of ${options.name} goes wrong: its steps and what the proof adds to them, without our gates.`,
  );
  const lab = await rehearsalLab(context, newRunName(context.terminal.now()), {
    idPolicy: plan.idPolicy,
    ensemble: stage.from,
    spareAddresses: addressesIn(stage.ensemble).filter((address) => idOf(stage.from, address) === undefined),
    distribution,
    tickMs: options.tickMs,
  });
  const begun = context.terminal.now();
  const stop = new AbortController();
  // Every probe of every server listens to it.
  setMaxListeners(0, stop.signal);
  const end = (): void => stop.abort();
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  try {
    const hands = stageLab(lab, stage, options.tickMs, stop.signal);
    const replay = await play(hands, telling.script, scenesOf(telling.script, telling.refutation), (line) =>
      context.say(`${new Date(context.terminal.now()).toISOString().slice(11, 19)}   ${line}`),
    );
    const report: ReplayReport = {
      schema: 'succession.replay/1',
      plan: options.name,
      stage: stage.number,
      zookeeper: distribution.version,
      faults: telling.faults,
      tookMs: context.terminal.now() - begun,
      ...replay,
    };
    print(context, report);
    return replay.reproduced ? exitStatus.done : exitStatus.stopped;
  } finally {
    process.removeListener('SIGINT', end);
    process.removeListener('SIGTERM', end);
    await stopLab(lab.directory, 'remove');
  }
}

function print(context: CommandContext, report: ReplayReport): void {
  const { terminal } = context;
  switch (context.output) {
    case 'json':
      return terminal.out(`${JSON.stringify(report, null, 2)}\n`);
    case 'markdown':
      return terminal.out(replayMarkdown(report));
    case 'html':
    case 'text':
      return terminal.out(replayText(report, context.resultPalette));
  }
}

function firstRefuted(
  plan: Plan,
  { name, faults }: ReplayOptions,
): { readonly task: StageTask; readonly telling: Telling } {
  if (familyOf(plan.zookeeper) === undefined)
    throw badInput(`The joining rules of ZooKeeper ${plan.zookeeper} are not known.`);
  for (const prepared of prepareStages(plan)) {
    if (prepared.kind === 'obstacle')
      throw badInput(...prepared.findings.map(({ message }) => `${name}: ${message}`));
    // Mesos is not there to be asked: what is replayed is the ensemble's story.
    const telling = tellStage({ ...prepared.task, replicated: ['zookeeper'] }, faults);
    if (telling !== null && prepared.task.world.configuration !== undefined)
      throw badInput(
        `Stage ${prepared.task.number} of ${name} goes by reconfiguration, and only restarts are replayed on real servers.`,
        '  See what goes wrong there with `succession verify`.',
      );
    if (telling !== null) return { task: prepared.task, telling };
  }
  throw badInput(
    `${name} has no counterexample on ZooKeeper ${plan.zookeeper}: it keeps every rule under so few faults as ${faults}.`,
    '  Ask for more with --faults, or rehearse the plan itself.',
  );
}
