// Whether a gate has held long enough, or an alarm has lasted too long: a transition over samples.

import type { Address } from '../model/ensemble.js';
import type { Condition } from './condition.js';
import type { RunSettings } from './settings.js';

/** What is remembered between samples. Times in ms since the epoch. */
export interface WatchState {
  readonly startedAt: number;
  /** When the run of samples with every condition passed, under one leader, began. */
  readonly passingSince: number | null;
  readonly leader: Address | null;
  readonly leaderUptimeMs: number | null;
  /** Whether every condition was seen to pass before; what breaks then is a break, and not a beginning. */
  readonly hasPassed: boolean;
  /** When what had passed broke; null while it passes. */
  readonly brokenSince: number | null;
  readonly longestBreakMs: number;
  /** When each alarm that still lasts was first seen, by name. */
  readonly alarms: ReadonlyMap<string, number>;
}

/** One sampling, judged. */
export interface WatchSample {
  readonly at: number;
  readonly conditions: readonly Condition[];
  readonly leader: Address | null;
  readonly leaderUptimeMs: number | null;
}

/** What the samples so far amount to. */
export type WatchVerdict =
  | { readonly kind: 'waiting'; readonly heldMs: number }
  | { readonly kind: 'held'; readonly heldMs: number; readonly longestBreakMs: number }
  | { readonly kind: 'broken'; readonly forMs: number }
  | { readonly kind: 'alarm'; readonly condition: Condition; readonly forMs: number }
  | { readonly kind: 'limit' };

/** Nothing seen yet. `hasPassed`: everything passed right before, in another watch. */
export function beginWatch(startedAt: number, hasPassed = false): WatchState {
  return {
    startedAt,
    hasPassed,
    passingSince: null,
    brokenSince: null,
    longestBreakMs: 0,
    leader: null,
    leaderUptimeMs: null,
    alarms: new Map(),
  };
}

/** How long all conditions must hold without a break, and how long a break of what had held may last. Both in ms. */
export interface Hold {
  readonly holdMs: number;
  readonly breakMs: number;
}

/** The state and the verdict after one more sample. */
export function watch(
  state: WatchState,
  sample: WatchSample,
  hold: Hold,
  settings: RunSettings,
): { readonly state: WatchState; readonly verdict: WatchVerdict } {
  const passing = sample.conditions.every((condition) => condition.state === 'pass');
  const steady = state.passingSince === null || isSameTerm(state, sample);
  const passingSince = passing ? (steady ? (state.passingSince ?? sample.at) : sample.at) : null;
  const alarms = new Map(
    sample.conditions
      .filter((condition) => condition.state === 'alarm')
      .map((condition) => [condition.name, state.alarms.get(condition.name) ?? sample.at]),
  );
  const brokenSince = passing || !state.hasPassed ? null : (state.brokenSince ?? sample.at);
  const breakMs = state.brokenSince === null ? 0 : sample.at - state.brokenSince;
  const next = {
    ...state,
    hasPassed: state.hasPassed || passing,
    passingSince,
    brokenSince,
    longestBreakMs: Math.max(state.longestBreakMs, breakMs),
    alarms,
    leader: sample.leader,
    leaderUptimeMs: sample.leaderUptimeMs,
  };
  return { state: next, verdict: verdictOf(next, sample, hold, settings) };
}

/** An uptime that went back, or another leader: an election happened between two samples. */
function isSameTerm(state: WatchState, sample: WatchSample): boolean {
  if (state.leader !== sample.leader) return false;
  return (
    state.leaderUptimeMs === null ||
    sample.leaderUptimeMs === null ||
    sample.leaderUptimeMs >= state.leaderUptimeMs
  );
}

function verdictOf(
  state: WatchState,
  sample: WatchSample,
  { holdMs, breakMs }: Hold,
  settings: RunSettings,
): WatchVerdict {
  for (const condition of sample.conditions) {
    const since = state.alarms.get(condition.name);
    if (condition.state !== 'alarm' || since === undefined) continue;
    const limit = patienceMs(condition, settings);
    if (sample.at - since >= limit) return { kind: 'alarm', condition, forMs: sample.at - since };
  }
  if (state.passingSince !== null) {
    const heldMs = sample.at - state.passingSince;
    const { longestBreakMs } = state;
    return heldMs >= holdMs ? { kind: 'held', heldMs, longestBreakMs } : { kind: 'waiting', heldMs };
  }
  if (state.brokenSince !== null && sample.at - state.brokenSince > breakMs)
    return { kind: 'broken', forMs: sample.at - state.brokenSince };
  if (sample.at - state.startedAt >= settings.gateLimitMs) return { kind: 'limit' };
  return { kind: 'waiting', heldMs: 0 };
}

/** How long an alarm may last: a replica that differs and a write that is gone never come back by waiting. */
function patienceMs({ code }: Condition, settings: RunSettings): number {
  if (code === 'diverged' || code === 'lost-writes') return 0;
  return code === 'member-down' ? settings.downMs : settings.toleranceMs;
}
