// What may go wrong while a plan is carried out, what does the tool do then, and what is left to people?

import type { Plan, Step } from '../plan/plan.js';
import { inWords, secondsWords } from '../plan/wording.js';
import type { FailureCode } from '../run/failure.js';
import { settingsFor, supervisedSettings } from '../run/settings.js';

/** Something that may go wrong. */
export interface Risk {
  readonly what: string;
  readonly tool: string;
  readonly people: string;
  /** What the run would stop with; empty where it goes on by itself. */
  readonly codes: readonly FailureCode[];
}

/** What may go wrong with this plan, the likeliest first. */
export function risksOf(plan: Plan): readonly Risk[] {
  const { platform, expected } = plan;
  const limitsFor = platform === 'dcos' ? supervisedSettings : settingsFor;
  const budgetMs = limitsFor(2000, expected.unavailableMs).unavailableBudgetMs;
  const member = platform === 'dcos' ? 'master' : 'server';
  return [
    {
      what: `A ${member} that nobody is working on fails`,
      tool: `${marginWords(plan)} No further ${member} is taken down until it serves again; when it stays away the run stops.`,
      people: 'Start it with the disk that it has, see with `status` that it follows, resume.',
      codes: ['member-down', 'gate-limit'],
    },
    {
      what: 'A newcomer or a restarted server does not join',
      tool: 'Nothing more is changed; after the limit of its gate the run stops and names what it waited for.',
      people:
        'Set right what is named and resume, or go back to the ensemble before the stage with `rollback`.',
      codes: ['gate-limit', 'wrong-member', 'leftover-data'],
    },
    {
      what: 'A command on a host fails, or the connection breaks in the middle of it',
      tool: 'A failure stops the run. An unknown outcome is taken for neither: the host is looked at, and the step repeated only where it did not happen.',
      people: 'Mend what the command complains of, resume.',
      codes: ['action-failed', 'host-unknown'],
    },
    {
      what: 'The machine or the connection of the operator goes away',
      tool: 'Nothing more is done on the cluster. Every step was journalled before it was begun; `resume` looks at the world afresh and goes on.',
      people: 'Run `resume` on that machine.',
      codes: [],
    },
    {
      what: 'Clients can’t write for longer than planned',
      tool: `The run stops before its next step once writes were missing for more than ${secondsWords(budgetMs)} in all.`,
      people: 'Find out why the ensemble is slow before another server goes down.',
      codes: ['budget-spent'],
    },
    {
      what: 'Leadership moves otherwise than predicted',
      tool: 'The rest of the stage is ordered anew and proved again from what is seen; the report tells of it as a deviation. Where no safe order is left the run stops.',
      people: 'Nothing; after a stop bring back what is missing, then resume or go back.',
      codes: ['no-schedule', 'refuted'],
    },
    {
      what: 'Two servers lead, or a server that has left comes back',
      tool: 'The run freezes after two ticks. Whoever leaves is disabled across reboots and seen to be unreachable before a newcomer takes its id.',
      people: 'Restart nothing; keep every disk; find the side that is a majority.',
      codes: ['two-leaders', 'intruder', 'diverged'],
    },
    {
      what: 'Somebody else changes the cluster meanwhile',
      tool: 'Before the first step and at each gate the members, ids and lists are compared with what the plan expects. A lock keeps a second run away.',
      people: 'Find out who, set it right, resume.',
      codes: ['not-as-planned', 'unexpected-configuration'],
    },
    ...(platform === 'dcos' ? [aroundRisk] : []),
    {
      what: 'An acknowledged write is lost',
      tool: 'The proof rules it out within its faults. A client writes during the whole run; at the end every acknowledged write is looked up on every member.',
      people: 'Keep every disk, those of the removed members too, until the report says that none is lost.',
      codes: ['lost-writes'],
    },
  ];
}

const aroundRisk: Risk = {
  what: 'Something around the masters is not as it must be: agents, certificates, names, the configuration',
  tool: 'It is looked at before anything is changed, and again when its turn comes. What is not right stops the run at a place from which it goes on.',
  people: 'Mend it, or agree to go on by `--waive` where that may be waived; resume.',
  codes: ['preflight', 'checks', 'audit', 'configure', 'authority', 'certificates', 'agents', 'dns', 'soak'],
};

function marginWords({ stages }: Plan): string {
  const steps = stages.flatMap((stage) => stage.steps);
  const none = steps.filter((step) => step.margin < 0);
  const thin = steps.filter((step) => step.margin === 0);
  const usual = Math.max(0, ...steps.map((step) => step.margin));
  return [
    usual > 0 ? `The ensemble goes on serving${thin.length + none.length > 0 ? ' in most steps' : ''}.` : '',
    thin.length > 0
      ? `In ${idWords(thin)} ${usual > 0 ? 'it would not' : 'the ensemble would stop serving'}.`
      : '',
    none.length > 0 ? `In ${idWords(none)} nobody serves anyway.` : '',
  ]
    .filter((words) => words !== '')
    .join(' ');
}

function idWords(steps: readonly Step[]): string {
  if (steps.length > 8) return `${steps.length} steps`;
  return `${steps.length === 1 ? 'step' : 'steps'} ${inWords(steps.map((step) => step.id))}`;
}
