// How does a report read in a change ticket?

import { failureLines } from './failure-text.js';
import { duration, markdownTable } from './figures.js';
import { listDifference, listHeading, listIntroduction, openListNote } from './list-difference.js';
import { clock, moment } from './moments.js';
import { plainPalette } from './palette.js';
import { idRows } from './plan-words.js';
import type { RunReport } from './report.js';
import {
  auditRows,
  dutyRows,
  facts,
  type Rows,
  simulatedNote,
  stageRows,
  stepRows,
  title,
  verdict,
} from './report-text.js';

/** The report as Markdown. */
export function reportMarkdown(report: RunReport): string {
  const { simulation, failure } = report;
  const blocks = [
    `# ${title(report)}`,
    ...(simulation ? [`**${simulatedNote(simulation)}**`] : []),
    verdict(report, plainPalette),
    [...facts(report), `plan ${report.plan}`].map((fact) => `- ${fact}`).join('\n'),
    ...(failure
      ? ['## Why it stopped', ['```', ...failureLines(failure, plainPalette), '```'].join('\n')]
      : []),
    ...section('What was asked', memberRows(report)),
    ...section('Stages', stageRows(report)),
    ...section('Every gap, and the step that caused it', gapRows(report)),
    ...section('Who led', leaderRows(report)),
    ...section('Decisions', historyRows(report)),
    ...section('Approvals', approvalRows(report)),
    ...lines('Deviations', report.deviations),
    ...section('Around the stages', dutyRows(report)),
    ...dutyEvidence(report),
    ...section('Host by host', hostRows(report)),
    ...configuration(report),
    ...section('Acknowledged writes, looked up on every member', auditRows(report)),
    ...lines(
      'Injected faults',
      (simulation?.injected ?? []).map((line) => `\`${line}\``),
    ),
    ...section('Steps', stepRows(report)),
    ...section('What each gate saw', gateRows(report)),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** Nothing where there are no rows but the head. */
function section(heading: string, rows: Rows): readonly string[] {
  return rows.length <= 1 ? [] : [`## ${heading}`, markdownTable(rows).join('\n')];
}

function lines(heading: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [`## ${heading}`, items.map((item) => `- ${item}`).join('\n')];
}

function memberRows({ from, reached, to }: RunReport): Rows {
  const last = new Map(idRows(from, reached).map(({ id, after }) => [id, after]));
  return [
    ['id', 'before', 'asked for', 'at the last finished stage'],
    ...idRows(from, to).map(({ id, before, after }) => [
      id,
      before ?? '-',
      after ?? '-',
      last.get(id) ?? '-',
    ]),
  ];
}

function gapRows({ availability }: RunReport): Rows {
  return [
    ['gap', 'at', 'long', 'step'],
    ...(availability?.gaps ?? []).map(({ at, tookMs, cause }, index) => [
      index + 1,
      clock(at),
      duration(tookMs),
      cause ?? '-',
    ]),
  ];
}

function leaderRows({ leaders }: RunReport): Rows {
  return [
    ['seen', 'leader', 'epoch', 'behind the gate of'],
    ...leaders.map(({ at, leader, epoch, step }) => [
      clock(at),
      leader ?? 'nobody',
      epoch ?? '-',
      step ?? '-',
    ]),
  ];
}

function historyRows({ history }: RunReport): Rows {
  return [
    ['when', 'what', 'by', 'details'],
    ...history.map(({ at, kind, by, text }) => [moment(at), kind, by ?? 'the run itself', text]),
  ];
}

function approvalRows({ approvals }: RunReport): Rows {
  return [
    ['asked', 'what', 'given', 'by', 'on', 'from'],
    ...approvals.map(({ wantedAt, question, given }) => [
      clock(wantedAt),
      question,
      given ? clock(given.at) : 'not given',
      given?.by ?? '-',
      given?.via ?? '-',
      given?.from ?? '-',
    ]),
  ];
}

function dutyEvidence({ duties }: RunReport): readonly string[] {
  const items = duties.flatMap(({ id, evidence }) => evidence.map((line) => `- ${id}: ${line}`));
  return items.length === 0 ? [] : [items.join('\n')];
}

function hostRows({ hosts }: RunReport): Rows {
  return [
    ['host', 'id before', 'id after', 'seen first', 'seen last', 'steps on it'],
    ...hosts.map(({ address, idBefore, idAfter, before, after, steps }) => [
      address,
      idBefore ?? '-',
      idAfter ?? '-',
      before ?? '-',
      after ?? '-',
      steps.join(', ') || '-',
    ]),
  ];
}

function configuration(report: RunReport): readonly string[] {
  const { from, reached, duties } = report;
  const open = openListNote(report);
  const made = duties.flatMap(({ id, kind, facts: found }) =>
    kind === 'configure' ? Object.entries(found).map(([name, value]) => `- ${id}: ${name} \`${value}\``) : [],
  );
  return [
    `## ${listHeading}`,
    listIntroduction(report),
    ['```diff', ...listDifference(from, reached), '```'].join('\n'),
    ...(open === null ? [] : [open]),
    ...(made.length === 0 ? [] : ['What was generated:', made.join('\n')]),
  ];
}

function gateRows({ stages }: RunReport): Rows {
  return [
    ['step', 'held', 'leader', 'epoch', 'saw'],
    ...stages
      .flatMap((stage) => stage.steps)
      .flatMap(({ id, gate, heldMs }) =>
        gate === null
          ? []
          : [[id, duration(heldMs ?? 0), gate.leader ?? 'nobody', gate.epoch ?? '-', gate.seen.join('; ')]],
      ),
  ];
}
