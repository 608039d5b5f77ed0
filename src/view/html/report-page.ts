// What does a change board get to read after a run?

import { duration, plural } from '../figures.js';
import { listHeading } from '../list-difference.js';
import { moment } from '../moments.js';
import { capital, idRows } from '../plan-words.js';
import type { RunReport } from '../report.js';
import { markup, type Markup } from './markup.js';
import { type Page, pageHtml } from './page.js';
import { badge, bullets, factList, membersTable, onDemand, signatures, tiles } from './parts.js';
import { availabilitySection, electionsSection } from './report-availability.js';
import { configurationSection, hostsSection, writesSection } from './report-ends.js';
import { decisionsSection, dutiesSection } from './report-people.js';
import { stagesSection, stepsSection } from './report-steps.js';

/** The report of a run as one self-contained file. */
export function reportHtml(report: RunReport): string {
  const page: Page = {
    title: `${headingOf(report)}: ${report.purpose} ${report.run}, ${report.status}`,
    head: head(report),
    sections: [
      { id: 'asked', title: 'What was asked', body: asked(report) },
      { id: 'done', title: 'What was done', body: stagesSection(report) },
      { id: 'availability', title: 'Availability', body: availabilitySection(report) },
      { id: 'elections', title: 'Elections', body: electionsSection(report) },
      { id: 'decisions', title: 'Decisions, approvals and deviations', body: decisionsSection(report) },
      ...(report.duties.length > 0
        ? [{ id: 'around', title: 'Work around the stages', body: dutiesSection(report) }]
        : []),
      { id: 'hosts', title: 'Host by host, before and after', body: hostsSection(report) },
      { id: 'configuration', title: listHeading, body: configurationSection(report) },
      { id: 'writes', title: 'Acknowledged writes, looked up', body: writesSection(report) },
      { id: 'steps', title: 'Every step, and what its gate saw', body: stepsSection(report) },
      {
        id: 'accepted',
        title: 'Accepted',
        body: signatures(['Operator, date', 'Owner of the cluster, date', 'Change board, date']),
      },
    ],
    foot: markup`Written by succession ${report.program} from the journal of run <code>${report.run}</code>. All times are UTC.`,
  };
  return pageHtml(page);
}

function head(report: RunReport): Markup {
  const { total, audit, purpose } = report;
  return markup`<p class="kicker">Succession · report of ${purpose === 'apply' ? 'a change' : `a ${purpose}`}</p>
<h1>${headingOf(report)}</h1>
<p class="lead">${statusBadge(report)} ${verdict(report)}</p>
${simulationNote(report)}${failureNote(report)}${tiles([
    [
      `${report.stages.filter((stage) => stage.endedAt !== null).length} of ${report.stagesPlanned}`,
      'stages done',
    ],
    [duration(report.tookMs), 'from beginning to end'],
    [total.elections ?? '–', 'elections'],
    [duration(total.unavailableMs), 'without writes in all'],
    [duration(total.longestGapMs), 'longest gap'],
    [audit === null ? '–' : `${audit.lost} of ${audit.acknowledged}`, 'acknowledged writes lost'],
  ])}`;
}

/** A simulation has no cluster. */
function headingOf({ change, cluster, simulation }: RunReport): string {
  return `${capital(change)}${simulation === null ? ` on ${cluster}` : ', simulated'}`;
}

function statusBadge({ status }: RunReport): Markup {
  if (status === 'finished') return badge('good', '✓ finished');
  if (status === 'stopped' || status === 'abandoned') return badge('bad', `■ ${status}`);
  return badge('warn', status === 'running' ? '▸ running' : `‖ ${status}`);
}

function verdict({ status, audit, total, deviations, failure }: RunReport): string {
  const course =
    status === 'finished'
      ? 'Every stage is done.'
      : failure === null
        ? `The run is ${status}.`
        : `The run stopped itself: ${failure.message}.`;
  const writes =
    audit === null
      ? `${plural(total.acknowledged, 'write')} acknowledged so far; they have not been looked up yet.`
      : audit.lost === 0
        ? `${plural(audit.acknowledged, 'acknowledged write')} looked up on every member, none lost.`
        : `${audit.lost} of ${plural(audit.acknowledged, 'acknowledged write')} LOST.`;
  const gaps = `Clients could not write for ${duration(total.unavailableMs)} in all, ${duration(total.longestGapMs)} at a time at most.`;
  const apart =
    deviations.length === 0
      ? ''
      : ` The run deviated from its plan ${deviations.length === 1 ? 'once' : `${deviations.length} times`}.`;
  return `${course} ${writes} ${gaps}${apart}`;
}

function simulationNote({ simulation }: RunReport): Markup | null {
  if (simulation === null) return null;
  const { seed, faults, injected } = simulation;
  return markup`<div class="note"><p><b>Simulated, seed ${seed}.</b> No ZooKeeper ran and nothing was measured: all figures follow from a model.${
    faults === 0 ? null : ` ${injected.length} of ${plural(faults, 'fault')} struck:`
  }</p>${bullets(injected.map((line) => markup`<code>${line}</code>`))}</div>
`;
}

function failureNote({ failure }: RunReport): Markup | null {
  if (failure === null) return null;
  return markup`<div class="note stop"><p><b>Why it stopped (${failure.code}, ${blameWords[failure.blame]} to move).</b> ${capital(failure.message)}.</p>
<p>Expected: ${failure.expected}.</p><p>Seen:</p>${bullets(failure.seen)}<p>Next:</p>${bullets(failure.next)}</div>
`;
}

const blameWords = {
  operator: 'for the operator',
  cluster: 'for whoever runs the cluster',
  tool: 'for the makers of this program',
} as const;

function asked(report: RunReport): Markup {
  return markup`<p>${headingOf(report)}${report.purpose === 'rehearsal' ? ' (a rehearsal on a lab)' : ''}, begun by ${report.by}.</p>
${membersTable('Who holds which server id', idRows(report.from, report.to))}${factList([
    ['Run', markup`<code>${report.run}</code>`],
    ['Begun', moment(report.startedAt)],
    ['Last record', moment(report.endedAt)],
    ['By', markup`${report.by}${report.resumes > 0 ? `, resumed ${plural(report.resumes, 'time')}` : ''}`],
    ['ZooKeeper', report.zookeeper],
    ['Plan', markup`<code>${report.plan}</code>`],
  ])}${onDemand(
    'How the plan is known again',
    markup`<p class="small">The plan’s fingerprint is the SHA-256 of <code>jq -S . plan.json</code>. It is the same on the change request.</p>`,
  )}`;
}
