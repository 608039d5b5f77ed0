// A plan file as the page's source: nothing is done yet, and nothing changes.

import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { settingsFor } from '../../run/settings.js';
import type { PageMoment } from '../../view/page/page-source.js';
import { timetable } from '../../view/timetable.js';
import { measuredTimes } from '../measured-times.js';
import { parsePlanFile } from '../plan-document.js';
import { verifyPlan } from '../prove/verify-with-cores.js';
import type { CommandContext } from '../terminal.js';
import { usualRehearsal } from '../repeat-simulation.js';
import { version } from '../version.js';
import type { WatchedRun } from './run-source.js';

/** Reads the file and proves it again, whoever wrote it. Throws bad input when it is no plan. */
export async function readPlanSource(context: CommandContext, file: string): Promise<WatchedRun> {
  const given = await parsePlanFile(file);
  const cores = availableParallelism();
  const verification = await verifyPlan(given, { name: file, faults: given.proof.faults, cores });
  const { verdict, faults, states, stages } = verification;
  const counterexample = stages.find((stage) => stage.counterexample !== null)?.counterexample ?? null;
  const plan = {
    ...given,
    proof: { verdict, faults, states, counterexample },
    findings: [...verification.findings, ...given.findings],
  };
  const { totalMs } = timetable(plan, await measuredTimes(context.home, plan));
  const name = file === '-' ? 'standard input' : basename(file);
  const moment: PageMoment = {
    generation: 0,
    records: [
      {
        seq: 0,
        at: new Date(context.terminal.now()).toISOString(),
        previous: '',
        kind: 'run-started',
        schema: 'succession.journal/1',
        version,
        run: name,
        purpose: 'apply',
        cluster: plan.cluster ?? '',
        clusterFile: '',
        by: plan.createdBy,
        plan,
        settings: settingsFor(usualRehearsal.tickMs, plan.expected.unavailableMs),
      },
    ],
    live: null,
    damage: null,
    draft: { file, verification, totalMs },
  };
  return {
    run: name,
    look: () => moment,
    // Whoever waits for a change waits as long as the page is open.
    changed: () => new Promise(() => undefined),
    availability: () => ({ sliceMs: 1000, slices: [], gaps: [], longestGapMs: 0, unavailableMs: 0 }),
    decide: async () => ({ kind: 'failed', reason: 'nothing was begun' }),
    close: () => undefined,
  };
}

/** Whether a name means a plan file: no run's name looks like one. */
export function namesPlan(name: string | undefined): name is string {
  return name !== undefined && (name === '-' || name.endsWith('.json') || name.includes('/'));
}
