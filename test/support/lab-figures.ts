// The figures of a run on a lab of hosts, as a line of docs/measurements.md.

import { duration } from '../../src/view/figures.js';
import type { RunReport } from '../../src/view/report.js';

/** Prints `| name | stages | took | writes | lost | longest gap | unavailable | elections |`. */
export function figures(name: string, report: Omit<RunReport, 'failure'>): void {
  const { stages, tookMs, total, audit } = report;
  const cells = [
    name,
    stages.length,
    duration(tookMs),
    audit?.acknowledged ?? '-',
    audit?.lost ?? '-',
    duration(total.longestGapMs),
    duration(total.unavailableMs),
    total.elections ?? '-',
  ];
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}
