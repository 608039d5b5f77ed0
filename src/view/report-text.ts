// How a report reads on a terminal.

import { describeEnsemble } from '../model/ensemble.js';
import { failureLines } from './failure-text.js';
import { duration, plural, table } from './figures.js';
import type { Palette } from './palette.js';
import type { RunReport, SimulationReport, WriteFigures } from './report.js';

/** Rows of a table, its head first. */
export type Rows = readonly (readonly (string | number)[])[];

/** The report for a terminal or a log. */
export function reportText(report: RunReport, palette: Palette): string {
  const lines = [
    palette.strong(title(report)),
    ...(report.simulation ? [palette.warn(simulatedNote(report.simulation))] : []),
    ...facts(report),
    ...(report.simulation?.injected ?? []).map((line) => palette.warn(`injected ${line}`)),
    '',
    ...table(stepRows(report)),
    '',
    ...dutyLines(report),
    ...table(stageRows(report)),
    '',
    ...(report.audit
      ? ['Every acknowledged write, looked up on every member:', ...table(auditRows(report)), '']
      : []),
    ...report.deviations.map((deviation) => palette.warn(`Deviation: ${deviation}`)),
    ...(report.failure ? ['', ...failureLines(report.failure, palette)] : []),
    verdict(report, palette),
  ];
  return `${lines.join('\n')}\n`;
}

/** What, where and how it stands. */
export function title(report: RunReport): string {
  return `Run ${report.run}: ${report.purpose} on ${report.cluster}, ${report.status}`;
}

/** Says that nothing was measured. */
export function simulatedNote({ seed, faults, injected }: SimulationReport): string {
  const struck = faults === 0 ? '' : ` ${injected.length} of ${plural(faults, 'fault')} struck.`;
  return `SIMULATED, seed ${seed}: no ZooKeeper ran and nothing was measured; all figures follow from a model.${struck}`;
}

/** From where, to where, by whom, when. */
export function facts(report: RunReport): readonly string[] {
  return [
    `from ${describeEnsemble(report.from)}`,
    `to   ${describeEnsemble(report.to)}`,
    `by ${report.by}, begun ${report.startedAt}, took ${duration(report.tookMs)}, ZooKeeper ${report.zookeeper}${report.resumes > 0 ? `, resumed ${plural(report.resumes, 'time')}` : ''}`,
  ];
}

/** A row a stage. */
export function stageRows(report: RunReport): Rows {
  return [
    ['stage', 'kind', 'took', 'longest write gap', 'unavailable', 'elections', 'writes'],
    ...report.stages.map((stage) => [
      String(stage.stage),
      stage.kind,
      stage.tookMs === null ? 'unfinished' : duration(stage.tookMs),
      ...measuredCells(stage),
    ]),
    ['all', '', duration(report.tookMs), ...measuredCells(report.total)],
  ];
}

function measuredCells(
  figures: WriteFigures & { readonly elections: number | null },
): readonly (string | number)[] {
  return [
    duration(figures.longestGapMs),
    duration(figures.unavailableMs),
    figures.elections ?? '-',
    figures.acknowledged,
  ];
}

/** A row a step. */
export function stepRows(report: RunReport): Rows {
  return [
    ['step', 'action', 'host', 'took', 'result'],
    ...report.stages.flatMap((stage) =>
      stage.steps.map((step) => [
        step.id,
        step.kind,
        step.host,
        step.tookMs === null ? '-' : duration(step.tookMs),
        step.result,
      ]),
    ),
  ];
}

function dutyLines(report: RunReport): readonly string[] {
  return report.duties.length === 0 ? [] : [...table(dutyRows(report)), ''];
}

/** A row a piece of work around the stages. */
export function dutyRows(report: RunReport): Rows {
  return [
    ['around the stages', 'took', 'result'],
    ...report.duties.map((duty) => [
      duty.sentence,
      duty.tookMs === null ? '-' : duration(duty.tookMs),
      duty.waivedBy === null ? duty.result : `waived by ${duty.waivedBy}`,
    ]),
  ];
}

/** A row a member. */
export function auditRows(report: RunReport): Rows {
  return [
    ['member', 'looked up', 'lost'],
    ...(report.audit?.members ?? []).map((member) => [member.address, member.checked, member.lost]),
  ];
}

/** What became of the writes. */
export function verdict(report: RunReport, palette: Palette): string {
  if (report.audit === null)
    return palette.warn(`The run is ${report.status}; its writes have not been looked up yet.`);
  const { acknowledged, lost } = report.audit;
  const text = `${report.simulation ? 'Simulated: ' : ''}${plural(acknowledged, 'write')} acknowledged, ${lost} lost; unavailable for ${duration(report.total.unavailableMs)} in all, longest gap ${duration(report.total.longestGapMs)}.`;
  return lost === 0 ? palette.good(text) : palette.bad(text);
}
