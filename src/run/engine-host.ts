// What the engine is given, and how it ends.

import type { ApprovalDesk } from './approvals.js';
import type { ClusterLock } from './cluster-lock.js';
import type { DutyKind, Surroundings } from './duty.js';
import type { Failure } from './failure.js';
import type { RunEvent } from './journal-record.js';
import type { ProvedRest, RestToProve } from './prove-rest.js';
import type { RunState } from './run-state.js';
import type { Services } from './sighting.js';
import type { GateHost } from './wait-for-gate.js';

/** The journal and its fold. `append` resolves when the record is on disk and `state` tells of it. */
export interface RunLog {
  readonly state: () => RunState;
  readonly append: (event: RunEvent) => Promise<void>;
}

/** Everything that a run touches. */
export interface EngineHost extends GateHost {
  readonly log: RunLog;
  readonly lock: ClusterLock;
  /** `proveRest`, wherever it does not keep the clients of the run from writing. */
  readonly proveRest: (rest: RestToProve) => Promise<ProvedRest>;
  /** The work around the stages; absent where there is none. */
  readonly surroundings?: Surroundings;
  /** The duties that the operator waives where they would stop the run. */
  readonly waived?: readonly DutyKind[];
  /** The operator, as `user@host`. */
  readonly by: string;
  /** Where people approve what waits for them; absent where nobody can. */
  readonly desk?: ApprovalDesk;
  /** Shows how far a long duty is. */
  readonly onDuty?: (progress: string) => void;
  /** Shows what the servers say while a person is waited for; absent: nobody looks. */
  readonly onServices?: (services: Services) => void;
  /** Whether the operator asked to pause after the action under way. */
  readonly pauseRequested: () => boolean;
  /** Aborted when the operator stops the run at once. */
  readonly signal: AbortSignal;
}

/** How this process's part of a run ended. */
export type RunEnd =
  | { readonly kind: 'finished' }
  | { readonly kind: 'paused'; readonly reason: string }
  | { readonly kind: 'stopped'; readonly failure: Failure };
