// What can happen to an ensemble in one moment, as the model tells it.

import type { ServerSet } from './roster.js';

/** The events of the model; the first four are faults, the next ones nobody's doing, the last ones the script's. */
export type EventKind =
  /** A server's process dies. It may come back on the list on its disk, or never: then its disk is lost to the others. */
  | 'crash'
  /** A partition, or stalled followers: `servers` lose their leader, which goes on with the rest. */
  | 'cut'
  /** The leader stalls, or is cut off from too many: its quorum dissolves. */
  | 'dissolve'
  /** A server that was stopped, and not fenced, comes back after a reboot. */
  | 'revive'
  | 'restart'
  | 'join'
  | 'elect'
  | 'gate'
  | 'stop'
  | 'fence'
  | 'wipe-and-start'
  | 'go-down'
  | 'come-up';

/** One event. `server` is its server (the new leader of an election), -1 where it has none. */
export interface ModelEvent {
  kind: EventKind;
  server: number;
  /** `cut`: who is cut off. `elect`: the new leader's group. */
  servers: ServerSet;
  /** `elect`: those that took part without better data. */
  vetted: ServerSet;
}
