// What did clients notice, and of what?

import { duration, plural } from '../figures.js';
import { clock } from '../moments.js';
import { capital } from '../plan-words.js';
import type { RunReport } from '../report.js';
import { availabilityChart } from './availability-chart.js';
import { markup, type Markup } from './markup.js';
import { figureOf, tableOf } from './parts.js';

/** The chart, and each gap with its cause. */
export function availabilitySection(report: RunReport): Markup {
  const { availability, total, simulation } = report;
  if (availability === null) return markup`<p>No ledger is left: nothing can be said of it.</p>`;
  const { gaps } = availability;
  const who = simulation === null ? 'A client of this program wrote' : 'Simulated clients wrote';
  return markup`<p>${who} during the whole run. ${plural(total.acknowledged, 'write')} ${total.acknowledged === 1 ? 'was' : 'were'} acknowledged. A gap is a time of more than half a second without one; there ${gaps.length === 1 ? 'was 1' : `were ${gaps.length}`}.</p>
${figureOf(
  availabilityChart(report, availability),
  'Acknowledged writes a second. Above them the stages and, below these, their steps. Each gap stands as a bar under its number in the table. Framed areas were not measured: this program did not run.',
)}${
    gaps.length === 0
      ? null
      : tableOf(
          'Every gap, and the step that caused it',
          [
            { title: 'Gap', kind: 'number' },
            { title: 'At', kind: 'nowrap' },
            { title: 'Long', kind: 'number' },
            { title: 'Step', kind: 'nowrap' },
            { title: 'What was going on' },
          ],
          gaps.map((gap, index) => ({
            cells: [
              index + 1,
              clock(gap.at),
              duration(gap.tookMs),
              gap.cause ?? '–',
              causeWords(report, gap.cause),
            ],
          })),
        )
  }`;
}

function causeWords({ stages, duties }: RunReport, cause: string | null): string {
  const step = stages.flatMap((stage) => stage.steps).find((one) => one.id === cause);
  if (step !== undefined) return `${capital(step.kind)} ${step.host}: ${step.reason}`;
  const duty = duties.find((one) => one.id === cause);
  return duty === undefined ? 'no step was under way' : capital(duty.sentence);
}

/** Who led, from when on. */
export function electionsSection(report: RunReport): Markup {
  const { leaders, total } = report;
  if (leaders.length === 0) return markup`<p>Nobody was seen to lead.</p>`;
  const counted =
    total.elections === null
      ? 'A stage is not finished, so that its elections are not counted yet.'
      : `The epoch rose by ${total.elections}: so many elections there were at least.`;
  return markup`<p>${counted} Each line is what a gate saw first.</p>
${tableOf(
  null,
  [
    { title: 'Seen', kind: 'nowrap' },
    { title: 'Leader' },
    { title: 'Epoch', kind: 'number' },
    { title: 'Behind the gate of' },
  ],
  leaders.map(({ at, leader, epoch, step }) => ({
    cells: [
      clock(at),
      leader ?? 'nobody',
      epoch ?? '–',
      step === null ? 'the stage’s beginning' : `step ${step}`,
    ],
  })),
  'narrow',
)}`;
}
