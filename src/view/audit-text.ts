// How does an audit of hard-coded addresses read, on a terminal and in a ticket?

import type { AddressAudit } from '../run/address-audit.js';
import { markdownTable, plural } from './figures.js';
import type { Palette } from './palette.js';
import { byRemedy } from './plan-words.js';

/** Whether something would break, or could not be looked at. */
export function isClean({ findings }: AddressAudit): boolean {
  return findings.every((finding) => finding.severity === 'info');
}

/** The whole audit as text, ending in a line break: what is found, and once for all of a kind what to do. */
export function auditText(audit: AddressAudit, palette: Palette): string {
  const groups = byRemedy(audit.findings).flatMap((group) => [
    '',
    ...group.map(({ severity, subject, message }) => {
      const paint = severity === 'info' ? palette.dim : palette.warn;
      return `${paint(severity)} ${subject}: ${message}`;
    }),
    `  ${group[0]?.remedy ?? ''}`,
  ]);
  const lines = [
    summary(audit),
    ...groups,
    '',
    'What an audit looks at, where it can:',
    ...audit.lookedAt.map((line) => `  ${line}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** The same as Markdown. */
export function auditMarkdown(audit: AddressAudit): string {
  const rows = audit.findings.map(({ severity, subject, address, message, remedy }) => [
    severity,
    subject.replaceAll('|', '\\|'),
    address ?? '',
    `${message} ${remedy}`.replaceAll('|', '\\|'),
  ]);
  const blocks = [
    `# Hard-coded addresses in ${audit.cluster}`,
    summary(audit),
    ...(rows.length === 0
      ? []
      : [markdownTable([['', 'where', 'address', 'what to do'], ...rows]).join('\n')]),
    `What an audit looks at, where it can:\n\n${audit.lookedAt.map((line) => `- ${line}`).join('\n')}`,
  ];
  return `${blocks.join('\n\n')}\n`;
}

function summary({ cluster, addresses, findings }: AddressAudit): string {
  const unseen = findings.filter((finding) => finding.rule === 'not-looked-at').length;
  const wrong = findings.filter((finding) => finding.severity === 'warning').length - unseen;
  const rest = unseen === 0 ? '' : `; ${plural(unseen, 'place')} could not be looked at`;
  const found = wrong === 0 ? 'nothing that would break' : `${plural(wrong, 'place')} that would break`;
  return `${cluster}: ${found} when ${addresses.join(', ')} ${addresses.length === 1 ? 'goes' : 'go'}${rest}.`;
}
