// One named predicate of a gate, as seen in one sampling.

import type { Address } from '../model/ensemble.js';
import type { FailureCode } from './failure.js';

/** `alarm` is a state that may be a passing one, and stops the run when it lasts. */
export interface Condition {
  readonly name: string;
  readonly state: 'pass' | 'wait' | 'alarm';
  /** What was seen, in a few words. */
  readonly seen: string;
  /** Set when `state` is `alarm`. */
  readonly code: FailureCode | null;
  /** The addresses that an alarm is about. */
  readonly about: readonly Address[];
}
