// A stand-in for servers behind the engine's ports: real ones can't be made to fail at every moment within seconds.
//
// Each action is the list of deeds that its script does, so that it can end, or be cut off, between any two of them.

import type { Address, Ensemble } from '../../src/model/ensemble.js';
import { familyOf } from '../../src/model/family.js';
import type { Canary, CanaryReading } from '../../src/run/canary.js';
import type { ClusterLock, LockHolder } from '../../src/run/cluster-lock.js';
import type {
  Action,
  HostObservation,
  HostUnknown,
  Outcome,
  Platform,
  ServiceObservation,
} from '../../src/run/platform.js';
import { changeCommitted } from './committed-list.js';
import { canaryOf, lockOf } from './model-clients.js';
import type { ModelServers } from './model-servers.js';

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
  readonly servers: ModelServers;
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
export function modelCluster(servers: ModelServers): ModelCluster {
  const trouble = noTrouble();
  const actions: Action[] = [];
  const deeds = { count: 0 };
  const held = { by: null };
  const platform: Platform = {
    observeService: async (address) => trouble.service(serviceOf(servers, address)),
    observeHost: async (address) =>
      trouble.silent.has(address)
        ? { kind: 'unknown', address, at: servers.now, reason: 'no route to host' }
        : hostOf(servers, address),
    perform: async (action) => {
      actions.push(action);
      return perform(servers, trouble, deeds, action, actions.length - 1);
    },
    roundTrip: async (addresses) => {
      const bad = addresses.find((one) => one === trouble.brokenWrites || !servers.isSeenServing(one));
      return bad === undefined
        ? { kind: 'passed', tookMs: 5 }
        : { kind: 'failed', address: bad, reason: 'the write did not come back' };
    },
  };
  return {
    servers,
    trouble,
    platform,
    actions,
    deeds,
    held,
    canary: canaryOf(servers, trouble),
    lock: lockOf(servers, trouble, held),
  };
}

function perform(
  servers: ModelServers,
  trouble: Trouble,
  done: { count: number },
  action: Action,
  count: number,
): Outcome {
  const mishap = trouble.mishap(action, count);
  const remedy = 'look, then go on';
  let left = mishap?.deeds ?? Infinity;
  const deeds = [...deedsOf(servers, action)];
  for (const [at, doIt] of deeds.entries()) {
    if (left === 0) {
      if (mishap?.restAfterMs !== undefined)
        servers.later(mishap.restAfterMs, () => {
          for (const rest of deeds.slice(at)) if (rest() !== null) return;
        });
      break;
    }
    left -= 1;
    servers.advance(100);
    const refusal = doIt();
    if (refusal !== null) return { kind: 'failed', reason: refusal, evidence: [], remedy };
    done.count += 1;
    trouble.onDeed(done.count);
  }
  if (mishap) return { kind: mishap.ends, reason: 'the connection broke', evidence: [], remedy };
  trouble.afterAction(action, count);
  return { kind: 'done', evidence: [`did ${action.kind} ${action.address}`] };
}

type Deed = () => string | null;

/** A deed that always succeeds. */
function deed(work: () => void): Deed {
  return () => {
    work();
    return null;
  };
}

/** The deeds of each script of `platform/zookeeper`, in its order. A deed returns why it can't be done, or null. */
function deedsOf(servers: ModelServers, action: Action): readonly Deed[] {
  const { address } = action;
  const server = servers.server(address);
  const stop = deed(() => servers.halt(address));
  const start = deed(() => servers.boot(address));
  const enable = deed(() => (server.enabled = true));
  const configure = (ensemble: Ensemble): Deed => deed(() => servers.configure(address, ensemble));
  switch (action.kind) {
    case 'stop':
      return [stop];
    case 'fence':
      return [deed(() => (server.enabled = false)), () => (server.process === null ? null : 'it still runs')];
    case 'start':
      return [enable, start];
    case 'add':
    case 'remove':
      return [() => changeCommitted(servers, action.from, action.ensemble)];
    case 'join': {
      const down = deed(() => {
        if (server.process === null) servers.writeFiles(address, action.ensemble);
      });
      return [...(action.leftovers === 'keep' ? [] : emptyDisk(servers, action)), down, enable, start];
    }
    case 'upgrade':
      return [configure(action.ensemble), enable, stop, start];
    case 'install': {
      const restart = deed(() => {
        if (server.process !== null && server.process.startedAt < (server.configuredAt ?? 0))
          servers.halt(address);
      });
      return [...emptyDisk(servers, action), configure(action.ensemble), enable, restart, start];
    }
  }
}

/** A disk that carries the stamp already is left as it is. */
function emptyDisk(
  servers: ModelServers,
  { address, stamp, leftovers }: Extract<Action, { kind: 'install' | 'join' }>,
): readonly Deed[] {
  const server = servers.server(address);
  if (server.stamp === stamp) return [];
  const wipe: Deed = () => {
    if (server.process !== null) return 'another server runs here';
    if (server.hasFiles && leftovers === 'refuse') return 'it holds data';
    server.stamp = null;
    return null;
  };
  return [wipe, deed(() => servers.wipe(address)), deed(() => (server.stamp = stamp))];
}

function serviceOf(servers: ModelServers, address: Address): ServiceObservation {
  const { process } = servers.server(address);
  const serves = servers.isSeenServing(address);
  const leads = serves && servers.leader === address;
  const mode = !serves ? null : !leads ? 'follower' : process?.list.length === 1 ? 'standalone' : 'leader';
  const modern = familyOf(servers.version) === '3.5.4';
  const followers = servers.serving.filter((one) => servers.isSeenServing(one)).length - 1;
  return {
    address,
    at: servers.now,
    port: process === null ? 'refused' : 'open',
    mode,
    zxid: serves ? `0x${servers.epoch.toString(16)}00000001` : null,
    epoch: serves ? servers.epoch : null,
    version: serves ? servers.version : null,
    // A standalone server calls itself 0 and tells of no list (seen on 3.4.8 and 3.8.0).
    serverId: mode === 'standalone' ? 0 : serves ? (process?.serverId ?? null) : null,
    ensemble: serves && modern && mode !== 'standalone' ? (process?.list ?? null) : null,
    listVersion: modern ? (servers.committed === null ? '0x0' : '0x100000001') : null,
    syncedFollowers: mode === 'leader' ? followers : null,
    quorumSize: mode === 'leader' ? (process?.list.length ?? null) : null,
    leaderUptimeMs: leads ? servers.now - servers.electedAt : null,
    digestMismatches: serves && modern ? (process?.mismatches ?? null) : null,
    evidence: process === null ? 'refused' : (mode ?? 'not serving'),
  };
}

function hostOf(servers: ModelServers, address: Address): HostObservation | HostUnknown {
  const { list, serverId, stamp, configuredAt, hasFiles, enabled, process } = servers.server(address);
  return {
    kind: 'observed',
    address,
    at: servers.now,
    running: process !== null,
    startedAt: process?.startedAt ?? null,
    enabled,
    serverId,
    ensemble: list,
    listVersion: servers.committed === null ? null : '0x100000001',
    configuredAt,
    stamp,
    hasData: hasFiles,
  };
}
