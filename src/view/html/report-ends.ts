// How did the cluster stand before, how does it stand after, and is everything that was acknowledged still there?

import { listDifference, listIntroduction, openListNote } from '../list-difference.js';
import { idRows } from '../plan-words.js';
import type { HostReport, RunReport } from '../report.js';
import { markup, type Markup } from './markup.js';
import { bullets, factList, membersTable, tableOf } from './parts.js';

/** Every host with its id, what was seen of it, and what was done to it. */
export function hostsSection(report: RunReport): Markup {
  return tableOf(
    'Seen by the first gate of the run, and by the last one',
    [
      { title: 'Host' },
      { title: 'Id before', kind: 'number' },
      { title: 'Id after', kind: 'number' },
      { title: 'Seen first' },
      { title: 'Seen last' },
      { title: 'Steps on it' },
    ],
    report.hosts.map((host) => ({
      changed: host.idBefore !== host.idAfter,
      cells: [
        markup`<b>${host.address}</b><p class="small soft">${fate(host)}</p>`,
        host.idBefore ?? '–',
        host.idAfter ?? '–',
        markup`<span class="small">${host.before ?? '–'}</span>`,
        markup`<span class="small">${host.after ?? '–'}</span>`,
        markup`<span class="small">${host.steps.join(', ')}</span>`,
      ],
    })),
  );
}

function fate({ idBefore, idAfter, steps }: HostReport): string {
  if (idBefore === null) return idAfter === null ? 'was to join' : 'joined';
  if (idAfter === null) return 'left';
  if (idBefore !== idAfter) return 'has another id';
  return steps.some((step) => step.endsWith(' install')) ? 'rebuilt' : 'stayed';
}

/** Members and ids; and what the configuration was made of, where it was generated. */
export function configurationSection(report: RunReport): Markup {
  const { from, reached, duties } = report;
  const open = openListNote(report);
  const generated = duties.filter((duty) => duty.kind === 'configure');
  return markup`<p>${listIntroduction(report)}</p>${membersTable(null, idRows(from, reached))}<pre>${listDifference(from, reached).join('\n')}</pre>
${open === null ? null : markup`<p class="note">${open}</p>`}${
    generated.length === 0
      ? null
      : markup`<h3>What was generated</h3>
${generated.map(
  ({ sentence, evidence, facts }) =>
    markup`<p>${sentence}:</p>${bullets(evidence)}${factList(Object.entries(facts).map(([name, value]) => [name, markup`<code>${value}</code>`]))}`,
)}`
  }`;
}

/** The audit. */
export function writesSection({ audit }: RunReport): Markup {
  if (audit === null)
    return markup`<p>At the end of a run every acknowledged write is looked up on every member. This run is not there yet.</p>`;
  return tableOf(
    'Every write that was acknowledged during the run, looked up on every member at its end',
    [
      { title: 'Member' },
      { title: 'Looked up', kind: 'number' },
      { title: 'Lost', kind: 'number' },
      { title: 'Examples' },
    ],
    audit.members.map((member) => ({
      changed: member.lost > 0,
      cells: [
        member.address,
        member.checked,
        member.lost,
        member.examples.length === 0 ? '–' : member.examples.join(', '),
      ],
    })),
  );
}
