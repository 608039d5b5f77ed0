// The report of a run, from its journal and the canary's ledger.

import { readFile, stat } from 'node:fs/promises';
import { injectedLines } from '../lab/simulation/events.js';
import { measureLedger } from '../probe/ledger-figures.js';
import { readJournal } from '../run/journal.js';
import type { RunFolder } from '../run/run-folder.js';
import { foldJournal, type RunState } from '../run/run-state.js';
import { reportMarkdown, reportText } from '../view/report-text.js';
import { buildReport, type RunReport, type WriteFigures } from '../view/report.js';
import { badInput } from './exit-status.js';
import type { CommandContext } from './terminal.js';

/** The fold of a run's journal. Throws bad input when there is none or it is damaged. */
export async function readRun(folder: RunFolder): Promise<RunState> {
  const reading = await readJournal(folder.journal);
  if (reading.kind === 'damaged') {
    throw badInput(
      `${folder.journal}, line ${reading.fault.line}: ${reading.fault.message}`,
      `  ${reading.fault.remedy}`,
    );
  }
  const state = reading.kind === 'read' ? foldJournal(reading.records) : null;
  if (state === null)
    throw badInput(`There is no run ${folder.run}.`, '  `succession runs` lists the runs that there are.');
  return state;
}

/** The report as it stands now. */
export async function reportOfRun(folder: RunFolder, state: RunState): Promise<RunReport> {
  const measure = async (fromMs: number, toMs: number): Promise<WriteFigures> => {
    const exists = await stat(folder.ledger).then(
      () => true,
      () => false,
    );
    if (!exists) return { acknowledged: 0, longestGapMs: 0, unavailableMs: 0 };
    const { acknowledged, longestGapMs, unavailableMs } = await measureLedger(folder.ledger, {
      fromMs,
      toMs,
    });
    return { acknowledged, longestGapMs, unavailableMs };
  };
  const stages = await Promise.all(
    state.stages.map(
      async (stage) => [stage.number, await measure(stage.startedAt, stage.endedAt ?? state.lastAt)] as const,
    ),
  );
  const total = await measure(state.startedAt, Number.POSITIVE_INFINITY);
  return buildReport(state, { total, stages: new Map(stages) }, await injectedIn(folder, state));
}

/** The lines of a simulation's faults; none of a real run's. */
async function injectedIn(folder: RunFolder, state: RunState): Promise<readonly string[]> {
  if (state.simulation === null) return [];
  return injectedLines((await readFile(folder.events, 'utf8').catch(() => '')).split('\n'));
}

/** Prints the report in the asked format. */
export async function printReport(
  context: CommandContext,
  folder: RunFolder,
  state: RunState,
): Promise<void> {
  const report = await reportOfRun(folder, state);
  switch (context.output) {
    case 'json':
      context.terminal.out(`${JSON.stringify(report, null, 2)}\n`);
      break;
    case 'markdown':
      context.terminal.out(reportMarkdown(report));
      break;
    case 'text':
      context.terminal.out(reportText(report, context.resultPalette));
      break;
  }
}
