// What did a run change in the list of servers?

import { type Ensemble, sameEnsemble } from '../model/ensemble.js';
import { idRows } from './plan-words.js';
import type { RunReport } from './report.js';

/** Of both pages. */
export const listHeading = 'What changed in the servers’ list';

/** What the lines show. */
export function listIntroduction({ from, reached }: RunReport): string {
  return sameEnsemble(from, reached)
    ? 'The list of servers at the last finished stage is the one that the run began with.'
    : 'The servers’ lists before, and at the last finished stage.';
}

/** What else is to be known of the lists; null where the target was reached. */
export function openListNote({ to, reached }: RunReport): string | null {
  return sameEnsemble(to, reached)
    ? null
    : 'The target was not reached: stages are open, and servers may hold the list of the stage that was under way. What each gate saw last stands with its step.';
}

/** As a difference of the `server.N` lines, which every list of ZooKeeper has. */
export function listDifference(before: Ensemble, after: Ensemble): readonly string[] {
  return idRows(before, after).flatMap((row) => {
    const line = (address: string): string => `server.${row.id}=${address}`;
    if (row.before === row.after) return row.before === null ? [] : [`  ${line(row.before)}`];
    return [
      ...(row.before === null ? [] : [`- ${line(row.before)}`]),
      ...(row.after === null ? [] : [`+ ${line(row.after)}`]),
    ];
  });
}
