// How long things take: the figures behind every expected time, in one place.

import type { ZooKeeperFamily } from '../model/family.js';
import type { PlatformName, Stage, Step, StepKind } from './plan.js';

/**
 * Time without an acknowledged write while a new leader is elected, in ms, by family: our own measurements on 3.4.8 and
 * 3.8.0 under load, replacing one of five (0.8–2.9 s on 3.4, 0.8–1.5 s on 3.8).
 */
export const electionMs: Readonly<Record<ZooKeeperFamily, number>> = {
  '3.4.6': 2000,
  '3.4.13': 2000,
  '3.5.4': 1000,
};

/** Elections of earlier runs, as their clients noticed them. */
export interface MeasuredElections {
  /** Time without an acknowledged write that one costs, in ms: the median. */
  readonly electionMs: number;
  /** How many stages with an election it is the median of. */
  readonly stages: number;
}

/** From stopping a server to its answer as a follower, in ms, with a warm Java: median 1.0–1.3 s, our own measurement. */
export const restartMs = 1500;

/** Stopping all servers and starting all of them on another list, in ms: 2.3–5.9 s in our own measurements. */
export const fullStopMs = 5000;

/**
 * Time without an acknowledged write while a leader that leaves the list hands over to a follower that it names, in ms:
 * 260 and 380 ms in our own measurements on 3.8.0. A change of the list without that is not noticed (130 to 210 ms).
 */
const handOverMs = 400;

/** Time without an acknowledged write that a stage is expected to cost, in ms. */
export function unavailableMs(
  stage: Stage,
  family: ZooKeeperFamily,
  measured: MeasuredElections | undefined,
): number {
  if (stage.fullStop) return fullStopMs;
  if (stage.method === 'reconfigure')
    return stage.steps.reduce((sum, step) => sum + step.elections * handOverMs, 0);
  const oneMs = measured?.electionMs ?? electionMs[family];
  return stage.steps.reduce((sum, step) => sum + stepGapMs(step, oneMs), 0);
}

/** Without a quorum, nobody serves until the server is back and a leader is elected. */
function stepGapMs(step: Step, oneMs: number): number {
  const elections = step.margin < 0 ? Math.max(1, step.elections) : step.elections;
  return elections * oneMs + (step.margin < 0 ? restartMs : 0);
}

/**
 * How long a step takes with its gate, in ms, where nothing was measured. On plain servers: a restart, the way back into the
 * ensemble and three ticks of gate, as in our own rehearsals. On DC/OS the scripts restart every service of a host and
 * Exhibitor looks every 30 s; the installation unpacks all packages of a master.
 */
export const stepMs: Readonly<Record<PlatformName, Readonly<Record<StepKind, number>>>> = {
  zookeeper: {
    stop: 3000,
    fence: 1000,
    install: 10_000,
    upgrade: 10_000,
    start: 10_000,
    restart: 10_000,
    join: 10_000,
    add: 7000,
    remove: 7000,
  },
  dcos: {
    stop: 60_000,
    fence: 30_000,
    install: 600_000,
    upgrade: 180_000,
    start: 120_000,
    restart: 120_000,
    join: 600_000,
    add: 15_000,
    remove: 15_000,
  },
};
