// By what is a plan known again: on the change request that was signed, and in the report of the run?

import { createHash } from 'node:crypto';
import type { Plan } from '../plan/plan.js';

/** SHA-256 of the plan as `jq -S . plan.json` prints it, in hex: the same however the file was formatted. */
export function planFingerprint(plan: Plan): string {
  return createHash('sha256')
    .update(`${JSON.stringify(plan, inKeyOrder, 2)}\n`)
    .digest('hex');
}

/** For `JSON.stringify`: objects with their keys in order. A plan that was read from its file has them in another one. */
export function inKeyOrder(_key: string, value: unknown): unknown {
  const plain = typeof value === 'object' && value !== null && !Array.isArray(value);
  return plain ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
}
