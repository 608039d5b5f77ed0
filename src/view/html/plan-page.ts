// What does a change board get to read before a change?

import type { Finding, Plan } from '../../plan/plan.js';
import { secondsWords } from '../../plan/wording.js';
import { type ChangeRequest, changeRequest } from '../change-request.js';
import {
  byRemedy,
  capital,
  consentFlags,
  faultWords,
  idRows,
  settingWords,
  stageTitle,
} from '../plan-words.js';
import { aboutTime, type MeasuredTimes } from '../timetable.js';
import { splitStory } from '../timeline.js';
import { marginChart } from './margin-chart.js';
import { type Content, markup, type Markup } from './markup.js';
import { pageHtml, type Section } from './page.js';
import {
  badge,
  bullets,
  factList,
  figureOf,
  membersTable,
  onDemand,
  signatures,
  tableOf,
  tiles,
} from './parts.js';
import { stageStepsSection, timesSection } from './plan-stages.js';

/** The change request as one self-contained file. */
export function planHtml(plan: Plan, measured: MeasuredTimes | null = null): string {
  const request = changeRequest(plan, measured);
  return pageHtml({
    title: `Change request: ${request.title}`,
    head: head(request),
    sections: plan.stages.length === 0 ? refusal(plan) : change(request),
    foot: markup`Written by ${plan.createdBy}. Fingerprint of the plan: <code>${request.fingerprint}</code> (<code>jq -S . plan.json | sha256sum</code>).`,
  });
}

function head({ plan, title, summary, times }: ChangeRequest): Markup {
  const { stages, expected, proof, to } = plan;
  const refused = plan.findings.some((finding) => finding.severity === 'error');
  const figures: readonly (readonly [Content, string])[] = [
    [stages.length, 'stages'],
    [capital(aboutTime(times.totalMs)).replace('About ', '≈ '), 'in all'],
    [expected.elections, 'elections expected'],
    [`≈ ${secondsWords(expected.unavailableMs)}`, 'without writes'],
    [leastMargin(plan), 'more may fail, at the least'],
    [faultWords(proof.faults), 'proved against, in each stage'],
  ];
  return markup`<p class="kicker">Succession · change request</p>
<h1>${title}</h1>
<p class="lead">${stages.length === 0 ? (refused ? badge('bad', '■ refused') : badge('good', '✓ nothing to do')) : proofBadge(plan)} ${summary.join(' ')}</p>
<p class="small soft">${settingWords(plan)}. ${to.length} members after the change.</p>
${stages.length === 0 ? null : tiles(figures)}`;
}

function leastMargin({ stages }: Plan): string {
  const least = Math.min(...stages.flatMap((stage) => stage.steps.map((step) => step.margin)));
  return least < 0 ? 'none' : String(least);
}

function proofBadge({ proof }: Plan): Markup {
  if (proof.verdict === 'safe') return badge('good', '✓ proved safe');
  return proof.verdict === 'unsafe' ? badge('bad', '■ unsafe') : badge('warn', '? not proved');
}

function change(request: ChangeRequest): readonly Section[] {
  const { plan, order, needs, risks } = request;
  return [
    { id: 'what', title: 'What will happen', body: what(plan) },
    {
      id: 'order',
      title: 'Why in this order',
      body: markup`${order.map((sentence) => markup`<p>${sentence}</p>`)}<ol>${plan.stages.map((stage) => markup`<li>${stage.reason}</li>`)}</ol>`,
    },
    { id: 'clients', title: 'What clients notice, and how much room is left', body: clients(request) },
    {
      id: 'needs',
      title: 'What it needs from people, and when',
      body: tableOf(
        null,
        [{ title: 'When', kind: 'nowrap' }, { title: 'What' }],
        needs.map(({ when, what: need }) => ({ cells: [when, inlineCode(need)] })),
      ),
    },
    {
      id: 'risks',
      title: 'What may go wrong, and what happens then',
      body: tableOf(
        null,
        [
          { title: 'What may go wrong' },
          { title: 'What the tool does' },
          { title: 'What is left to people' },
          { title: 'Stops as' },
        ],
        risks.map(({ what: risk, tool, people, codes }) => ({
          cells: [
            markup`<b>${risk}</b>`,
            inlineCode(tool),
            inlineCode(people),
            codes.length === 0
              ? '–'
              : codes.map((code, index) => markup`${index > 0 ? ', ' : ''}<code>${code}</code>`),
          ],
        })),
      ),
    },
    { id: 'times', title: 'How long it takes', body: timesSection(request) },
    { id: 'findings', title: 'Findings', body: findings(plan.findings) },
    { id: 'steps', title: 'Every step', body: stageStepsSection(request) },
    ...alternatives(plan),
    {
      id: 'approved',
      title: 'Approved',
      body: signatures(['Operator, date', 'Owner of the cluster, date', 'Change board, date']),
    },
  ];
}

/** What stands between backquotes in our own sentences. */
function inlineCode(sentence: string): Content {
  return sentence.split('`').map((part, index) => (index % 2 === 1 ? markup`<code>${part}</code>` : part));
}

function what(plan: Plan): Markup {
  return markup`<ol>${plan.stages.map((stage) => markup`<li>${capital(stageTitle(stage))}.</li>`)}</ol>
${membersTable('Who holds which server id', idRows(plan.from, plan.to))}`;
}

function clients({ plan, unavailableBasis }: ChangeRequest): Markup {
  const { expected } = plan;
  return markup`<p>Clients lose their server when it restarts and find another one by themselves. Writes stop for the time of an election: ${expected.elections} are expected, about ${secondsWords(expected.unavailableMs)} in all (${unavailableBasis}).</p>
${figureOf(marginChart(plan), 'The margin during each step: how many further servers may fail before the ensemble stops serving. × stands where nobody serves.')}`;
}

function findings(all: readonly Finding[]): Markup {
  if (all.length === 0) return markup`<p>None.</p>`;
  return markup`${byRemedy(all).map(
    (group) =>
      markup`<div class="note${noteKind(group)}">${group.map(
        ({ severity, rule, message }) =>
          markup`<p><b>${capital(severity)}</b> <code>${rule}</code> ${message}</p>`,
      )}<p class="soft">${inlineCode(group[0]?.remedy ?? '')}</p></div>
`,
  )}`;
}

function noteKind(group: readonly Finding[]): string {
  if (group.some((one) => one.severity === 'error')) return ' stop';
  return group.every((one) => one.severity === 'info') ? ' info' : '';
}

function alternatives(plan: Plan): readonly Section[] {
  if (plan.alternatives.length === 0) return [];
  return [
    {
      id: 'alternatives',
      title: 'What a further consent would allow',
      body: plan.alternatives.map(
        ({ needs, summary, stages }) =>
          markup`<p><code>${consentFlags(needs)}</code> ${summary}</p>${onDemand('Its stages', bullets(stages.map((stage) => capital(stageTitle(stage)))))}`,
      ),
    },
  ];
}

/** Nothing to do, or no way to do it. */
function refusal(plan: Plan): readonly Section[] {
  const { counterexample } = plan.proof;
  const told = counterexample === null ? null : splitStory(counterexample);
  return [
    { id: 'asked', title: 'What was asked', body: membersTable(null, idRows(plan.from, plan.to)) },
    ...(told === null
      ? []
      : [
          {
            id: 'counterexample',
            title: `What goes wrong${told.where}`,
            body: markup`<ol>${told.story.map((sentence) => markup`<li>${sentence}</li>`)}</ol>`,
          },
        ]),
    { id: 'findings', title: 'Findings', body: findings(plan.findings) },
    ...alternatives(plan),
    {
      id: 'setting',
      title: 'Setting',
      body: factList([
        ['Leader', plan.leader ?? 'not known'],
        ['Down', plan.down.join(', ') || 'nobody'],
      ]),
    },
  ];
}
