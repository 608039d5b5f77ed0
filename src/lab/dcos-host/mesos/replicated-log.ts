// How does a master take part in one replicated log: recover, answer, and write while it leads?

import { type Broadcast, elect, fill, readLearned, write, type Written } from './coordinator.js';
import type { StoredReplica } from './log-file.js';
import { recoveryStep, type StatusWord } from './recovery.js';
import { endOf, type LogAnswer, type LogRecord, type LogRequest, respond, unlearned } from './replica.js';

/** One log of one master. */
export interface ReplicatedLog {
  /** `…/log/recovered`: this replica votes and has caught up. */
  recovered(): boolean;
  answer(request: LogRequest): LogAnswer;
  /** One attempt to recover; true once the replica votes. */
  recover(): Promise<boolean>;
  /** Becomes the writer, and settles what earlier writers left open. Needs a replica that votes. */
  lead(): Promise<Written>;
  /** Appends a value, one at a time. Whatever else than `written` comes of it, this master leads no longer. */
  append(value: string): Promise<Written | { readonly kind: 'not-leading' }>;
  /** The values whose outcome is known, in order. */
  values(): readonly string[];
}

/** `others` asks the replicas of the other masters that are present. */
export function replicatedLog(stored: StoredReplica, quorum: number, others: Broadcast): ReplicatedLog {
  const { replica } = stored;
  const store = (records: readonly LogRecord[]): void => stored.store(records);
  let leading: { readonly proposal: number; readonly next: number } | null = null;

  const answer = (request: LogRequest): LogAnswer => {
    const response = respond(replica, request);
    store(response.records);
    return response.answer;
  };
  const everybody: Broadcast = (request) => [Promise.resolve(answer(request)), ...others(request)];

  /** Fetches what is known elsewhere, and settles the rest with a quorum. */
  const catchUp = async (end: number, proposal: number): Promise<Written> => {
    const known = await readLearned(others, end);
    for (const { position, value } of known) answer({ kind: 'learned', position, value });
    for (const position of unlearned(replica, end)) {
      const filled = await fill(everybody, quorum, position, proposal);
      if (filled.kind !== 'written') return filled;
    }
    return { kind: 'written' };
  };

  return {
    recovered: () => replica.status === 'VOTING',
    answer,
    recover: async () => {
      if (replica.status === 'VOTING') return true;
      const answers = await Promise.all(everybody({ kind: 'recover' }));
      const words = answers.flatMap((word): readonly StatusWord[] => (word?.kind === 'status' ? [word] : []));
      const step = recoveryStep(replica.status, words, quorum);
      if (step.kind === 'become') store([{ status: step.status }]);
      if (step.kind === 'catch-up') {
        store([{ status: 'RECOVERING' }]);
        const caughtUp = await catchUp(step.end, replica.promised + 1);
        if (caughtUp.kind === 'written') store([{ status: 'VOTING' }]);
      }
      return statusOf(stored) === 'VOTING';
    },
    lead: async () => {
      leading = null;
      let elected = await elect(everybody, quorum, replica.promised + 1);
      while (elected.kind === 'lost') elected = await elect(everybody, quorum, elected.proposal + 1);
      if (elected.kind !== 'elected') return elected;
      const { proposal, end } = elected;
      const caughtUp = await catchUp(end, proposal);
      if (caughtUp.kind === 'written') leading = { proposal, next: end + 1 };
      return caughtUp;
    },
    append: async (value) => {
      if (leading === null) return { kind: 'not-leading' };
      const { proposal, next: position } = leading;
      const written = await write(everybody, quorum, { proposal, position, value });
      // After a silence the value may be there or not. Another one at this position and proposal could be taken for it,
      // so this master must lead anew, and settles the position then.
      leading = written.kind === 'written' ? { proposal, next: position + 1 } : null;
      return written;
    },
    values: () =>
      Array.from({ length: endOf(replica) + 1 }, (_, position) => replica.entries.get(position)).flatMap(
        (entry) => (entry?.learned === true && entry.value !== '' ? [entry.value] : []),
      ),
  };
}

/** Read anew: `await` lies between. */
function statusOf({ replica }: StoredReplica): Replica['status'] {
  return replica.status;
}

type Replica = StoredReplica['replica'];
