// The port between the engine and a kind of cluster: what can be seen of a host, and what can be done to it.

import type { Address, Ensemble } from '../model/ensemble.js';
import type { Condition } from './condition.js';
import type { Facts } from './duty.js';
import type { Expectation } from './expectation.js';

/** What one server itself answers over the network. Silence is never taken for health: every absent answer is null. */
export interface ServiceObservation {
  readonly address: Address;
  /** When the answer was complete, ms since the epoch. */
  readonly at: number;
  /** How the client port took the connection: `silent` is a time-out or an unreachable host. */
  readonly port: 'open' | 'refused' | 'silent';
  /** The server's own `Mode:`, set only once it has a leader and has finished its sync (our own measurement on 3.4.8 and 3.8.0). */
  readonly mode: 'leader' | 'follower' | 'observer' | 'standalone' | null;
  /** Last transaction id, `0x…`. */
  readonly zxid: string | null;
  /** The upper 32 bits of the zxid. */
  readonly epoch: number | null;
  readonly version: string | null;
  readonly serverId: number | null;
  /** The list that the process really loaded (`conf`, 3.5 and later); null on 3.4. */
  readonly ensemble: Ensemble | null;
  /**
   * The version of that list, a zxid `0x…` (`conf`, 3.5 and later). `0x0` only where the servers run with
   * `reconfigEnabled=false`: otherwise the first leader gives the list a version (our own measurement on 3.8.0).
   */
  readonly listVersion?: string | null;
  /** The leader's own figures (`mntr`); null elsewhere and where `mntr` is not allowed. */
  readonly syncedFollowers: number | null;
  readonly quorumSize: number | null;
  readonly leaderUptimeMs: number | null;
  /** 3.6 and later. */
  readonly digestMismatches: number | null;
  /** What it said, in one line, for people. */
  readonly evidence: string;
}

/** What the host says of the server's process and files. */
export interface HostObservation {
  readonly kind: 'observed';
  readonly address: Address;
  readonly at: number;
  readonly running: boolean;
  /** Start of the process, ms since the epoch; null when it does not run. */
  readonly startedAt: number | null;
  /** Whether the server would come back after a reboot. */
  readonly enabled: boolean;
  /** `myid` on disk. */
  readonly serverId: number | null;
  /** The server lines of `zoo.cfg` on disk, or of the dynamic file that it names. */
  readonly ensemble: Ensemble | null;
  /** The version of the list in a dynamic file, a zxid `0x…`; null where the list stands in `zoo.cfg`. */
  readonly listVersion?: string | null;
  /** When `zoo.cfg` or `myid` was last changed, ms since the epoch. */
  readonly configuredAt: number | null;
  /** The stamp that our own install left on the disk: `<run>/<stage>`. */
  readonly stamp: string | null;
  /** Whether the data directory holds anything of a ZooKeeper. */
  readonly hasData: boolean;
  /** What else a person should know who looks at this host, a line each. */
  readonly remarks?: readonly string[];
}

/** The host could not be asked. Never taken for anything else. */
export interface HostUnknown {
  readonly kind: 'unknown';
  readonly address: Address;
  readonly at: number;
  readonly reason: string;
  /** Set where a deed of ours is at work on the host: what is seen now is about to change, and passes by itself. */
  readonly busy?: true;
}

/** One mutation of one host. Each is safe to repeat. */
export type Action =
  | { readonly kind: 'stop'; readonly address: Address }
  /** Disables the server across reboots and sees that its ports take no connection. */
  | { readonly kind: 'fence'; readonly address: Address }
  /**
   * Starts the server on an empty disk with this list, and leaves `stamp` on the disk. A disk that already carries
   * `stamp` is this very install, done before: it is kept. `leftovers` says what to do with any other data.
   */
  | {
      readonly kind: 'install';
      readonly address: Address;
      readonly ensemble: Ensemble;
      readonly stamp: string;
      readonly leftovers: 'refuse' | 'wipe';
    }
  /** Writes the list and restarts the server (starts it, when it was down). Enables it across reboots. */
  | ({ readonly kind: 'upgrade'; readonly address: Address; readonly ensemble: Ensemble } & Returning)
  /** Starts the server on the list that it holds. */
  | ({ readonly kind: 'start'; readonly address: Address } & Returning)
  | JoinAction
  | ListAction;

/**
 * `emptyReplicas`: this member was out of the ensemble while the others went on. ZooKeeper brings its data up to date;
 * whatever else the platform replicates on it must start empty (Mesos' logs: an old replica could vote for what it had).
 */
export interface Returning {
  readonly emptyReplicas?: true;
}

/**
 * Starts the server, when it is down, with this list: the ensemble's and itself. With `keep` it starts on the data that
 * its disk has; otherwise as `install` does.
 */
export interface JoinAction {
  readonly kind: 'join';
  readonly address: Address;
  readonly ensemble: Ensemble;
  readonly stamp: string;
  readonly leftovers: 'refuse' | 'wipe' | 'keep';
}

/** The running ensemble takes `address` into its list, or out of it. Refused unless it has committed `from`, or `ensemble` already. */
export interface ListAction {
  readonly kind: 'add' | 'remove';
  readonly address: Address;
  readonly from: Ensemble;
  readonly ensemble: Ensemble;
  /** Members that serve, to ask one after the other. */
  readonly through: readonly Address[];
}

/** How an action ended. `unknown` (the connection broke, say) is neither success nor failure: look before you repeat. */
export type Outcome =
  | { readonly kind: 'done'; readonly evidence: readonly string[] }
  | {
      readonly kind: 'failed' | 'unknown';
      readonly reason: string;
      readonly evidence: readonly string[];
      readonly remedy: string;
    };

/** What an action may use. */
export interface ActionContext {
  /** `<run>-<step>`: names what is started on hosts, so that it is found again and never started twice. */
  readonly id: string;
  /** What the duties of the run found out. */
  readonly facts: Facts;
  readonly signal: AbortSignal;
}

/** What a gate looks at right now. */
export interface GateMoment {
  readonly expectation: Expectation;
  readonly services: ReadonlyMap<Address, ServiceObservation>;
}

/** Whether a write through each server was read back through another after a sync. */
export type RoundTrip =
  | { readonly kind: 'passed'; readonly tookMs: number }
  | { readonly kind: 'failed'; readonly address: Address; readonly reason: string };

/** A kind of cluster. Knows nothing of order or safety. No method throws for what the cluster does. */
export interface Platform {
  /** Read-only, at most 2 s. */
  observeService(address: Address, signal: AbortSignal): Promise<ServiceObservation>;
  /** Read-only, at most 10 s. */
  observeHost(address: Address, signal: AbortSignal): Promise<HostObservation | HostUnknown>;
  perform(action: Action, context: ActionContext): Promise<Outcome>;
  /**
   * What the platform's other services on the members must show before the next step, beside the ensemble itself.
   * Read-only, at most 10 s. Never asks for what can't come yet.
   */
  furtherConditions?(moment: GateMoment, signal: AbortSignal): Promise<readonly Condition[]>;
  /**
   * Whether every member may have all its services at this moment; absent: where nobody waits for others to start. Pure.
   */
  isComplete?(moment: GateMoment): boolean;
  /** Writes one node through each address and reads it through the next one; removes them again. */
  roundTrip(addresses: readonly Address[], signal: AbortSignal): Promise<RoundTrip>;
}
