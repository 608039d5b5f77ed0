// How does a replayed counterexample read: what the proof said beside what real servers did?

import { duration } from './figures.js';
import type { Palette } from './palette.js';
import { wrapped } from './wrapped.js';

/** The document that `rehearse --counterexample` prints. */
export interface ReplayReport {
  readonly schema: 'succession.replay/1';
  readonly plan: string;
  readonly stage: number;
  readonly zookeeper: string;
  /** How many faults the counterexample has. */
  readonly faults: number;
  readonly tookMs: number;
  /** `predicted` is empty where nothing is told: while a gate is waited for. */
  readonly scenes: readonly { readonly predicted: string; readonly happened: readonly string[] }[];
  readonly acknowledged: number;
  readonly lost: number;
  readonly reproduced: boolean;
  readonly outcome: string;
}

/** The report as text, ending in a line break. */
export function replayText(report: ReplayReport, palette: Palette): string {
  const paint = report.reproduced ? palette.bad : palette.warn;
  const lines = [
    titleOf(report),
    ...report.scenes.flatMap(({ predicted, happened }) => [
      ...(predicted === '' ? [] : wrapped(predicted, '      ', '  ')),
      ...happened.flatMap((line) => wrapped(line, '        ', '      ').map((text) => palette.dim(text))),
    ]),
    '',
    ...wrapped(`${report.outcome}.`, '  ', '').map((line) => paint(line)),
  ];
  return `${lines.join('\n')}\n`;
}

/** The same as Markdown. */
export function replayMarkdown(report: ReplayReport): string {
  const rows = report.scenes
    .filter(({ predicted, happened }) => predicted !== '' || happened.length > 0)
    .map(({ predicted, happened }) => `| ${predicted} | ${happened.join('<br>')} |`);
  return [
    `# ${titleOf(report)}`,
    ['| The proof says | What happened |', '| --- | --- |', ...rows].join('\n'),
    `**${report.outcome}**\n`,
  ].join('\n\n');
}

function titleOf({ plan, stage, zookeeper, tookMs }: ReplayReport): string {
  return `Counterexample of ${plan}, stage ${stage}, on ZooKeeper ${zookeeper}, in ${duration(tookMs)}`;
}
