// When does nothing change any more, and what is to be seen then?

import { setTimeout as sleep } from 'node:timers/promises';
import { quorumOf, sameEnsemble } from '../../src/model/ensemble.js';
import type { RealMoment } from './outcome.js';
import { type RealServers, tickMs } from './real-servers.js';
import type { Sampler } from './sampler.js';
import type { Letter } from './scenario.js';
import type { Writers } from './writers.js';

/** A scenario under way. */
export interface Stage {
  readonly letters: readonly Letter[];
  readonly servers: RealServers;
  readonly sampler: Sampler;
  readonly writers: Writers;
}

/** What a wait is about. */
export interface Expectation {
  /** The events of the group, for people. */
  readonly after: string;
  /** Whom these events were about. */
  readonly touched: readonly Letter[];
  readonly previous: RealMoment | undefined;
  /** Whether everybody gets the time to ask again (rule R13). */
  readonly last: boolean;
}

/** With everybody serving, and a write acknowledged by each: under one leader, or split for good. */
const completeTicks = 2;
/** With nobody else missing than before. */
const familiarTicks = 7;
/**
 * Else: a phantom leader takes 10 ticks to give up, and then another one is elected and followed; on 3.4 a server takes up
 * to 4 s to see that its leader can't be reached.
 */
const unfamiliarTicks = 16;
/** With nobody leading: a winner that can't be followed, and whoever is elected after it, have their turn. */
const leaderlessTicks = 24;
/**
 * With a quorum that holds one and the same list, of all that run or of those that do not serve, where nobody's failure
 * to join is to be expected. It takes its time where a vote for an unknown id with a later epoch comes while a server makes
 * sure of its own: it then decides only when it asks again, and a winner may have given up by then (3.4.14, from its log).
 */
const agreeingTicks = 40;
const longestSleepMs = 60_000;
const joiningMs = 1500;
const limitMs = 30_000;
const lastLimitMs = 90_000;
const lookEveryMs = 25;

/** Resolves with the moment once nothing has changed for long enough, or the time is over. */
export async function settle(stage: Stage, expectation: Expectation): Promise<RealMoment> {
  const until = performance.now() + (expectation.last ? lastLimitMs : limitMs);
  for (;;) {
    const now = performance.now();
    const quietMs = now - stage.sampler.changedAt;
    if (quietMs >= quietMsWanted(stage, expectation)) return momentOf(stage, expectation, 'settled');
    if (now > until) return momentOf(stage, expectation, 'restless');
    await sleep(lookEveryMs);
  }
}

function quietMsWanted(stage: Stage, { touched, previous, last }: Expectation): number {
  const { sampler } = stage;
  if (sampler.starting) return Infinity;
  const idle = idleOf(stage);
  if (!stage.letters.some((letter) => stage.servers.awake(letter))) return completeTicks * tickMs;
  if (idle.length === 0 && sampler.leaders.length > 0 && silentOf(stage).length === 0) {
    return completeTicks * tickMs;
  }
  const agreeing = agree(
    stage,
    stage.letters.filter((letter) => stage.servers.awake(letter)),
  );
  // Somebody must be elected: that a winner gives up and they begin anew can't be seen from outside.
  if (agreeing && sampler.leaders.length === 0) return Infinity;
  if (last) {
    const asleepMs = Math.max(0, ...idle.map((letter) => lookedMs(sampler, letter)));
    return Math.max(leaderlessTicks * tickMs, Math.min(asleepMs, longestSleepMs) + joiningMs);
  }
  if (agreeing || agree(stage, idle)) return agreeingTicks * tickMs;
  if (sampler.leaders.length === 0) return leaderlessTicks * tickMs;
  const familiar =
    previous !== undefined &&
    String(previous.leaders) === String(sampler.leaders) &&
    idle.every((letter) => !previous.serving.includes(letter) && !touched.includes(letter));
  return (familiar ? familiarTicks : unfamiliarTicks) * tickMs;
}

function momentOf(stage: Stage, { after }: Expectation, how: 'settled' | 'restless'): RealMoment {
  const { sampler } = stage;
  const quietMs = performance.now() - sampler.changedAt;
  return {
    after,
    serving: sampler.serving,
    leaders: sampler.leaders,
    silent: silentOf(stage),
    asleep: idleOf(stage).filter((letter) => lookedMs(sampler, letter) + joiningMs > quietMs),
    restless: how === 'restless',
  };
}

/** Whether these hold the same list, and are a quorum of it. */
function agree({ servers }: Stage, letters: readonly Letter[]): boolean {
  const held = letters.map((letter) => servers.heldBy(letter));
  const [list] = held;
  return (
    list !== undefined &&
    held.length >= quorumOf(list.length) &&
    held.every((other) => sameEnsemble(other, list))
  );
}

/** Run, and do not serve. */
function idleOf({ letters, servers, sampler }: Stage): readonly Letter[] {
  return letters.filter((letter) => servers.awake(letter) && !sampler.serves(letter));
}

/** Serve, and have acknowledged nothing that was sent since the last change. */
function silentOf({ sampler, writers }: Stage): readonly Letter[] {
  return sampler.serving.filter((letter) => writers.latestSent(letter) <= sampler.changedAt);
}

/**
 * How long a server had looked for a leader when something changed last. It asks again after pauses that double, so its
 * pause of that time ends, at the latest, after as long again.
 */
function lookedMs(sampler: Sampler, letter: Letter): number {
  return Math.max(0, sampler.changedAt - (sampler.idleSince(letter) ?? sampler.changedAt));
}
