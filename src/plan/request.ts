// What is asked of the planner, and what it answers.

import type { Change } from '../model/change.js';
import type { Address, Ensemble, IdPolicy } from '../model/ensemble.js';
import type { MeasuredElections } from './durations.js';
import type { Consents, Finding, Plan, PlatformName } from './plan.js';
import type { ServiceGate } from './service-findings.js';

/** What is to be planned. Addresses are already validated by `parseAddress`. */
export interface PlanRequest {
  readonly platform: PlatformName;
  readonly idPolicy: IdPolicy;
  /** The ZooKeeper version that runs. */
  readonly zookeeper: string;
  readonly cluster: string | null;
  readonly createdBy: string;
  readonly current: Ensemble;
  readonly change: Change;
  readonly leader: Address | null;
  readonly consents: Consents;
  /** Hosts that may be members for a while. */
  readonly spares: readonly Address[];
  /** Addresses or CIDR blocks that could be used instead of the newcomers asked for. */
  readonly candidates: readonly string[];
  /** How many faults each stage must bear, at any moment; 1 when absent. */
  readonly faults?: number;
  /** How long an election keeps clients waiting here, where that was measured; our own measurements when absent. */
  readonly measured?: MeasuredElections;
  /** Members that are down or lost. */
  readonly down?: readonly Address[];
  /** Those of `down` whose machines are gone for good, as the operator says: they are asked nothing, and may not come back. */
  readonly gone?: readonly Address[];
  /** The current list in the order in which the configuration file gives it. */
  readonly listed?: readonly Address[];
  /** When a restarted master's services may start, where that is known (DC/OS). */
  readonly serviceGate?: ServiceGate;
  /** Whether the servers run with `reconfigEnabled=true`: then the running ensemble changes its own list. */
  readonly reconfigure?: boolean;
}

/**
 * - `planned`: the stages reach the target.
 * - `nothing-to-do`: the target is the current ensemble.
 * - `unreachable`: no stages; the findings say why, the alternatives what a further consent would allow.
 * - `invalid`: the request is wrong; each finding names the place, the fault and the remedy.
 */
export type PlanResult =
  | { readonly kind: 'planned' | 'nothing-to-do' | 'unreachable'; readonly plan: Plan }
  | { readonly kind: 'invalid'; readonly findings: readonly Finding[] };
