// What a stage looks like at one moment: the state that the scheduler searches and the engine observes.

import type { Address, Ensemble } from '../model/ensemble.js';
import type { ZooKeeperFamily } from '../model/family.js';

/** Which of the stage's two lists a server's process runs with (or would, when it is down). */
export type Holds = 'from' | 'to' | 'nothing';

/** One server of the stage, at one moment. */
export interface ServerState {
  readonly address: Address;
  readonly holds: Holds;
  readonly running: boolean;
  /** Disabled across reboots, and not reachable: it can't come back by itself. */
  readonly fenced: boolean;
  /** For a host of `fresh` or `reseeds`: whether it has been installed in this stage already. Otherwise true. */
  readonly installed: boolean;
}

/** A stage and where it stands. Servers are all addresses of `from` and `to`. */
export interface StageWorld {
  readonly from: Ensemble;
  readonly to: Ensemble;
  readonly fresh: readonly Address[];
  /**
   * Hosts whose data differed: ZooKeeper's disk there starts empty, and nothing else of the machine does. While one of them
   * runs on its old disk (`installed` is false), its stop comes before anything else.
   */
  readonly reseeds?: readonly Address[];
  /** Members whose machines are gone for good: not running, fenced, and waited for by nobody. */
  readonly gone?: readonly Address[];
  readonly fullStop: boolean;
  readonly family: ZooKeeperFamily;
  readonly servers: readonly ServerState[];
  /** Who leads now; null when nobody does. */
  readonly leader: Address | null;
  /**
   * Who was seen to serve, where that was asked; otherwise it is inferred from who leads. A server that came back by
   * itself on the old list may run and yet be unable to join.
   */
  readonly serving?: readonly Address[];
  /**
   * In a stage by reconfiguration, and only there: the list that the running ensemble has committed, which may lie
   * between `from` and `to`. All members share it, so `holds` says no more than who is in it.
   */
  readonly configuration?: Ensemble;
}
