// Who is told of a run while it goes on, without the run ever waiting for it.

import { deliver, nameOf, type Patience, type Recipient, usualPatience } from '../remote/deliver.js';
import type { JournalRecord } from '../run/journal-record.js';
import type { Notification } from '../run/notification.js';
import { notificationOf, withoutEvidence } from '../run/notification.js';
import type { RunState } from '../run/run-state.js';
import type { SessionEnd } from '../run/session.js';

/** Tells people; what does not arrive is a warning, and nothing else. */
export interface Notifier {
  readonly onRecord: (record: JournalRecord, state: RunState) => void;
  /** Waits a little for what is under way, gives up the rest. `end`: null when the session broke off by an error. */
  readonly end: (end: SessionEnd | null) => Promise<void>;
}

/** What a recipient who hangs may keep waiting. More is dropped, the oldest first. */
const mostWaiting = 20;

/** How long the end of a run waits for what is under way, in ms. */
const lingerMs = 5000;

/** One queue a recipient, each handed over one after the other. `warn` gets a line for what did not arrive. */
export function notifier(
  recipients: readonly Recipient[],
  by: string,
  warn: (text: string) => void,
  patience: Patience & { readonly lingerMs?: number } = usualPatience,
): Notifier {
  const stop = new AbortController();
  const queues = recipients.map((recipient) => queueFor(recipient, stop.signal, warn, patience));
  let last: Notification | null = null;
  const tell = (notification: Notification): void => {
    last = notification;
    for (const queue of queues) queue.add(notification);
  };
  return {
    onRecord: (record, state) => {
      const notification = notificationOf(record, state, by);
      if (notification !== null) tell(notification);
    },
    end: async (end) => {
      const open = unfinished(last, end);
      if (open !== null) tell(open);
      const wholeMs = patience.lingerMs ?? lingerMs;
      const timers = [
        setTimeout(() => {
          for (const queue of queues) queue.hurry();
        }, wholeMs / 2),
        setTimeout(() => stop.abort(), wholeMs),
      ];
      await Promise.all(queues.map((queue) => queue.idle()));
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** Whoever was told of a beginning is told of an end that the journal does not have as well. */
function unfinished(last: Notification | null, end: SessionEnd | null): Notification | null {
  if (last === null || (last.event !== 'started' && last.event !== 'approval-wanted')) return null;
  const stopped = { ...last, event: 'stopped', id: `${last.id}-end`, approval: null } as const;
  const about = `${last.cluster}: ${last.purpose} ${last.run}`;
  if (end === null)
    return { ...stopped, text: `${about} broke off by an error; \`succession resume\` goes on` };
  if (end.kind === 'refused') {
    const failure = withoutEvidence(end.failure);
    return {
      ...stopped,
      text: `${about} was refused (${failure.code}): ${failure.message}. Nothing was changed`,
      failure,
    };
  }
  return end.kind === 'locked'
    ? { ...stopped, text: `${about} was refused: run ${end.by.run} holds the cluster. Nothing was changed` }
    : null;
}

interface Queue {
  readonly add: (notification: Notification) => void;
  /** How the run ended is worth more than what came before: the newest is tried at once, and what keeps it waiting is dropped. */
  readonly hurry: () => void;
  readonly idle: () => Promise<void>;
}

function queueFor(
  recipient: Recipient,
  signal: AbortSignal,
  warn: (text: string) => void,
  patience: Patience,
): Queue {
  const waiting: Notification[] = [];
  let working: Promise<void> | null = null;
  let attempt = new AbortController();
  const failed = ({ event }: Notification, reason: string): void =>
    warn(`'${event}' did not reach ${nameOf(recipient)}: ${reason}. The run is not affected.`);
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (signal.aborted) {
        failed(next, 'no time was left for it');
        continue;
      }
      attempt = new AbortController();
      const either = AbortSignal.any([signal, attempt.signal]);
      const delivery = await deliver(recipient, `${JSON.stringify(next)}\n`, either, patience);
      if (delivery.kind === 'failed') failed(next, `${delivery.reason} (tries: ${delivery.tries})`);
    }
    working = null;
  };
  return {
    add: (notification) => {
      if (waiting.length >= mostWaiting) {
        const oldest = waiting.shift();
        if (oldest !== undefined) failed(oldest, 'too many wait before it');
      }
      waiting.push(notification);
      working ??= work();
    },
    hurry: () => {
      if (waiting.length === 0) return;
      for (const dropped of waiting.splice(0, waiting.length - 1))
        failed(dropped, 'the end of the run was told instead');
      attempt.abort();
    },
    idle: async () => {
      await working;
    },
  };
}
