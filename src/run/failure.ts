// Why a run stops: one record that the terminal, the journal and the report all show.

/** Stable names of the reasons; failure-catalogue.ts explains each, and docs/reference/failures.md is made of it. */
export const failureCodes = [
  'not-as-planned',
  'host-unknown',
  'unexpected-configuration',
  'leftover-data',
  'member-down',
  'two-leaders',
  'intruder',
  'wrong-member',
  'diverged',
  'gate-limit',
  'action-failed',
  'no-schedule',
  'refuted',
  'budget-spent',
  'journal-unwritable',
  'lost-writes',
  'preflight',
  'checks',
  'audit',
  'backup',
  'configure',
  'authority',
  'certificates',
  'decommission',
  'agents',
  'dns',
  'soak',
] as const;

/** One of the reasons. */
export type FailureCode = (typeof failureCodes)[number];

/** What is to be done, and then `resume`: a remedy that ends so already, or in other words, gets it once. */
export function thenResume(remedy: string): readonly string[] {
  return remedy.endsWith('resume') ? [remedy] : [remedy.replace(/, then go on$/, ''), 'then resume'];
}

/** What went wrong, what was seen, what was expected, and the exact next commands. */
export interface Failure {
  readonly code: FailureCode;
  /** Whose move it is. */
  readonly blame: 'operator' | 'cluster' | 'tool';
  readonly message: string;
  readonly seen: readonly string[];
  readonly expected: string;
  readonly next: readonly string[];
}
