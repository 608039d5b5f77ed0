// What was done, stage by stage and step by step, and what did each gate see?

import { duration } from '../figures.js';
import { clock } from '../moments.js';
import { capital } from '../plan-words.js';
import type { RunReport, StageReport, StepReport } from '../report.js';
import { markup, type Markup } from './markup.js';
import { bullets, onDemand, tableOf } from './parts.js';

/** One line a stage. */
export function stagesSection({ stages }: RunReport): Markup {
  if (stages.length === 0) return markup`<p>Nothing was changed: no stage was begun.</p>`;
  return tableOf(
    null,
    [
      { title: 'Stage', kind: 'nowrap' },
      { title: 'What' },
      { title: 'Begun', kind: 'nowrap' },
      { title: 'Took', kind: 'number' },
      { title: 'Elections', kind: 'number' },
      { title: 'Without writes', kind: 'number' },
      { title: 'Longest gap', kind: 'number' },
      { title: 'Writes', kind: 'number' },
    ],
    stages.map((stage) => ({
      cells: [
        markup`<a href="#stage-${stage.stage}">${stage.stage}</a>`,
        capital(stage.title),
        clock(stage.startedAt),
        stage.tookMs === null ? 'unfinished' : duration(stage.tookMs),
        stage.elections ?? '–',
        duration(stage.unavailableMs),
        duration(stage.longestGapMs),
        stage.acknowledged,
      ],
    })),
  );
}

/** Every step of every stage. */
export function stepsSection({ stages }: RunReport): Markup {
  return markup`<p>A gate opens when everything that the plan predicts has been seen without a break for a while, and a write went through each server. Only then is the next step taken.</p>
${stages.map(stageMarkup)}`;
}

function stageMarkup(stage: StageReport): Markup {
  return markup`<h3 id="stage-${stage.stage}">Stage ${stage.stage}: ${stage.title}</h3>
<p class="small soft">${stage.reason}</p>
${tableOf(
  null,
  [
    { title: 'Step', kind: 'nowrap' },
    { title: 'Action, reason, evidence' },
    { title: 'Begun', kind: 'nowrap' },
    { title: 'Action', kind: 'number' },
    { title: 'Gate', kind: 'number' },
    { title: 'Margin', kind: 'number' },
    { title: 'Result', kind: 'nowrap' },
  ],
  stage.steps.map((step) => ({
    cells: [
      step.id,
      markup`<b>${capital(step.kind)}</b> ${step.host}<p class="small soft">${capital(step.reason)}.</p>${evidence(step)}`,
      clock(step.startedAt),
      step.actedMs === null ? '–' : duration(step.actedMs),
      step.tookMs === null || step.actedMs === null ? '–' : duration(step.tookMs - step.actedMs),
      step.margin < 0 ? 'none' : step.margin,
      step.result,
    ],
  })),
)}`;
}

function evidence({ evidence: said, gate, heldMs, proof }: StepReport): Markup {
  const lines = [
    ...(proof === null
      ? []
      : [
          `Before it: the rest of the stage proved safe under ${proof.faults} more fault${proof.faults === 1 ? '' : 's'}, ${proof.states} states.`,
        ]),
    ...said.map((line) => markup`The action: <span class="mono">${line}</span>`),
    gate === null
      ? 'The gate has not opened.'
      : markup`The gate held for ${duration(heldMs ?? 0)}; ${gate.leader ?? 'nobody'} led${gate.epoch === null ? '' : `, epoch ${gate.epoch}`}. It saw:<ul class="seen">${gate.seen.map((line) => markup`<li class="mono">${line}</li>`)}</ul>`,
  ];
  return onDemand('Evidence', bullets(lines));
}
