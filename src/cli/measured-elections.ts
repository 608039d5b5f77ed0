// How long did elections keep clients waiting in the runs of this machine?

import { familyOf } from '../model/family.js';
import type { MeasuredElections } from '../plan/durations.js';
import { readJournal } from '../run/journal.js';
import { listRuns, runFolder } from '../run/run-folder.js';
import { foldJournal, type RunState } from '../run/run-state.js';
import type { RunReport } from '../view/report.js';
import { reportOfRun } from './report-of-run.js';

/** Runs looked at, the newest first: what was long ago may have been another machine. */
const mostRuns = 20;

/** Fewer stages than this say nothing. */
const fewestStages = 3;

/**
 * The median over finished rehearsals and runs under `home`, of servers that elect by the same rules; undefined while there
 * are too few. Simulations measure nothing, and stages in which nobody served for a while measure something else.
 */
export async function measuredElections(
  home: string,
  zookeeper: string,
): Promise<MeasuredElections | undefined> {
  const figures: number[] = [];
  for (const state of await recentRuns(home)) {
    if (!tells(state, zookeeper)) continue;
    figures.push(...electionsOf(state, await reportOfRun(runFolder(home, state.run), state)));
  }
  if (figures.length < fewestStages) return undefined;
  const middle = figures.sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? 0;
  return { electionMs: Math.round(middle), stages: figures.length };
}

/** The runs that were last begun on real servers, the newest first, as far as their journals can be read. */
export async function recentRuns(home: string): Promise<readonly RunState[]> {
  const states: RunState[] = [];
  for (const run of [...(await listRuns(home))].reverse().slice(0, mostRuns)) {
    const reading = await readJournal(runFolder(home, run).journal);
    const state = reading.kind === 'read' ? foldJournal(reading.records) : null;
    if (state !== null && state.simulation === null) states.push(state);
  }
  return states;
}

function tells(state: RunState, zookeeper: string): boolean {
  const sameRules = familyOf(state.plan.zookeeper) === familyOf(zookeeper);
  return state.status === 'finished' && state.resumes === 0 && sameRules;
}

function electionsOf({ plan, deviations }: RunState, { stages }: RunReport): readonly number[] {
  if (deviations.length > 0) return [];
  return stages.flatMap(({ stage, elections, unavailableMs, acknowledged }) => {
    const planned = plan.stages.find((one) => one.number === stage);
    const whole =
      planned !== undefined && !planned.fullStop && planned.steps.every((step) => step.margin >= 0);
    return whole && acknowledged > 0 && elections !== null && elections > 0
      ? [unavailableMs / elections]
      : [];
  });
}
