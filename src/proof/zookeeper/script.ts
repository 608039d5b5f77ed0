// What is proved: a stage from where it stands, with the steps that are to come, in their order.

import type { Address } from '../../model/ensemble.js';
import type { Transition } from './roster.js';

/**
 * What a step does to its server. `restart` and `start` leave the list on the disk as it is; `upgrade` puts the new one
 * there; `install` empties the disk as well.
 */
export type ScriptStepKind = 'stop' | 'fence' | 'install' | 'upgrade' | 'start' | 'restart';

/** One step, and who must serve before the next one may begin: the prediction that the gate waits for. */
export interface ScriptStep {
  readonly kind: ScriptStepKind;
  readonly host: Address;
  readonly serving: readonly Address[];
}

/** Where one server of the stage stands before the first step. */
export interface ScriptServer {
  readonly address: Address;
  readonly holds: 'from' | 'to' | 'nothing';
  readonly running: boolean;
  readonly fenced: boolean;
  /** For a host that must start from an empty disk in this stage: whether it has. Otherwise true. */
  readonly installed: boolean;
}

/** A stage, where it stands, and what is still to be done. */
export interface Script extends Transition {
  readonly servers: readonly ScriptServer[];
  /** Who leads; null when nobody does, or nobody knows who. */
  readonly leader: Address | null;
  /** Who serves; nobody where it is certain that nobody leads. */
  readonly serving: readonly Address[];
  readonly steps: readonly ScriptStep[];
}
