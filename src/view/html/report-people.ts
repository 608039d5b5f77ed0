// Who decided what, what went otherwise than planned, and what was done around the stages?

import { duration } from '../figures.js';
import { givenWords } from '../given-words.js';
import { clock, moment } from '../moments.js';
import { capital } from '../plan-words.js';
import type { ApprovalReport, DutyReport, RunReport } from '../report.js';
import { markup, type Markup } from './markup.js';
import { bullets, onDemand, tableOf } from './parts.js';

/** The history, the approvals, the deviations. */
export function decisionsSection(report: RunReport): Markup {
  const { approvals, history, deviations } = report;
  return markup`${tableOf(
    'In order of time',
    [{ title: 'When', kind: 'nowrap' }, { title: 'What', kind: 'nowrap' }, { title: 'By' }, { title: '' }],
    history.map(({ at, kind, by, text }) => ({
      cells: [moment(at), capital(kind), by ?? 'the run itself', text],
    })),
  )}<h3>Approvals</h3>
${
  approvals.length === 0
    ? markup`<p>None was asked for during the run; it was agreed to as a whole when it was begun.</p>`
    : tableOf(
        null,
        [{ title: 'Asked', kind: 'nowrap' }, { title: 'What' }, { title: 'Given' }],
        approvals.map((approval) => ({
          cells: [
            clock(approval.wantedAt),
            markup`${approval.question}${approval.about.length === 0 ? null : onDemand('About', bullets(approval.about))}`,
            decidedWords(approval),
          ],
        })),
      )
}<h3>Deviations from the plan</h3>
${deviations.length === 0 ? markup`<p>None: the steps were taken as planned.</p>` : bullets(deviations.map(capital))}`;
}

function decidedWords({ given, wantedAt }: ApprovalReport): string {
  if (given === null) return 'not given';
  const waited = duration(Date.parse(given.at) - Date.parse(wantedAt));
  return `${clock(given.at)} ${givenWords(given)}, after ${waited}`;
}

/** Each piece with its evidence. */
export function dutiesSection({ duties }: RunReport): Markup {
  return tableOf(
    null,
    [
      { title: 'Piece', kind: 'nowrap' },
      { title: 'What, and the evidence' },
      { title: 'Begun', kind: 'nowrap' },
      { title: 'Took', kind: 'number' },
      { title: 'Result' },
    ],
    duties.map((duty) => ({
      cells: [
        duty.id,
        markup`${capital(duty.sentence)}${duty.evidence.length === 0 ? null : onDemand('Evidence', bullets(duty.evidence))}`,
        clock(duty.startedAt),
        duty.tookMs === null ? '–' : duration(duty.tookMs),
        resultWords(duty),
      ],
    })),
  );
}

function resultWords({ result, waivedBy }: DutyReport): string {
  return waivedBy === null ? result : `waived by ${waivedBy}`;
}
