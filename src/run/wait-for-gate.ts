// The waiting before a next step: samples until the gate has held, an alarm has lasted, or the limit is reached.

import type { Address } from '../model/ensemble.js';
import type { Canary } from './canary.js';
import type { Condition } from './condition.js';
import { type DigestTracks, trackDigests } from './digest-watch.js';
import type { Expectation } from './expectation.js';
import type { Failure, FailureCode } from './failure.js';
import { beginWatch, watch } from './gate-watch.js';
import { commonEpoch, judge, soleLeader } from './gate.js';
import type { GateEvidence } from './journal-record.js';
import type { Platform } from './platform.js';
import type { RunSettings } from './settings.js';
import { describeServices, type Services, sightServices } from './sighting.js';

/** What the views show while a gate waits. Times in ms. */
export interface GateProgress {
  readonly conditions: readonly Condition[];
  readonly services: Services;
  readonly waitedMs: number;
  readonly limitMs: number;
  readonly heldMs: number;
  readonly holdMs: number;
}

/** How a gate ended. `interrupted`: the operator stopped the run at once. */
export type GateResult =
  | {
      readonly kind: 'passed';
      readonly heldMs: number;
      readonly evidence: GateEvidence;
      readonly services: Services;
      readonly expectation: Expectation;
      /** Of what had held before, in ms. */
      readonly longestBreakMs: number;
    }
  /** `about`: the addresses that an alarm is about; `leader`: who led then. */
  | {
      readonly kind: 'failed';
      readonly failure: Failure;
      readonly about: readonly Address[];
      readonly leader: Address | null;
    }
  | { readonly kind: 'interrupted' };

/** What the waiting needs. */
export interface GateHost {
  readonly platform: Platform;
  readonly canary: Canary;
  readonly settings: RunSettings;
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly onProgress: (progress: GateProgress) => void;
}

/**
 * What a gate must see when `leader` is the one who leads (null: nobody yet): who can follow depends on it, and, after a
 * while of waiting, on who serves already.
 */
export type Prediction = (leader: Address | null, services: Services, waitedMs: number) => Expectation;

/** What a gate must do. Times in ms. */
export interface Holding {
  /** How long everything must have been seen without a break. */
  readonly holdMs: number;
  /** How long a break of what had held may last; absent: as long as the gate may take. */
  readonly breakMs?: number;
  /** Everything held right before: whatever is missing at first is a break already. */
  readonly hasPassed?: boolean;
}

/** Waits until everything predicted has been seen without a break, and a write went through each server. */
export async function waitForGate(
  host: GateHost,
  predicted: Prediction,
  { holdMs, breakMs = host.settings.gateLimitMs, hasPassed = false }: Holding,
  signal: AbortSignal,
): Promise<GateResult> {
  const { settings } = host;
  const { running, stopped } = predicted(null, new Map(), 0);
  let state = beginWatch(host.now(), hasPassed);
  let digests: DigestTracks = new Map();
  for (;;) {
    const services = await sightServices(host.platform, [...running, ...stopped], signal);
    if (signal.aborted) return { kind: 'interrupted' };
    const leader = soleLeader(services);
    const failed = (failure: Failure, about: readonly Address[] = []): GateResult => ({
      kind: 'failed',
      failure,
      about,
      leader: leader?.address ?? null,
    });
    const at = host.now();
    const waitedMs = at - state.startedAt;
    const expectation = predicted(leader?.address ?? null, services, waitedMs);
    const further = await host.platform.furtherConditions?.({ expectation, services }, signal);
    if (signal.aborted) return { kind: 'interrupted' };
    digests = trackDigests(digests, services);
    const conditions = [...judge(expectation, services, host.canary.read(), digests), ...(further ?? [])];
    const step = watch(
      state,
      { at, conditions, leader: leader?.address ?? null, leaderUptimeMs: leader?.leaderUptimeMs ?? null },
      { holdMs, breakMs },
      settings,
    );
    state = step.state;
    const { verdict } = step;
    host.onProgress({
      conditions,
      services,
      waitedMs,
      limitMs: settings.gateLimitMs,
      heldMs: 'heldMs' in verdict ? verdict.heldMs : 0,
      holdMs,
    });
    switch (verdict.kind) {
      case 'held': {
        const refusal = await writeThroughEach(host, expectation, signal);
        if (refusal === null) {
          return {
            kind: 'passed',
            heldMs: verdict.heldMs,
            evidence: evidenceOf(expectation, services),
            services,
            expectation,
            longestBreakMs: verdict.longestBreakMs,
          };
        }
        if (waitedMs >= settings.gateLimitMs) return failed(refused(refusal, services));
        state = { ...state, passingSince: null };
        break;
      }
      case 'alarm':
        return failed(alarmed(verdict.condition, verdict.forMs, services), verdict.condition.about);
      case 'broken':
        return failed(brokenOff(conditions, verdict.forMs, services));
      case 'limit':
        return failed(timedOut(conditions, waitedMs, services));
      case 'waiting':
        break;
    }
    await host.sleep(settings.pollMs, signal);
  }
}

async function writeThroughEach(
  host: GateHost,
  expectation: Expectation,
  signal: AbortSignal,
): Promise<string | null> {
  if (expectation.serving.length === 0) return null;
  const result = await host.platform.roundTrip(expectation.serving, signal);
  return result.kind === 'passed' ? null : `${result.address}: ${result.reason}`;
}

function evidenceOf(expectation: Expectation, services: Services): GateEvidence {
  return {
    leader: soleLeader(services)?.address ?? null,
    epoch: commonEpoch(expectation.serving, services),
    seen: describeServices(services),
  };
}

const RESUME = 'set right what was seen, then resume';

function alarmed(condition: Condition, forMs: number, services: Services): Failure {
  return {
    code: condition.code ?? 'gate-limit',
    blame: 'cluster',
    message: `${condition.name}: ${condition.seen}${forMs > 0 ? `, for ${(forMs / 1000).toFixed(1)} s` : ''}`,
    seen: describeServices(services),
    expected: expectedByCode[condition.code ?? 'gate-limit'] ?? 'the condition holds',
    next:
      condition.code === 'two-leaders'
        ? ['do not restart or upgrade anything before one of them is gone', RESUME]
        : [RESUME],
  };
}

const expectedByCode: Partial<Record<FailureCode, string>> = {
  'two-leaders': 'exactly one leader over the old and the new addresses',
  intruder: 'nothing but the members of this stage answers or follows',
  'member-down': 'every member that is not being worked on takes connections',
  'wrong-member': 'every server runs with the id and the list that this stage gave it',
  diverged: 'no digest mismatch on any server: a replica that differs must be re-seeded from an empty disk',
  'lost-writes': 'a read finds every write that was acknowledged before it',
};

function timedOut(conditions: readonly Condition[], waitedMs: number, services: Services): Failure {
  const open = conditions.filter((condition) => condition.state !== 'pass');
  return {
    code: 'gate-limit',
    blame: 'cluster',
    message: `not seen within ${Math.round(waitedMs / 1000)} s: ${open.map((one) => `${one.name} (${one.seen})`).join('; ')}`,
    seen: describeServices(services),
    expected: open.map((one) => one.name).join(', '),
    next: [RESUME],
  };
}

function brokenOff(conditions: readonly Condition[], forMs: number, services: Services): Failure {
  const open = conditions.filter((condition) => condition.state !== 'pass');
  return {
    code: 'gate-limit',
    blame: 'cluster',
    message: `all was well, and since ${Math.round(forMs / 1000)} s it is not: ${open.map((one) => `${one.name} (${one.seen})`).join('; ')}`,
    seen: describeServices(services),
    expected: `${open.map((one) => one.name).join(', ')}, as before`,
    next: [RESUME],
  };
}

function refused(reason: string, services: Services): Failure {
  return {
    code: 'gate-limit',
    blame: 'cluster',
    message: `a write through each server did not come back: ${reason}`,
    seen: describeServices(services),
    expected: 'a node written through each server is read through another after a sync',
    next: [RESUME],
  };
}
