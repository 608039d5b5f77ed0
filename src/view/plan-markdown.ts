// What a plan looks like in a ticket or a change request.

import type { Finding, Plan, Stage } from '../plan/plan.js';
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
import { splitStory, timelineMarkdown } from './timeline.js';

/** The whole plan as Markdown with tables, ending in a line break. */
export function planMarkdown(plan: Plan): string {
  const blocks = [
    `# ${headline(plan)}`,
    `${settingWords(plan)}.`,
    ...summaryBlock(plan),
    idTable(plan.from, plan.to),
    ...plan.stages.flatMap(stageBlocks),
    ...aroundBlocks(plan),
    ...counterexampleBlocks(plan),
    ...(plan.alternatives.length > 0 ? ['## What a further consent would allow'] : []),
    ...plan.alternatives.map(
      ({ needs, summary, stages }) =>
        `- \`${consentFlags(needs)}\`: ${summary}\n${stages.map((stage) => `  ${stage.number}. ${stageTitle(stage)}`).join('\n')}`,
    ),
    ...(plan.findings.length > 0 ? ['## Findings', byRemedy(plan.findings).map(findingItem).join('\n')] : []),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function summaryBlock(plan: Plan): readonly string[] {
  const lines = [
    ...(plan.stages.length === 0 ? [] : [`- Expected: ${costWords(plan.expected)}`]),
    ...(isExplored(plan) ? [`- Proof: ${proofWords(plan)}`] : []),
  ];
  return lines.length === 0 ? [] : [lines.join('\n')];
}

function counterexampleBlocks({ proof }: Plan): readonly string[] {
  if (proof.counterexample === null) return [];
  const { where, story } = splitStory(proof.counterexample);
  return [`## What goes wrong${where}`, timelineMarkdown(story)];
}

function stageBlocks(stage: Stage): readonly string[] {
  return [
    `## Stage ${stage.number}: ${stageTitle(stage)}`,
    stage.reason,
    idTable(stage.from, stage.ensemble),
    table(
      ['Step', 'Action', 'Host', 'Margin', 'Serving after it', 'Leader after it', 'Why'],
      stage.steps.map((step) => [
        step.id,
        step.kind,
        step.host,
        step.margin < 0 ? 'none: not serving' : String(step.margin),
        servingWords(step, stage),
        step.leader ?? 'nobody',
        step.reason,
      ]),
    ),
  ];
}

function aroundBlocks({ around }: Plan): readonly string[] {
  const rows = aroundRows(around).map(({ when, kind, sentence }) => [when, kind, sentence]);
  return rows.length === 0 ? [] : ['## Around the stages', table(['When', 'Kind', 'What'], rows)];
}

function idTable(from: Stage['from'], to: Stage['from']): string {
  const rows = idRows(from, to).map(({ id, before, after }) => [
    String(id),
    before ?? '-',
    before === after ? (after ?? '-') : `**${after ?? '-'}**`,
  ]);
  return table(['Id', 'Before', 'After'], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map(tableRow).join('\n');
}

function tableRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function findingItem(group: readonly Finding[]): string {
  const facts = group.map(({ severity, rule, message }) => `- **${severity}** \`${rule}\`: ${message}`);
  return [...facts, `  *Remedy:* ${group[0]?.remedy ?? ''}`].join('\n');
}
