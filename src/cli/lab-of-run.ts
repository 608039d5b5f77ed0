// Where labs are kept, and how long one waits for a run that was interrupted.

import { join } from 'node:path';

/** How long the lab of an interrupted rehearsal waits for `resume`, in ms. */
export const LINGER_MS: number = 15 * 60_000;

/** The lab of a rehearsal. */
export function labOfRun(home: string, run: string): string {
  return join(home, 'labs', run);
}

/** The lab that `lab up` makes when no folder is named. */
export function defaultLab(home: string): string {
  return join(home, 'labs', 'default');
}
