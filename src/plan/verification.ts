// What came of proving a plan file again: the document that `verify` prints.

import type { Finding, StageKind } from './plan.js';

/** What a proof can say. `unproved`: there was more to explore than was allowed, or something that can't be explored. */
export type Verdict = 'safe' | 'unsafe' | 'unproved';

/** One stage, proved by itself from where it begins. */
export interface StageVerification {
  readonly stage: number;
  readonly kind: StageKind;
  readonly steps: number;
  readonly verdict: Verdict;
  /** States and transitions looked at; where the work was shared, those of every share, though some have a few in common. */
  readonly states: number;
  readonly transitions: number;
  /** How many shares the work was split into. */
  readonly shares: number;
  /** Time spent on it, over all shares, in ms. */
  readonly tookMs: number;
  /** How few faults are enough to break a rule; null unless it is unsafe. */
  readonly breaksWith: number | null;
  /** The shortest story with so few faults, a sentence a line; null unless it is unsafe. */
  readonly counterexample: readonly string[] | null;
}

/** The whole document; its JSON Schema ships as `schemas/verification.json`. */
export interface Verification {
  readonly schema: 'succession.verification/1';
  /** The file as it was named, or `standard input`. */
  readonly plan: string;
  readonly zookeeper: string;
  readonly verdict: Verdict;
  /** How many faults may happen in each stage. */
  readonly faults: number;
  readonly states: number;
  /** From start to end, in ms. */
  readonly tookMs: number;
  readonly stages: readonly StageVerification[];
  /** What is wrong with the file beside the proof. */
  readonly findings: readonly Finding[];
}
