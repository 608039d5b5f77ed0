// How long does each thing take in a simulation? Drawn from what we measured on real servers.

import type { ZooKeeperFamily } from '../../model/family.js';
import { type Random, wholeBetween } from './random.js';

/** How long things take, each call for one occurrence. All in whole ms. */
export interface Delays {
  /**
   * A server's start: from its process to its first connection (`javaMs`), from there until it has the leader's data
   * and follows (`syncMs`), from there until it says so (`settleMs`).
   */
  readonly start: (disk: 'empty' | 'filled') => {
    readonly javaMs: number;
    readonly syncMs: number;
    readonly settleMs: number;
  };
  /** From the loss of a leader, or from the vote that makes a quorum, until writes go through again. */
  readonly electionMs: () => number;
  /** From then until a follower of the new leader says that it follows. */
  readonly followMs: () => number;
  /** One command on a host. */
  readonly deedMs: () => number;
  /** From a client's write to its acknowledgement. */
  readonly writeMs: () => number;
  /** From a broken connection to a new one. */
  readonly reconnectMs: () => number;
}

/** Points of a distribution: this share of all occurrences took at most so long. From share 0 to share 1. */
export type Quantiles = readonly (readonly [share: number, ms: number])[];

/** What a family of versions needs for a start and an election. */
export interface MeasuredTimes {
  /**
   * From a member's restart to `Mode: follower`, Java included: the median and the 90th percentile are measured under
   * load on two shared cores; the ends are assumed.
   */
  readonly restart: Quantiles;
  /** What an empty disk adds: the copy of a snapshot of 40 MB. */
  readonly emptyMs: number;
  /** From a leader's stop to the first write under the next one: the four runs that were measured. */
  readonly election: Quantiles;
}

const times34: MeasuredTimes = {
  restart: [
    [0, 600],
    [0.5, 1000],
    [0.9, 3000],
    [1, 3600],
  ],
  emptyMs: 200,
  election: [
    [0, 1400],
    [1 / 3, 2200],
    [2 / 3, 2200],
    [1, 2900],
  ],
};

const times38: MeasuredTimes = {
  restart: [
    [0, 700],
    [0.5, 1300],
    [0.9, 4200],
    [1, 5000],
  ],
  emptyMs: 600,
  election: [
    [0, 440],
    [1 / 3, 570],
    [2 / 3, 960],
    [1, 1780],
  ],
};

/** Our own measurements on 3.4.8 and 3.8.0; 3.4.13 and later of 3.4 are taken to be as 3.4.8. */
export const measuredTimes: Readonly<Record<ZooKeeperFamily, MeasuredTimes>> = {
  '3.4.6': times34,
  '3.4.13': times34,
  '3.5.4': times38,
};

/** The value below which a share of a distribution lies, between two points in proportion. In whole ms. */
export function quantileMs(quantiles: Quantiles, share: number): number {
  let [fromShare, fromMs] = quantiles[0] ?? [0, 0];
  for (const [toShare, toMs] of quantiles) {
    if (share <= toShare && toShare > fromShare)
      return Math.round(fromMs + ((toMs - fromMs) * (share - fromShare)) / (toShare - fromShare));
    [fromShare, fromMs] = [toShare, toMs];
  }
  return fromMs;
}

/**
 * Delays as they were measured. Java itself takes 0.4 to 1.5 s; a leader counts a follower 0.2 to 0.8 s before it can
 * be used; a write takes about 10 ms (22 709 writes of three clients with pauses of 20 ms in 231 s); two commands on a
 * host took 198 ms (the fence of a rehearsal). How soon a client connects again is assumed.
 */
export function measuredDelays(family: ZooKeeperFamily, random: Random): Delays {
  const { restart, emptyMs, election } = measuredTimes[family];
  return {
    start: (disk) => {
      const wholeMs = quantileMs(restart, random()) + (disk === 'empty' ? emptyMs : 0);
      const javaMs = Math.min(wholeBetween(random, 400, 1500), wholeMs - 200);
      const settleMs = Math.min(wholeBetween(random, 200, 800), wholeMs - javaMs);
      return { javaMs, syncMs: wholeMs - javaMs - settleMs, settleMs };
    },
    electionMs: () => quantileMs(election, random()),
    followMs: () => wholeBetween(random, 0, 200),
    deedMs: () => wholeBetween(random, 40, 160),
    writeMs: () => wholeBetween(random, 4, 16),
    reconnectMs: () => wholeBetween(random, 20, 200),
  };
}

/** The same delays every time, with servers that join at once: the least that tests of an order of events need. */
export const evenDelays: Delays = {
  start: () => ({ javaMs: 0, syncMs: 0, settleMs: 700 }),
  electionMs: () => 700,
  followMs: () => 0,
  deedMs: () => 100,
  writeMs: () => 0,
  reconnectMs: () => 0,
};
