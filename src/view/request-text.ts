// What does a change need of people, what may go wrong, how long does it take: as it reads on a terminal.

import type { Plan } from '../plan/plan.js';
import { needsOf } from './plan-needs.js';
import { risksOf } from './plan-risks.js';
import { aboutTime, type MeasuredTimes, sourceWords, timetable } from './timetable.js';
import { wrapped } from './wrapped.js';

/** The sections behind the stages; nothing of a plan without any. What findings ask for stands with them. */
export function requestLines(plan: Plan, measured: MeasuredTimes | null): readonly string[] {
  if (plan.stages.length === 0) return [];
  const times = timetable(plan, measured);
  return [
    '',
    'What it needs from people',
    ...needsOf({ ...plan, findings: [] }).flatMap(({ when, what }) =>
      wrapped(`${when}: ${what}`, '    ', '  '),
    ),
    '',
    'What may go wrong, and what the run does then',
    ...risksOf(plan).flatMap(({ what, tool, codes }) =>
      wrapped(`${what}: ${tool}${codes.length === 0 ? '' : ` (${codes.join(', ')})`}`, '    ', '  '),
    ),
    '',
    ...wrapped(
      `How long it takes: ${aboutTime(times.totalMs)} in all, without the time that people take to decide. ${sourceWords(times)}`,
      '  ',
      '',
    ),
  ];
}
