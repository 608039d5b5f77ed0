// What does one replica of Mesos' replicated log remember, and what does it answer?
//
// Sources, Mesos 1.2.0: src/log/replica.cpp, src/messages/log.proto, docs/replicated-log-internals.md.

/** A new replica is `EMPTY`; only a `VOTING` one may promise and accept. */
export type LogStatus = 'EMPTY' | 'STARTING' | 'VOTING' | 'RECOVERING';

/** What is known of one position. */
export interface LogEntry {
  readonly position: number;
  /** The highest proposal promised for this position. */
  readonly promised: number;
  /** The proposal that wrote `value`; null while nothing was accepted. */
  readonly performed: number | null;
  readonly value: string;
  /** Whether a quorum is known to have accepted it. */
  readonly learned: boolean;
}

/** One replica, as it is on its disk. */
export interface Replica {
  status: LogStatus;
  /** The highest proposal promised for all positions to come. */
  promised: number;
  readonly entries: Map<number, LogEntry>;
}

/** A change of a replica: one line of its file. */
export type LogRecord =
  { readonly status: LogStatus } | { readonly promised: number } | { readonly entry: LogEntry };

/** What replicas ask each other. */
export type LogRequest =
  | { readonly kind: 'recover' }
  | { readonly kind: 'promise'; readonly proposal: number }
  | { readonly kind: 'promise-position'; readonly proposal: number; readonly position: number }
  | { readonly kind: 'write'; readonly proposal: number; readonly position: number; readonly value: string }
  | { readonly kind: 'learned'; readonly position: number; readonly value: string }
  | { readonly kind: 'read'; readonly from: number; readonly to: number };

/** What they answer: `ignored` where a real replica keeps silent. */
export type LogAnswer =
  | { readonly kind: 'ignored' }
  /** `begin` and `end` are positions; `end` is -1 for a log without any. */
  | { readonly kind: 'status'; readonly status: LogStatus; readonly end: number }
  | {
      readonly kind: 'accepted';
      readonly proposal: number;
      readonly end: number;
      readonly entry: LogEntry | null;
    }
  /** Another proposal was promised before: this one. */
  | { readonly kind: 'rejected'; readonly proposal: number }
  | { readonly kind: 'entries'; readonly entries: readonly LogEntry[] };

/** A replica that never was. */
export function emptyReplica(): Replica {
  return { status: 'EMPTY', promised: 0, entries: new Map() };
}

/** The highest position, -1 when there is none. */
export function endOf(replica: Replica): number {
  return Math.max(-1, ...replica.entries.keys());
}

/** The positions up to `end` of which this replica does not know the outcome. */
export function unlearned(replica: Replica, end: number): readonly number[] {
  return Array.from({ length: end + 1 }, (_, position) => position).filter(
    (position) => replica.entries.get(position)?.learned !== true,
  );
}

/** Takes one change in. */
export function apply(replica: Replica, record: LogRecord): void {
  if ('status' in record) replica.status = record.status;
  else if ('promised' in record) replica.promised = record.promised;
  else replica.entries.set(record.entry.position, record.entry);
}

/** What is answered, and the changes that must be on the disk before it is. */
export function respond(
  replica: Replica,
  request: LogRequest,
): { readonly records: readonly LogRecord[]; readonly answer: LogAnswer } {
  const end = endOf(replica);
  if (request.kind === 'recover') return same({ kind: 'status', status: replica.status, end });
  if (request.kind === 'learned') return learn(replica, request.position, request.value);
  if (replica.status !== 'VOTING') return same({ kind: 'ignored' });
  switch (request.kind) {
    case 'read': {
      const entries = [...replica.entries.values()].filter(
        ({ position, learned }) => learned && position >= request.from && position <= request.to,
      );
      return same({ kind: 'entries', entries });
    }
    case 'promise':
      if (request.proposal <= replica.promised) return same({ kind: 'rejected', proposal: replica.promised });
      return {
        records: [{ promised: request.proposal }],
        answer: { kind: 'accepted', proposal: request.proposal, end, entry: null },
      };
    case 'promise-position':
      return promisePosition(replica, request.position, request.proposal);
    case 'write':
      return write(replica, request.position, request.proposal, request.value);
  }
}

type Response = ReturnType<typeof respond>;

function same(answer: LogAnswer): Response {
  return { records: [], answer };
}

/** A position whose outcome is known is told, whatever the proposal. */
function promisePosition(replica: Replica, position: number, proposal: number): Response {
  const before = replica.entries.get(position);
  const end = endOf(replica);
  if (before?.learned === true) return same({ kind: 'accepted', proposal, end, entry: before });
  const promised = before?.promised ?? replica.promised;
  if (proposal <= promised) return same({ kind: 'rejected', proposal: promised });
  const entry = before ?? { position, promised, performed: null, value: '', learned: false };
  return {
    records: [{ entry: { ...entry, promised: proposal } }],
    answer: { kind: 'accepted', proposal, end: Math.max(end, position), entry: before ?? null },
  };
}

function write(replica: Replica, position: number, proposal: number, value: string): Response {
  const before = replica.entries.get(position);
  const accepted: LogAnswer = {
    kind: 'accepted',
    proposal,
    end: Math.max(endOf(replica), position),
    entry: null,
  };
  if (before?.learned === true) {
    // The same again is harmless; another value means that somebody else was chosen here.
    return same(before.value === value ? accepted : { kind: 'rejected', proposal: before.promised });
  }
  const promised = before?.promised ?? replica.promised;
  if (proposal < promised) return same({ kind: 'rejected', proposal: promised });
  const entry = { position, promised: proposal, performed: proposal, value, learned: false };
  return { records: [{ entry }], answer: accepted };
}

function learn(replica: Replica, position: number, value: string): Response {
  const before = replica.entries.get(position);
  const keeps = replica.status === 'VOTING' || replica.status === 'RECOVERING';
  if (!keeps || before?.learned === true) return same({ kind: 'ignored' });
  const proposal = before?.promised ?? replica.promised;
  const entry = { position, promised: proposal, performed: proposal, value, learned: true };
  return { records: [{ entry }], answer: { kind: 'ignored' } };
}
