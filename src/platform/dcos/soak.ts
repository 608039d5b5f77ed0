// The quiet time after the run: the ensemble is watched before anybody calls it done.

import type { Duty } from '../../run/duty.js';

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
  let held = false;
  return {
    id: `soak.${piece}`,
    kind: 'soak',
    sentence: `watch the ensemble for ${inWords(wholeMs)}${count === 1 ? '' : `, part ${piece} of ${count}`}`,
    waivable: false,
    lastsMs: holdMs,
    look: async () => {
      const evidence = [`every condition held for ${inWords(holdMs)}`];
      return held
        ? { kind: 'done', evidence, facts: {} }
        : { kind: 'to-do', evidence: [`${inWords(leftMs)} to watch`] };
    },
    perform: async ({ watchEnsemble, say }) => {
      say(`soak: ${inWords(leftMs)} left`);
      const failure = await watchEnsemble(holdMs);
      if (failure !== null) {
        const { message, seen, next } = failure;
        return { kind: 'failed', reason: message, evidence: seen, remedy: next.join('; ') };
      }
      held = true;
      return { kind: 'done', evidence: [`part ${piece} of ${count}`] };
    },
  };
}

/** `42 min`, `30 s`. */
export function inWords(ms: number): string {
  return ms >= 60_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 1000)} s`;
}
