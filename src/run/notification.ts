// What people are told of a run who don't look at it: its beginning, what waits for them, and how it ended.

import type { Failure } from './failure.js';
import type { JournalRecord } from './journal-record.js';
import type { RunState } from './run-state.js';

/** What happened. `started` also covers a run that is resumed or rolled back. */
export const notificationEvents = ['started', 'approval-wanted', 'paused', 'stopped', 'finished'] as const;

/** `succession.notification/1`. What was seen on hosts is left out: it may be long, and `show` has it. */
export interface Notification {
  readonly schema: 'succession.notification/1';
  /** The same for every attempt to hand it over. */
  readonly id: string;
  readonly event: (typeof notificationEvents)[number];
  readonly at: string;
  /** The whole in a line, for people. */
  readonly text: string;
  readonly run: string;
  readonly purpose: RunState['purpose'];
  readonly cluster: string;
  /** Who began the run, or resumed it last, as `user@host`. */
  readonly by: string;
  readonly stages: { readonly done: number; readonly total: number };
  readonly approval: {
    readonly id: string;
    readonly question: string;
    readonly about: readonly string[];
  } | null;
  readonly failure: Omit<Failure, 'seen'> | null;
}

/** What a record gives people to know, or null. `state` is the fold including the record. */
export function notificationOf(record: JournalRecord, state: RunState, by: string): Notification | null {
  const tell = (
    event: Notification['event'],
    what: string,
    rest: Partial<Pick<Notification, 'approval' | 'failure'>> = {},
  ): Notification => ({
    schema: 'succession.notification/1',
    id: `${state.run}-${record.seq}`,
    event,
    at: record.at,
    text: `${state.cluster}: ${state.purpose} ${state.run} ${what}`,
    run: state.run,
    purpose: state.purpose,
    cluster: state.cluster,
    by,
    stages: {
      done: state.stages.filter((stage) => stage.endedAt !== null && stage.number !== state.undoes).length,
      total: state.plan.stages.length,
    },
    approval: null,
    failure: null,
    ...rest,
  });
  switch (record.kind) {
    case 'run-started':
      return tell('started', `was started by ${by}`);
    case 'run-resumed':
      return tell('started', `was resumed by ${by}`);
    case 'rollback-started':
      return tell('started', `is rolled back by ${by}`);
    case 'approval-wanted': {
      const { id, question, about, until } = record;
      // What goes on by itself wants nobody.
      if (until !== undefined) return null;
      return tell('approval-wanted', `waits for approval: ${question}`, {
        approval: { id, question, about },
      });
    }
    case 'run-paused':
      return tell('paused', `is paused: ${record.reason}`);
    case 'run-stopped': {
      const failure = withoutEvidence(record.failure);
      return tell('stopped', `has stopped (${failure.code}): ${failure.message}`, { failure });
    }
    case 'run-finished':
      return tell('finished', 'is finished');
    case 'stage-started':
    case 'step-intent':
    case 'step-acted':
    case 'step-done':
    case 'approval-given':
    case 'duty-intent':
    case 'duty-acted':
    case 'duty-done':
    case 'reseed':
    case 'deviation':
    case 'stage-done':
    case 'audited':
    case 'run-abandoned':
      return null;
  }
}

/** What was seen on hosts stays in the journal. */
export function withoutEvidence({ code, blame, message, expected, next }: Failure): Omit<Failure, 'seen'> {
  return { code, blame, message, expected, next };
}
