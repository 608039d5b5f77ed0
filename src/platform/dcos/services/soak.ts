// The quiet time after the run: the ensemble is watched before anybody calls it done.

import type { Duty } from '../../../run/duty.js';

/** A piece is what a resume may have to watch again. */
const pieceMs = 300_000;

/** The runbook's hour, in pieces that are journalled one by one: a resume goes on with those that are left. 0: none. */
export function soakDuties(soakMs: number): readonly Duty[] {
  const count = Math.ceil(soakMs / pieceMs);
  return Array.from({ length: count }, (_, index) =>
    soakDuty(index + 1, count, {
      wholeMs: soakMs,
      holdMs: Math.min(pieceMs, soakMs - index * pieceMs),
      leftMs: soakMs - index * pieceMs,
    }),
  );
}

function soakDuty(
  piece: number,
  count: number,
  { wholeMs, holdMs, leftMs }: { readonly wholeMs: number; readonly holdMs: number; readonly leftMs: number },
): Duty {
  let seen: string | null = null;
  return {
    id: `soak.${piece}`,
    kind: 'soak',
    sentence: `watch the ensemble for ${inWords(wholeMs)}${count === 1 ? '' : `, part ${piece} of ${count}`}`,
    waivable: false,
    lastsMs: holdMs,
    look: async () =>
      seen === null
        ? { kind: 'to-do', evidence: [`${inWords(leftMs)} to watch`] }
        : { kind: 'done', evidence: [seen], facts: {} },
    perform: async ({ watchEnsemble, say }) => {
      say(`soak: ${inWords(leftMs)} left`);
      const end = await watchEnsemble(holdMs);
      if (end.kind === 'interrupted')
        return { kind: 'unknown', reason: 'stopped meanwhile', evidence: [], remedy: 'resume' };
      if (end.kind === 'failed') {
        const { message, seen: evidence, next } = end.failure;
        return { kind: 'failed', reason: message, evidence, remedy: next.join('; ') };
      }
      seen = heldWords(holdMs, end);
      return { kind: 'done', evidence: [`part ${piece} of ${count}`] };
    },
  };
}

/** What a watch saw, without claiming more. */
function heldWords(
  holdMs: number,
  { longestBreakMs, elections }: { readonly longestBreakMs: number; readonly elections: number | null },
): string {
  const held =
    longestBreakMs === 0
      ? `every condition held for ${inWords(holdMs)}`
      : `watched for ${inWords(holdMs)}; a condition was not met for ${Math.ceil(longestBreakMs / 1000)} s at the longest, and came back by itself`;
  const votes = elections === null || elections === 0 ? '' : `; elections meanwhile: ${elections}`;
  return `${held}${votes}`;
}

/** `42 min`, `30 s`. */
export function inWords(ms: number): string {
  return ms >= 60_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 1000)} s`;
}
