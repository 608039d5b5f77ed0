// The port to the client of ours that writes and reads during the whole run, so that availability is measured.

import type { Address } from '../model/ensemble.js';

/** What the canary has seen so far, since it was started. */
export interface CanaryReading {
  readonly acknowledged: number;
  /** Writes whose outcome is unknown (the connection broke): never counted as acknowledged, never repeated. */
  readonly unknown: number;
  /** Acknowledged writes that a later read through the same session did not find: alarming. */
  readonly readsMissing: number;
  /** ms since the last acknowledged write of any client; null before the first. */
  readonly sinceLastWriteMs: number | null;
  readonly longestGapMs: number;
  /** Sum of the gaps longer than 500 ms, in ms, the one under way included. */
  readonly unavailableMs: number;
}

/** Acknowledged writes that a member does not have. */
export interface LostWrites {
  readonly address: Address;
  readonly checked: number;
  readonly lost: number;
  /** At most ten of them, for people. */
  readonly examples: readonly string[];
}

/** What came of looking all writes up; `unknown` when a member can't be asked. */
export type CanaryAudit =
  | { readonly kind: 'audited'; readonly members: readonly LostWrites[] }
  | { readonly kind: 'unknown'; readonly reason: string };

/** The canary of one run. Its ledger outlives this process, so that a resumed run still checks every write. */
export interface Canary {
  /** Connects its clients, which rotate over `addresses`. */
  start(addresses: readonly Address[]): Promise<void>;
  /** From now on clients (re)connect to these. */
  moveTo(addresses: readonly Address[]): void;
  read(): CanaryReading;
  /** Looks every acknowledged write of the ledger up on each address. */
  audit(addresses: readonly Address[], signal: AbortSignal): Promise<CanaryAudit>;
  /** Removes everything that the run's canaries wrote. What can't be removed stays: it harms nobody. Never throws. */
  clear(addresses: readonly Address[], signal: AbortSignal): Promise<void>;
  /** Ends the sessions and flushes the ledger. */
  stop(): Promise<void>;
}
