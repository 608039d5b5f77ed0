// The lab of a rehearsal: real servers that serve, on a ZooKeeper of the version asked for.

import { type Lab, startLab, stopLab, waitServing } from '../lab/lab.js';
import { type Distribution, findDistribution, thisMachine } from '../lab/zookeeper-distribution.js';
import type { Address, Ensemble, IdPolicy } from '../model/ensemble.js';
import { table } from '../view/figures.js';
import { deadline } from './deadline.js';
import { badInput, CommandError, exitStatus } from './exit-status.js';
import { LINGER_MS, labOfRun } from './lab-of-run.js';
import type { CommandContext } from './terminal.js';

/** Who the lab's servers are. */
export interface RehearsalSetting {
  readonly idPolicy: IdPolicy;
  readonly ensemble: Ensemble;
  readonly spareAddresses: readonly Address[];
  readonly distribution: Distribution;
  readonly tickMs: number;
}

/** The ZooKeeper of this version, or the machine's own. Throws where there is none. */
export async function distributionFor(version: string | null): Promise<Distribution> {
  const found = await findDistribution(version, thisMachine());
  if (found.kind === 'found') return found.distribution;
  throw new CommandError(exitStatus.notAsExpected, [
    `A rehearsal needs a real ZooKeeper: ${found.what}.`,
    `  ${found.remedy}`,
  ]);
}

/** A lab that serves. This process owns it from the start (`startLab`), and so for as long as it lives. */
export async function rehearsalLab(
  context: CommandContext,
  run: string,
  setting: RehearsalSetting,
): Promise<Lab> {
  const { ensemble, distribution } = setting;
  context.say(
    `Starting ${ensemble.length} ZooKeeper servers (${distribution.version}, ${distribution.origin}) …`,
  );
  const started = await startLab(
    { ...setting, directory: labOfRun(context.home, run), name: `lab-${run}`, lingerMs: LINGER_MS },
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
    ensemble.map((member) => member.address),
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
