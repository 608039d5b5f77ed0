// The work around the stages as a path: what was done, what is under way, what the plan still has ahead.

import type { DutyState, RunState } from '../../run/run-state.js';
import { type AroundRow, aroundRows } from '../around-words.js';

/** One piece of work. */
export interface WorkStop {
  /** `after stage 2`; empty for work that the plan did not tell of. */
  readonly when: string;
  readonly sentence: string;
  readonly place: 'done' | 'here' | 'ahead';
  /** ms since the epoch; null while it lies ahead. */
  readonly startedAt: number | null;
  /** In ms; null until it is done. */
  readonly tookMs: number | null;
  readonly waivedBy: string | null;
}

/** In the plan's order; what it does not tell of, such as the work of a rollback, comes last. */
export function workPath(state: RunState): readonly WorkStop[] {
  const { plan, duties } = state;
  const rows = aroundRows(plan.around);
  const known = new Set(rows.map(keyOfRow));
  const begun = new Map<string, readonly DutyState[]>();
  for (const duty of duties) begun.set(keyOfDuty(duty), [...(begun.get(keyOfDuty(duty)) ?? []), duty]);
  return [
    ...rows.map((row) =>
      row.kind === 'settle' ? quietStop(row, state) : stopOf(row, begun.get(keyOfRow(row)) ?? []),
    ),
    ...[...begun].flatMap(([key, pieces]) =>
      known.has(key) ? [] : [stopOf({ when: '', sentence: pieces[0]?.sentence ?? '' }, pieces)],
    ),
  ];
}

/** The quiet times after a stage's masters are no duties: each waits like an approval, `settle-2.5`. */
function quietStop({ when, sentence }: AroundRow, { approvals, stages }: RunState): WorkStop {
  const number = Number(/stage (\d+)$/.exec(when)?.[1]);
  const waits = approvals.filter(({ id }) => id.startsWith(`settle-${number}.`));
  const over = stages.some((stage) => stage.number === number && stage.endedAt !== null);
  return {
    when,
    sentence,
    place: over ? 'done' : waits.length > 0 ? 'here' : 'ahead',
    startedAt: waits[0]?.wantedAt ?? null,
    tookMs: null,
    waivedBy: null,
  };
}

/** As the duties of DC/OS are called: `2.configure`, `dns`, and `end.checks` beside the `checks` at first. */
function keyOfRow({ when, kind }: AroundRow): string {
  const stage = /stage (\d+)$/.exec(when)?.[1];
  if (when === 'at the end' && kind === 'checks') return 'end.checks';
  return stage === undefined ? kind : `${stage}.${kind}`;
}

/** The pieces of the quiet time at the end are one work. */
function keyOfDuty({ id, kind }: DutyState): string {
  return id.startsWith(`${kind}.`) ? kind : id;
}

function stopOf(
  { when, sentence }: Pick<AroundRow, 'when' | 'sentence'>,
  pieces: readonly DutyState[],
): WorkStop {
  const done = pieces.flatMap((piece) => piece.done ?? []);
  const last = pieces.at(-1);
  const count = Number(/part \d+ of (\d+)$/.exec(last?.sentence ?? '')?.[1] ?? 1);
  const over = done.length >= count;
  return {
    when,
    sentence,
    place: last === undefined ? 'ahead' : over ? 'done' : 'here',
    startedAt: pieces[0]?.startedAt ?? null,
    tookMs: over ? done.reduce((sum, one) => sum + one.tookMs, 0) : null,
    waivedBy: done.find((one) => one.waivedBy !== null)?.waivedBy ?? null,
  };
}
