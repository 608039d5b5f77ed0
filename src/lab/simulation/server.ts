// A stand-in for a host and its ZooKeeper server: a disk, perhaps a process, and whether it comes back by itself.

import { type Address, describeEnsemble, type Ensemble } from '../../model/ensemble.js';
import { invariant } from '../../model/invariant.js';

/** A server's process, with the list that it read at its start, or was told since. Times in ms since the epoch. */
export interface SimulatedProcess {
  readonly startedAt: number;
  list: Ensemble;
  readonly serverId: number | null;
  /**
   * `java`: takes no connection yet. `apart`: is there, and neither votes nor counts: it copies the leader's data, or
   * the others have given it up. `in`: votes, follows, leads.
   */
  phase: 'java' | 'apart' | 'in';
  /** Since when it says that it leads or follows, if it does. */
  seenFrom: number;
  /** Stands still: its ports are open, and it says nothing. */
  hangs: boolean;
  /** Digest mismatches counted at the start, while it read its own log. */
  mismatches: number;
}

/** A server on its host. */
export interface SimulatedServer {
  readonly address: Address;
  list: Ensemble | null;
  /** Of the list, where the running ensemble keeps it; null while the list stands in `zoo.cfg`. */
  listVersion: number | null;
  serverId: number | null;
  stamp: string | null;
  configuredAt: number | null;
  /** How good the data on the disk is; the engine can't see it. */
  data: 'complete' | 'old' | 'none';
  /** Acknowledged writes on the disk while the data is not complete. */
  writes: number;
  /** Whether a ZooKeeper has written files since the disk was last empty. */
  hasFiles: boolean;
  /** Whether the data differs from what was written: it counts a digest mismatch with each write; only an empty disk mends it. */
  diverged: boolean;
  enabled: boolean;
  /** How often somebody has ended its process, or made sure that there is none. */
  halts: number;
  process: SimulatedProcess | null;
}

/** A clean host. */
export function bareServer(address: Address): SimulatedServer {
  return {
    address,
    list: null,
    listVersion: null,
    serverId: null,
    stamp: null,
    configuredAt: null,
    data: 'none',
    writes: 0,
    hasFiles: false,
    diverged: false,
    enabled: false,
    halts: 0,
    process: null,
  };
}

/** A member that has run for a while. */
export function oldMember(address: Address, id: number, list: Ensemble, now: number): SimulatedServer {
  return {
    ...bareServer(address),
    list,
    serverId: id,
    configuredAt: now - 120_000,
    data: 'complete',
    hasFiles: true,
    enabled: true,
  };
}

/** A process that starts on what the host's disk holds. */
export function processOf(server: SimulatedServer, startedAt: number): SimulatedProcess {
  const { list, serverId } = server;
  const begins = { phase: 'java', seenFrom: Infinity, hangs: false, mismatches: 0 } as const;
  return { startedAt, list: list ?? [], serverId, ...begins };
}

/** The list that counts for a host: what its process read, or else what a process would read. Empty text for none. */
export function heldList({ process, list }: SimulatedServer): string {
  return describeList(process?.list ?? list);
}

/** A list as text that can be compared; empty for none. */
export function describeList(list: Ensemble | null): string {
  return list === null ? '' : describeEnsemble(list);
}

/** All servers of a simulation. */
export type Servers = ReadonlyMap<Address, SimulatedServer>;

/** The server at an address. Throws `InvariantError` where there is none. */
export function serverAt(servers: Servers, address: Address): SimulatedServer {
  const server = servers.get(address);
  invariant(server !== undefined, `${address} is one of the ${servers.size} hosts`);
  return server;
}
