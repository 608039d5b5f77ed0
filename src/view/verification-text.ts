// How does the proof of a plan file read, on a terminal and in a ticket?

import type { Finding } from '../plan/plan.js';
import type { StageVerification, Verdict, Verification } from '../plan/verification.js';
import { countWords } from '../plan/wording.js';
import { duration, markdownTable, table } from './figures.js';
import type { Palette } from './palette.js';
import { byRemedy, faultWords } from './plan-words.js';
import { timelineMarkdown, timelineText } from './timeline.js';
import { wrapped } from './wrapped.js';

const head = ['stage', 'kind', 'steps', 'verdict', 'states', 'transitions', 'took'] as const;

/** The whole verification as text, ending in a line break. */
export function verificationText(verification: Verification, palette: Palette): string {
  const { stages, findings, verdict } = verification;
  const [first = '', ...rest] = wrapped(summary(verification), '  ', '');
  const rows = stages.map(row);
  const lines = [
    `${paintOf(verdict, palette)(verdict.toUpperCase())}${first.slice(verdict.length)}`,
    ...rest,
    ...(stages.length === 0 ? [] : ['', ...table([[...head], ...rows])]),
    ...stages.flatMap((stage) =>
      stage.counterexample === null
        ? []
        : ['', palette.bad(storyTitle(stage)), ...timelineText(stage.counterexample, palette)],
    ),
    ...(findings.length === 0 ? [] : ['', 'Findings']),
    ...byRemedy(findings).flatMap((group) => findingLines(group, palette)),
  ];
  return `${lines.join('\n')}\n`;
}

/** The same as Markdown. */
export function verificationMarkdown(verification: Verification): string {
  const { stages, findings, verdict } = verification;
  const rows = stages.map(row);
  const blocks = [
    `# Proof of ${verification.plan}: ${verdict}`,
    summary(verification),
    ...(stages.length === 0 ? [] : [markdownTable([[...head], ...rows]).join('\n')]),
    ...stages.flatMap((stage) =>
      stage.counterexample === null
        ? []
        : [`## ${storyTitle(stage)}`, timelineMarkdown(stage.counterexample)],
    ),
    ...(findings.length === 0
      ? []
      : [
          '## Findings',
          findings
            .map(
              ({ severity, rule, message, remedy }) => `- **${severity}** \`${rule}\`: ${message} ${remedy}`,
            )
            .join('\n'),
        ]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** `safe: plan.json keeps every rule, …`. */
function summary(verification: Verification): string {
  const { verdict, plan, faults, states, tookMs, zookeeper, stages } = verification;
  const least = Math.min(...stages.flatMap((stage) => stage.breaksWith ?? []));
  const looked = `${countWords(states, 'state')} in ${duration(tookMs)}, ZooKeeper ${zookeeper}`;
  switch (verdict) {
    case 'safe':
      return `safe: ${plan} keeps every rule ${faults === 0 ? 'while nothing fails' : `when ${countWords(faults, 'fault')} may happen in each stage, at any moment`}; ${looked}.`;
    case 'unsafe':
      return `unsafe: ${plan} breaks a rule ${least === 0 ? 'even without any fault' : `when ${countWords(least, 'fault')} may happen`}; ${looked}.`;
    case 'unproved':
      return `unproved: no rule was seen broken under ${faultWords(faults)}, but not everything in ${plan} was explored; ${looked}.`;
  }
}

function storyTitle({ stage, breaksWith }: StageVerification): string {
  if (breaksWith === 0) return `What goes wrong in stage ${stage}, without any fault`;
  return `What goes wrong in stage ${stage}, with ${countWords(breaksWith ?? 0, 'fault')}`;
}

function row({
  stage,
  kind,
  steps,
  verdict,
  states,
  transitions,
  tookMs,
}: StageVerification): readonly (string | number)[] {
  return [stage, kind, steps, verdict, states, transitions, duration(tookMs)];
}

function paintOf(verdict: Verdict, palette: Palette): (text: string) => string {
  return verdict === 'safe' ? palette.good : verdict === 'unsafe' ? palette.bad : palette.warn;
}

function findingLines(group: readonly Finding[], palette: Palette): readonly string[] {
  return [
    ...group.flatMap(({ severity, rule, message }) => {
      const paint = severity === 'error' ? palette.bad : severity === 'warning' ? palette.warn : palette.dim;
      const [first = '', ...rest] = wrapped(`${severity} ${rule}: ${message}`, '    ', '  ');
      return [first.replace(severity, paint(severity)), ...rest];
    }),
    ...wrapped(`-> ${group[0]?.remedy ?? ''}`, '       ', '    '),
  ];
}
