// How long does each part of a plan take, and what is each of its steps?

import type { Stage, Step } from '../../plan/plan.js';
import type { ChangeRequest } from '../change-request.js';
import { capital, idRows, servingWords, stageTitle } from '../plan-words.js';
import { aboutTime, basisWords, sourceWords, stepTime, timetableRows } from '../timetable.js';
import { markup, type Markup } from './markup.js';
import { membersTable, onDemand, tableOf } from './parts.js';

/** The timetable, with how each time is known. */
export function timesSection({ times }: ChangeRequest): Markup {
  return markup`<p>${capital(aboutTime(times.totalMs))} in all, without the time that people take to decide. ${sourceWords(times)}</p>
${tableOf(
  null,
  [
    { title: 'When', kind: 'nowrap' },
    { title: 'What' },
    { title: 'Takes', kind: 'number' },
    { title: 'How that is known', kind: 'nowrap' },
  ],
  timetableRows(times).map(({ when, part }) => ({
    cells: [when, capital(part.what), aboutTime(part.ms), basisWords(part)],
  })),
)}`;
}

/** Every stage with its steps. */
export function stageStepsSection(request: ChangeRequest): Markup {
  return markup`<p>The margin is how many further servers may fail meanwhile. A step is taken only behind a gate: everything that is predicted here has been seen for a while without a break.</p>
${request.plan.stages.map((stage) => stageMarkup(request, stage))}`;
}

function stageMarkup({ plan, measured }: ChangeRequest, stage: Stage): Markup {
  return markup`<h3 id="stage-${stage.number}">Stage ${stage.number}: ${stageTitle(stage)}</h3>
${onDemand('Ids before and after', membersTable(null, idRows(stage.from, stage.ensemble)))}${tableOf(
    null,
    [
      { title: 'Step', kind: 'nowrap' },
      { title: 'Action, and why now' },
      { title: 'Margin', kind: 'number' },
      { title: 'Serving after it' },
      { title: 'Leader after it' },
      { title: 'Takes', kind: 'number' },
    ],
    stage.steps.map((step) => ({
      cells: [
        step.id,
        markup`<b>${capital(step.kind)}</b> ${step.host}<p class="small soft">${capital(step.reason)}.</p>`,
        marginMarkup(step),
        servingWords(step, stage),
        step.leader ?? 'nobody',
        aboutTime(stepTime(plan, step.kind, measured).ms).replace('about ', ''),
      ],
    })),
  )}`;
}

function marginMarkup({ margin }: Step): Markup {
  if (margin < 0) return markup`<b class="bad">none</b>`;
  return margin === 0 ? markup`<b class="warn">0</b>` : markup`${margin}`;
}
