// What can go wrong with a simulated cluster in a test: its ports, wrapped so that they fail, lie or die at will.

import type { Address } from '../../src/model/ensemble.js';
import { simulatedCanary } from '../../src/lab/simulation/canary.js';
import { deedsOf } from '../../src/lab/simulation/deeds.js';
import { simulatedLock } from '../../src/lab/simulation/lock.js';
import { simulatedPlatform } from '../../src/lab/simulation/platform.js';
import type { SimulatedServers } from '../../src/lab/simulation/servers.js';
import type { Canary, CanaryReading } from '../../src/run/canary.js';
import type { ClusterLock, LockHolder } from '../../src/run/cluster-lock.js';
import type { Action, Outcome, Platform, ServiceObservation } from '../../src/run/platform.js';

/** The process under test dies: nothing of it goes on. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** How an action goes wrong: only its first `deeds` deeds are done (all, when absent), and it ends like this. */
export interface Mishap {
  readonly deeds?: number;
  readonly ends: 'failed' | 'unknown';
  /** The other deeds are done all the same, so much later. */
  readonly restAfterMs?: number;
}

/** What goes wrong with a cluster; changed by tests at will. */
export interface Trouble {
  /** Asked before each action. `count` is how many went before it. */
  mishap: (action: Action, count: number) => Mishap | null;
  /** Called after each deed of an action. May throw a `Crash`. */
  onDeed: (count: number) => void;
  /** Called after each action that ended by itself. */
  afterAction: (action: Action, count: number) => void;
  /** Changes what a server says. */
  service: (seen: ServiceObservation) => ServiceObservation;
  /** Hosts that can't be asked. */
  readonly silent: Set<Address>;
  canary: Partial<CanaryReading>;
  /** A write through this address does not come back. */
  brokenWrites: Address | null;
  lock: 'answers' | 'unknown';
  /** Runs before each of the last things that a run does. */
  beforeEnd: (what: 'audit' | 'clear' | 'release' | 'released') => void;
}

/** The ports of an engine, the servers behind them, and what was asked of them. */
export interface ModelCluster {
  readonly servers: SimulatedServers;
  readonly trouble: Trouble;
  readonly platform: Platform;
  readonly canary: Canary;
  readonly lock: ClusterLock;
  /** Every action that was asked for. */
  readonly actions: Action[];
  /** Deeds done so far. */
  readonly deeds: { count: number };
  readonly held: { by: LockHolder | null };
}

/** No trouble. */
export function noTrouble(): Trouble {
  return {
    mishap: () => null,
    onDeed: () => undefined,
    afterAction: () => undefined,
    service: (seen) => seen,
    silent: new Set(),
    canary: {},
    brokenWrites: null,
    lock: 'answers',
    beforeEnd: () => undefined,
  };
}

/** The ports over these servers. */
export function modelCluster(servers: SimulatedServers): ModelCluster {
  const trouble = noTrouble();
  const actions: Action[] = [];
  const deeds = { count: 0 };
  const held = { by: null };
  const inner = simulatedPlatform(servers);
  const platform: Platform = {
    observeService: async (address, signal) => trouble.service(await inner.observeService(address, signal)),
    observeHost: async (address, signal) =>
      trouble.silent.has(address)
        ? { kind: 'unknown', address, at: servers.now, reason: 'no route to host' }
        : inner.observeHost(address, signal),
    perform: async (action) => {
      actions.push(action);
      return perform(servers, trouble, deeds, action, actions.length - 1);
    },
    roundTrip: async (addresses, signal) => {
      const bad = addresses.find((one) => one === trouble.brokenWrites);
      return bad === undefined
        ? inner.roundTrip(addresses, signal)
        : { kind: 'failed', address: bad, reason: 'the write did not come back' };
    },
  };
  const canary = troubledCanary(servers, trouble);
  return {
    servers,
    trouble,
    platform,
    actions,
    deeds,
    held,
    canary,
    lock: troubledLock(servers, trouble, held),
  };
}

/** As the simulation performs an action, but for its mishaps. */
function perform(
  servers: SimulatedServers,
  trouble: Trouble,
  done: { count: number },
  action: Action,
  count: number,
): Outcome {
  const mishap = trouble.mishap(action, count);
  const remedy = 'look, then go on';
  let left = mishap?.deeds ?? Infinity;
  const deeds = deedsOf(servers, action);
  for (const [at, doIt] of deeds.entries()) {
    if (left === 0) {
      if (mishap?.restAfterMs !== undefined)
        servers.later(mishap.restAfterMs, () => {
          for (const rest of deeds.slice(at)) if (rest() !== null) return;
        });
      break;
    }
    left -= 1;
    servers.advance(servers.delays.deedMs());
    const refusal = doIt();
    if (refusal !== null) return { kind: 'failed', reason: refusal, evidence: [], remedy };
    done.count += 1;
    trouble.onDeed(done.count);
  }
  if (mishap) return { kind: mishap.ends, reason: 'the connection broke', evidence: [], remedy };
  trouble.afterAction(action, count);
  return { kind: 'done', evidence: [`did ${action.kind} ${action.address}`] };
}

function troubledCanary(servers: SimulatedServers, trouble: Trouble): Canary {
  // Few writes: thousands of runs need no more than to see whether they go through.
  const inner = simulatedCanary(servers, { clients: 1, pauseMs: 500 });
  return {
    ...inner,
    read: () => ({ ...inner.read(), ...trouble.canary }),
    audit: async (addresses, signal) => {
      trouble.beforeEnd('audit');
      return inner.audit(addresses, signal);
    },
    clear: async () => {
      trouble.beforeEnd('clear');
    },
  };
}

function troubledLock(
  servers: SimulatedServers,
  trouble: Trouble,
  held: { by: LockHolder | null },
): ClusterLock {
  const inner = simulatedLock(servers, held);
  const silent = { kind: 'unknown', reason: 'nobody answers' } as const;
  const answers = (): boolean => trouble.lock === 'answers';
  return {
    acquire: async (holder, signal) => (answers() ? inner.acquire(holder, signal) : silent),
    release: async (run, signal) => {
      trouble.beforeEnd('release');
      if (!answers()) return silent;
      const released = await inner.release(run, signal);
      if (released.kind === 'released') trouble.beforeEnd('released');
      return released;
    },
    holder: async (signal) => (answers() ? inner.holder(signal) : silent),
  };
}
