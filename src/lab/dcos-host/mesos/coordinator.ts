// How does a master write to the log, and how does a replica learn what it missed?
//
// Sources, Mesos 1.2.0: src/log/coordinator.cpp, consensus.cpp, catchup.cpp.

import type { LogAnswer, LogEntry, LogRequest } from './replica.js';

/** The replicas that are present, one's own among them: a request to each, an answer from each; null for silence. */
export type Broadcast = (request: LogRequest) => readonly Promise<LogAnswer | null>[];

/** `lost`: another proposal is ahead, so another master leads. `silent`: no quorum answered. */
export type Written =
  | { readonly kind: 'written' }
  | { readonly kind: 'lost'; readonly proposal: number }
  | { readonly kind: 'silent'; readonly answered: number };

/** A quorum's promise for all positions to come. */
export type Elected =
  | { readonly kind: 'elected'; readonly proposal: number; readonly end: number }
  | Exclude<Written, { readonly kind: 'written' }>;

type Accepted = Extract<LogAnswer, { kind: 'accepted' }>;

/** Asks for the promise of a quorum; `end` is the highest position that any of it knows. */
export async function elect(broadcast: Broadcast, quorum: number, proposal: number): Promise<Elected> {
  const outcome = await quorumOf(broadcast({ kind: 'promise', proposal }), quorum);
  if (outcome.kind !== 'accepted') return outcome;
  return { kind: 'elected', proposal, end: Math.max(...outcome.answers.map(({ end }) => end)) };
}

/** Writes one value at one position; written means that a quorum has it on its disks. */
export async function write(
  broadcast: Broadcast,
  quorum: number,
  at: { readonly proposal: number; readonly position: number; readonly value: string },
): Promise<Written> {
  const outcome = await quorumOf(broadcast({ kind: 'write', ...at }), quorum);
  if (outcome.kind !== 'accepted') return outcome;
  await Promise.all(broadcast({ kind: 'learned', position: at.position, value: at.value }));
  return { kind: 'written' };
}

/** Settles what stands at a position: what a quorum may have accepted there, else nothing (an empty value). */
export async function fill(
  broadcast: Broadcast,
  quorum: number,
  position: number,
  proposal: number,
): Promise<Written> {
  const promises = broadcast({ kind: 'promise-position', position, proposal });
  const outcome = await quorumOf(promises, quorum);
  if (outcome.kind === 'lost') return fill(broadcast, quorum, position, outcome.proposal + 1);
  if (outcome.kind === 'silent') return outcome;
  const entries = outcome.answers.flatMap(({ entry }) => entry ?? []);
  const known = entries.find(({ learned }) => learned);
  if (known !== undefined) {
    await Promise.all(broadcast({ kind: 'learned', position, value: known.value }));
    return { kind: 'written' };
  }
  const value = highest(entries)?.value ?? '';
  const written = await write(broadcast, quorum, { proposal, position, value });
  if (written.kind === 'lost') return fill(broadcast, quorum, position, written.proposal + 1);
  return written;
}

/** The outcomes up to `end` that any voter knows already. */
export async function readLearned(broadcast: Broadcast, end: number): Promise<readonly LogEntry[]> {
  const answers = await Promise.all(broadcast({ kind: 'read', from: 0, to: end }));
  return answers.flatMap((answer) => (answer?.kind === 'entries' ? answer.entries : []));
}

function highest(entries: readonly LogEntry[]): LogEntry | undefined {
  return entries
    .filter(({ performed }) => performed !== null)
    .toSorted((left, right) => (right.performed ?? 0) - (left.performed ?? 0))[0];
}

type QuorumOutcome =
  | { readonly kind: 'accepted'; readonly answers: readonly Accepted[] }
  | Exclude<Written, { kind: 'written' }>;

/** Ends as soon as a quorum has accepted or one has rejected: whoever is slow is not waited for. */
function quorumOf(answers: readonly Promise<LogAnswer | null>[], quorum: number): Promise<QuorumOutcome> {
  return new Promise((resolve) => {
    const accepted: Accepted[] = [];
    let open = answers.length;
    const take = (answer: LogAnswer | null): void => {
      open -= 1;
      if (answer?.kind === 'accepted') accepted.push(answer);
      if (answer?.kind === 'rejected') resolve({ kind: 'lost', proposal: answer.proposal });
      if (accepted.length >= quorum) resolve({ kind: 'accepted', answers: accepted.slice(0, quorum) });
      if (open === 0) resolve({ kind: 'silent', answered: accepted.length });
    };
    if (open === 0) resolve({ kind: 'silent', answered: 0 });
    for (const answer of answers) void takeFrom(answer, take);
  });
}

async function takeFrom(
  answer: Promise<LogAnswer | null>,
  take: (answer: LogAnswer | null) => void,
): Promise<void> {
  take(await answer);
}
