// How a failure reads: what happened, what was seen, what was expected, and the exact next commands.

import type { Finding } from '../plan/plan.js';
import type { Failure } from '../run/failure.js';
import type { Palette } from './palette.js';

/** The lines of a failure, evidence and remedy included. */
export function failureLines(failure: Failure, palette: Palette): readonly string[] {
  return [
    `${palette.bad('Stopped')} (${failure.code}): ${failure.message}`,
    '  seen:',
    ...failure.seen.map((line) => `    ${line}`),
    `  expected: ${failure.expected}`,
    '  next:',
    ...failure.next.map((line) => `    ${line}`),
    `  more: succession explain ${failure.code}`,
  ];
}

/** The lines of a finding, remedy included. */
export function findingLines(finding: Finding, palette: Palette): readonly string[] {
  const paint =
    finding.severity === 'error' ? palette.bad : finding.severity === 'warning' ? palette.warn : palette.dim;
  return [
    `${paint(finding.severity)} ${finding.rule} (${finding.subject}): ${finding.message}`,
    ...(finding.remedy === '' ? [] : [`  ${finding.remedy}`]),
  ];
}
