// How did the cluster stand before, how does it stand after, and is everything that was acknowledged still there?

import { sameEnsemble, type Ensemble } from '../../model/ensemble.js';
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
export function configurationSection({ from, to, reached, duties }: RunReport): Markup {
  const same = sameEnsemble(from, reached);
  const generated = duties.filter((duty) => duty.kind === 'configure');
  return markup`${
    same
      ? markup`<p>The list of servers at the last finished stage is the one that the run began with.</p>`
      : markup`<p>The servers’ lists before, and at the last finished stage.</p>`
  }${membersTable(null, idRows(from, reached))}<pre>${difference(from, reached).join('\n')}</pre>
${
  sameEnsemble(to, reached)
    ? null
    : markup`<p class="note">The target was not reached: stages are open, and servers may hold the list of the stage that was under way. What each gate saw last stands above.</p>`
}${
    generated.length === 0
      ? null
      : markup`<h3>What was generated</h3>
${generated.map(
  ({ sentence, evidence, facts }) =>
    markup`<p>${sentence}:</p>${bullets(evidence)}${factList(Object.entries(facts).map(([name, value]) => [name, markup`<code>${value}</code>`]))}`,
)}`
  }`;
}

/** As a difference of the `server.N` lines, which every list of ZooKeeper has. */
function difference(before: Ensemble, after: Ensemble): readonly string[] {
  return idRows(before, after).flatMap((row) => {
    const line = (address: string): string => `server.${row.id}=${address}`;
    if (row.before === row.after) return row.before === null ? [] : [`  ${line(row.before)}`];
    return [
      ...(row.before === null ? [] : [`- ${line(row.before)}`]),
      ...(row.after === null ? [] : [`+ ${line(row.after)}`]),
    ];
  });
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
