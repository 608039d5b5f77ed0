// How the catalogue of failures reads: one entry on a terminal, and all of them as the page docs/reference/failures.md.

import { failureCatalogue, type FailureEntry } from '../run/failure-catalogue.js';
import { type Failure, type FailureCode, failureCodes } from '../run/failure.js';
import type { Palette } from './palette.js';
import { wrapped } from './wrapped.js';

/** One entry as a document. */
export interface Explanation extends FailureEntry {
  readonly schema: 'succession.explanation/1';
  readonly code: FailureCode;
}

/** `succession.explanation/1`. */
export function explanationOf(code: FailureCode): Explanation {
  return { schema: 'succession.explanation/1', code, ...failureCatalogue[code] };
}

const movers: Readonly<Record<Failure['blame'], string>> = {
  operator: 'you: something around the run has to be set right',
  cluster: 'whoever looks after the hosts: something on them is not as it must be',
  tool: 'us: please report it',
};

/** One entry, as `succession explain` prints it. */
export function explanationText(code: FailureCode, palette: Palette): string {
  const { meaning, cause, blame, evidence, remedy } = failureCatalogue[code];
  const part = (title: string, text: string): readonly string[] =>
    wrapped(text, ' '.repeat(11), `  ${title.padEnd(9)}`);
  const lines = [
    palette.strong(code),
    ...part('means', meaning),
    ...part('cause', cause),
    ...part('who', movers[blame]),
    ...part('evidence', evidence),
    ...remedy.flatMap((deed, index) => part(index === 0 ? 'remedy' : '', `${index + 1}. ${deed}`)),
  ];
  return `${lines.join('\n')}\n`;
}

/** One entry in Markdown; `level` is that of its heading. */
export function explanationMarkdown(code: FailureCode, level: 1 | 2 = 1): string {
  const { meaning, cause, blame, evidence, remedy } = failureCatalogue[code];
  return [
    `${'#'.repeat(level)} \`${code}\``,
    '',
    meaning,
    '',
    `- **Cause:** ${cause}`,
    `- **Who moves:** ${movers[blame]}.`,
    `- **Evidence:** ${evidence}`,
    '- **Remedy:**',
    ...remedy.map((deed, index) => `  ${index + 1}. ${deed}`),
    '',
  ].join('\n');
}

/** The whole page. */
export function failuresPage(): string {
  const index = failureCodes.map(
    (code) => `- [\`${code}\`](#${code}): ${firstClause(failureCatalogue[code].meaning)}`,
  );
  const entries = failureCodes.map((code) => explanationMarkdown(code, 2));
  return [pageHead, ...index, '', ...entries, pageFoot].join('\n');
}

/** Up to its first colon or full stop: enough to find one's case. */
function firstClause(text: string): string {
  return text.replace(/[:;.](?:\s.*)?$/s, '');
}

const pageHead = `<!-- Made by \`npm run docs\` from src/run/failure-catalogue.ts: change it there. -->

# Why a run stops

A run that stops says which of these it met, what it saw, what it expected and what to do; \`succession explain CODE\`
prints the entry. Nothing is ever done after the stop; \`succession resume\` looks at the cluster again before it goes on.
The names are stable: scripts may rely on them (\`.failure.code\` in the JSON report). _Who moves_ is what is usual: the
failure itself (\`.failure.blame\`) says it of the case at hand.
`;

const pageFoot = `## What to do next

[Resume a run, or go back](../how-to/resume-and-rollback.md). The statuses with which commands end:
[exit status](exit-status.md).
`;
