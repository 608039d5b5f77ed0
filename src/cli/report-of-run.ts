// The report of a run, from its journal and the canary's ledger.

import { readFile, stat } from 'node:fs/promises';
import { injectedLines } from '../lab/simulation/events.js';
import { measureLedger } from '../probe/ledger-figures.js';
import { sampleLedger } from '../probe/ledger-samples.js';
import type { JournalRecord } from '../run/journal-record.js';
import { readJournal } from '../run/journal.js';
import { isWorkedOn } from '../run/process-lock.js';
import type { RunFolder } from '../run/run-folder.js';
import { foldJournal, type RunState } from '../run/run-state.js';
import { reportMarkdown } from '../view/report-markdown.js';
import { reportText } from '../view/report-text.js';
import { buildReport, type Measured } from '../view/build-report.js';
import { reportHtml } from '../view/html/report-page.js';
import type { RunReport, WriteFigures } from '../view/report.js';
import { badInput } from './exit-status.js';
import type { CommandContext } from './terminal.js';

/** The fold of a run's journal. Throws bad input when there is none or it is damaged. */
export async function readRun(folder: RunFolder): Promise<RunState> {
  const state = foldJournal(await readRecords(folder));
  if (state === null)
    throw badInput(`There is no run ${folder.run}.`, '  `succession runs` lists the runs that there are.');
  return state;
}

async function readRecords({ journal }: RunFolder): Promise<readonly JournalRecord[]> {
  const reading = await readJournal(journal);
  if (reading.kind === 'damaged') {
    throw badInput(
      `${journal}, line ${reading.fault.line}: ${reading.fault.message}`,
      `  ${reading.fault.remedy}`,
    );
  }
  return reading.kind === 'read' ? reading.records : [];
}

/** The report as it stands now. */
export async function reportOfRun(folder: RunFolder, state: RunState): Promise<RunReport> {
  const records = (await readRecords(folder)).slice(0, state.records);
  const measured = await measure(folder, state);
  const report = buildReport({ state, records, measured, injected: await injectedIn(folder, state) });
  // A journal can't tell that its process was killed; the lock that the process held can.
  return report.status === 'running' && !(await isWorkedOn(folder.path))
    ? { ...report, status: 'interrupted' }
    : report;
}

/** As many points as a chart has room for; in narrower ones than half a second a few clients leave nothing but noise. */
function bucketsFor(spanMs: number): number {
  return Math.min(240, Math.max(10, Math.floor(spanMs / 500)));
}

async function measure({ ledger }: RunFolder, state: RunState): Promise<Measured> {
  const exists = await stat(ledger).then(
    () => true,
    () => false,
  );
  if (!exists) return { total: { acknowledged: 0, longestGapMs: 0, unavailableMs: 0 }, stages: new Map() };
  const within = async (fromMs: number, toMs: number): Promise<WriteFigures> => {
    const { acknowledged, longestGapMs, unavailableMs } = await measureLedger(ledger, { fromMs, toMs });
    return { acknowledged, longestGapMs, unavailableMs };
  };
  const stages = await Promise.all(
    state.stages.map(
      async (stage) => [stage.number, await within(stage.startedAt, stage.endedAt ?? state.lastAt)] as const,
    ),
  );
  const window = { fromMs: state.startedAt, toMs: Math.max(state.lastAt, state.startedAt + 1) };
  const samples = await sampleLedger(ledger, {
    ...window,
    buckets: bucketsFor(window.toMs - window.fromMs),
  });
  return {
    total: await within(state.startedAt, Number.POSITIVE_INFINITY),
    stages: new Map(stages),
    samples: { fromMs: window.fromMs, ...samples },
  };
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
    case 'html':
      context.terminal.out(reportHtml(report));
      break;
    case 'text':
      context.terminal.out(reportText(report, context.resultPalette));
      break;
  }
}
