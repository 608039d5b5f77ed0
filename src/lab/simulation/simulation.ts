// A stand-in for a cluster that a plan can be carried out on: everything that a session of `run` needs, from a seed.

import type { Address } from '../../model/ensemble.js';
import { familyOf } from '../../model/family.js';
import { invariant } from '../../model/invariant.js';
import type { Plan } from '../../plan/plan.js';
import type { LedgerEntry } from '../../probe/ledger.js';
import type { Canary } from '../../run/canary.js';
import type { ClusterLock, LockHolder } from '../../run/cluster-lock.js';
import type { Platform } from '../../run/platform.js';
import type { RunSettings } from '../../run/settings.js';
import { simulatedCanary } from './canary.js';
import { measuredDelays } from './delays.js';
import type { SimulationEvent } from './events.js';
import { inject, planFaults } from './faults.js';
import { simulatedLock } from './lock.js';
import { simulatedPlatform } from './platform.js';
import { randomFrom } from './random.js';
import { SimulatedServers } from './servers.js';

/** What a simulation is made of: the same again gives the same course of events. */
export interface SimulationRequest {
  readonly plan: Plan;
  readonly settings: RunSettings;
  readonly seed: number;
  /** How many faults strike. */
  readonly faults: number;
  readonly clients: number;
  /** Between two writes of a client, in ms. */
  readonly pauseMs: number;
  /** Members that are down from the beginning. */
  readonly down: readonly Address[];
  readonly onEvent: (event: SimulationEvent) => void;
  readonly onEntry: (entry: LedgerEntry) => void;
}

/** A simulated cluster. */
export interface Simulation {
  readonly servers: SimulatedServers;
  readonly platform: Platform;
  readonly canary: Canary;
  readonly lock: ClusterLock;
  /** ms since the epoch, virtual. */
  readonly now: () => number;
}

/** How long a server that starts is expected to take before its gate holds, in ms: faults should strike before the end. */
const START_MS = 2000;

/** The ensemble as the plan finds it, with its newcomers on clean hosts. */
export function simulate(request: SimulationRequest): Simulation {
  const { plan, settings, seed, clients, pauseMs, onEvent, onEntry } = request;
  const family = familyOf(plan.zookeeper);
  invariant(family !== undefined, `a plan for a known version: ${plan.zookeeper}`);
  const servers = new SimulatedServers({
    version: plan.zookeeper,
    ensemble: plan.from,
    newcomers: plan.stages.flatMap((stage) => stage.fresh),
    leader: plan.leader,
    down: request.down,
    delays: measuredDelays(family, randomFrom(seed, 'delays')),
    contest: randomFrom(seed, 'elections'),
    onEvent,
  });
  const starts = plan.stages
    .flatMap((stage) => stage.steps)
    .filter(({ kind }) => kind !== 'stop' && kind !== 'fence');
  const spanMs = starts.length * (settings.holdMs + START_MS);
  inject(servers, planFaults(request.faults, spanMs, randomFrom(seed, 'faults')), settings.tickMs);
  const held: { by: LockHolder | null } = { by: null };
  return {
    servers,
    platform: simulatedPlatform(servers),
    canary: simulatedCanary(servers, { clients, pauseMs, onEntry }),
    lock: simulatedLock(servers, held),
    now: () => servers.now,
  };
}
