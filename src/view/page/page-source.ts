// What the live page is made from: the port between its server and a run's folder.

import type { Decision } from '../../run/approvals.js';
import type { JournalRecord } from '../../run/journal-record.js';
import type { LiveReading } from '../../run/live-reading.js';
import type { Availability } from './availability.js';
import type { PlanDraft } from './plan-draft.js';

/** A run at one moment. */
export interface PageMoment {
  /** Counts up when another journal takes the place of this one, as a repeated simulation's does. */
  readonly generation: number;
  readonly records: readonly JournalRecord[];
  /** Null while no process works on the run, and where its side file is lost. */
  readonly live: LiveReading | null;
  /** Why the journal can't be read further; null when it can. */
  readonly damage: string | null;
  /** Of a plan that nobody has begun; absent: it is a run. */
  readonly draft?: PlanDraft;
}

/** Whether a decision got as far as the run's folder. */
export type DecisionLeft = { readonly kind: 'left' } | { readonly kind: 'failed'; readonly reason: string };

/** One run, watched. */
export interface PageSource {
  readonly run: string;
  readonly look: () => PageMoment;
  /** Resolves at the next change of what `look` gives. */
  readonly changed: () => Promise<void>;
  readonly availability: () => Availability;
  /** Leaves a decision for the run's process, which takes it within a second. */
  readonly decide: (id: string, decision: Decision) => Promise<DecisionLeft>;
}
