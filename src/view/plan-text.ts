// What a plan looks like on a terminal.

import type { Alternative, Finding, Plan, Stage, Step } from '../plan/plan.js';
import { aroundRows } from './around-words.js';
import {
  byRemedy,
  consentFlags,
  costWords,
  headline,
  idRows,
  isExplored,
  proofWords,
  servingWords,
  settingWords,
  stageTitle,
} from './plan-words.js';
import { plainPalette, type Palette } from './palette.js';
import { requestLines } from './request-text.js';
import { splitStory, timelineText } from './timeline.js';
import type { MeasuredTimes } from './timetable.js';
import { wrapped } from './wrapped.js';

/** The whole plan as text, ending in a line break; without colour codes unless a palette brings them. */
export function planText(
  plan: Plan,
  palette: Palette = plainPalette,
  measured: MeasuredTimes | null = null,
): string {
  const lines = [
    headline(plan),
    ...wrapped(settingWords(plan), '  '),
    ...(plan.stages.length === 0 ? [] : [`  Expected: ${costWords(plan.expected)}`]),
    ...(isExplored(plan) ? wrapped(proofWords(plan), '    ', '  Proof: ') : []),
    '',
    ...idTable(plan.from, plan.to),
    ...plan.stages.flatMap((stage) => ['', ...stageLines(stage, plan.stages.length)]),
    ...aroundLines(plan),
    ...requestLines(plan, measured),
    ...counterexampleLines(plan, palette),
    ...(plan.alternatives.length > 0 ? ['', 'What a further consent would allow'] : []),
    ...plan.alternatives.flatMap(alternativeLines),
    ...(plan.findings.length > 0 ? ['', 'Findings'] : []),
    ...byRemedy(plan.findings).flatMap(findingLines),
  ];
  return `${lines.join('\n')}\n`;
}

function counterexampleLines({ proof }: Plan, palette: Palette): readonly string[] {
  if (proof.counterexample === null) return [];
  const { where, story } = splitStory(proof.counterexample);
  return ['', palette.bad(`What goes wrong${where}`), ...timelineText(story, palette)];
}

function aroundLines({ around }: Plan): readonly string[] {
  const rows = aroundRows(around);
  if (rows.length === 0) return [];
  const whenWidth = Math.max(...rows.map(({ when }) => when.length));
  const kindWidth = Math.max(...rows.map(({ kind }) => kind.length));
  return [
    '',
    'Around the stages',
    ...rows.flatMap(({ when, kind, sentence }, index) => {
      const moment = rows[index - 1]?.when === when ? '' : when;
      const start = `  ${moment.padEnd(whenWidth)}  ${kind.padEnd(kindWidth)}  `;
      return wrapped(`${start}${sentence}`, ' '.repeat(start.length), '');
    }),
  ];
}

function stageLines(stage: Stage, count: number): readonly string[] {
  return [
    ...wrapped(`Stage ${stage.number} of ${count}: ${stageTitle(stage)}`, ''),
    ...wrapped(stage.reason, '  '),
    ...idTable(stage.from, stage.ensemble),
    ...stepLines(stage),
  ];
}

function idTable(from: Stage['from'], to: Stage['from']): readonly string[] {
  const rows = idRows(from, to);
  const width = Math.max(...rows.map((row) => (row.before ?? '-').length));
  return rows.map(({ id, before, after }) => {
    const start = `  ${String(id).padStart(3)}  ${before ?? '-'}`;
    return before === after ? start : `${start.padEnd(width + 7)} -> ${after ?? '-'}`;
  });
}

function stepLines(stage: Stage): readonly string[] {
  const idWidth = Math.max(...stage.steps.map((step) => step.id.length));
  const hostWidth = Math.max(...stage.steps.map((step) => step.host.length));
  return stage.steps.flatMap((step) => {
    const start = `  ${step.id.padEnd(idWidth)}  ${step.kind.padEnd(7)}  ${step.host.padEnd(hostWidth)}  `;
    return wrapped(`${start}${predictionWords(step, stage)}`, ' '.repeat(start.length), '');
  });
}

function predictionWords(step: Step, stage: Stage): string {
  const margin = step.margin < 0 ? 'not serving meanwhile' : `margin ${step.margin}`;
  // Whom a leader that leaves the list names, nobody can say before.
  const follows = stage.method === 'reconfigure' ? 'the leader hands over' : `${step.leader} elected`;
  const elected = step.elections > 0 && step.leader !== null ? `; ${follows}` : '';
  return `${margin}; serving ${servingWords(step, stage)}${elected}`;
}

function alternativeLines(alternative: Alternative): readonly string[] {
  return [
    ...wrapped(`${consentFlags(alternative.needs)}: ${alternative.summary}`, '    ', '  '),
    ...alternative.stages.flatMap((stage) =>
      wrapped(`${stage.number}. ${stageTitle(stage)}`, '       ', '    '),
    ),
  ];
}

function findingLines(group: readonly Finding[]): readonly string[] {
  const remedy = group[0]?.remedy ?? '';
  return [
    ...group.flatMap(({ severity, rule, message }) =>
      wrapped(`${severity} ${rule}: ${message}`, '    ', '  '),
    ),
    ...wrapped(`-> ${remedy}`, '       ', '    '),
  ];
}
