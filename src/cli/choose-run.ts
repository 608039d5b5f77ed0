// Which run a command means when none is named.

import { listRuns, type RunFolder, runFolder } from '../run/run-folder.js';
import { readJournal } from '../run/journal.js';
import { foldJournal } from '../run/run-state.js';
import { didYouMean } from './did-you-mean.js';
import { badInput } from './exit-status.js';
import type { CommandContext } from './terminal.js';

/** The named run, or the newest. Throws bad input when there is none. */
export async function chooseRun(context: CommandContext, name: string | undefined): Promise<RunFolder> {
  const runs = await listRuns(context.home);
  const run = name ?? runs.at(-1);
  if (run === undefined)
    throw badInput(
      `There are no runs in ${context.home}.`,
      '  `succession apply` and `succession rehearse` make them.',
    );
  if (!runs.includes(run)) {
    throw badInput(
      `There is no run ${run} in ${context.home}.${didYouMean(run, runs)}`,
      `  ${runs.length > 0 ? `There are: ${runs.slice(-5).join(', ')}` : '`succession runs` lists them.'}`,
    );
  }
  return runFolder(context.home, run);
}

/**
 * The named run, or the newest that can be gone on with: not over, and no simulation (the newest of all when there is
 * none). Throws bad input when there is no run.
 */
export async function chooseOpenRun(context: CommandContext, name: string | undefined): Promise<RunFolder> {
  if (name !== undefined) return chooseRun(context, name);
  const runs = await listRuns(context.home);
  for (const run of [...runs].reverse()) {
    const folder = runFolder(context.home, run);
    const reading = await readJournal(folder.journal);
    const state = reading.kind === 'read' ? foldJournal(reading.records) : null;
    if (state === null || state.purpose === 'simulation') continue;
    if (state.status !== 'finished' && state.status !== 'abandoned') return folder;
  }
  return chooseRun(context, undefined);
}
