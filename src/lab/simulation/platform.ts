// A stand-in for the cluster behind the engine's port: observations and actions of simulated servers.

import type { Address } from '../../model/ensemble.js';
import { familyOf } from '../../model/family.js';
import type { Action, HostObservation, Outcome, Platform, ServiceObservation } from '../../run/platform.js';
import { versionText } from './committed-list.js';
import { deedsOf } from './deeds.js';
import type { SimulatedServers } from './servers.js';

/** How long a service that does not answer is waited for, in ms: as `Platform.observeService` has it. */
const SILENCE_MS = 2000;

/** The port over these servers. */
export function simulatedPlatform(servers: SimulatedServers): Platform {
  let silentSince = -Infinity;
  return {
    observeService: async (address) => {
      const seen = serviceOf(servers, address);
      // Services are asked side by side: of several that are silent, the first wait is the wait of all.
      if (seen.port === 'silent' && silentSince !== servers.now) {
        servers.advance(SILENCE_MS);
        silentSince = servers.now;
      }
      return { ...seen, at: servers.now };
    },
    observeHost: async (address) => hostOf(servers, address),
    perform: async (action) => perform(servers, action),
    roundTrip: async (addresses) => {
      const bad = addresses.find((one) => !servers.isSeenServing(one));
      return bad === undefined
        ? { kind: 'passed', tookMs: 5 }
        : { kind: 'failed', address: bad, reason: 'the write did not come back' };
    },
  };
}

function perform(servers: SimulatedServers, action: Action): Outcome {
  const { kind, address } = action;
  servers.tell('act', address, kind);
  for (const deed of deedsOf(servers, action)) {
    servers.advance(servers.delays.deedMs());
    const refusal = deed();
    if (refusal === null) continue;
    servers.tell('done', address, `${kind} failed: ${refusal}`);
    return { kind: 'failed', reason: refusal, evidence: [], remedy: 'look, then go on' };
  }
  servers.tell('done', address, kind);
  return { kind: 'done', evidence: [`did ${kind} ${address}`] };
}

/** What a server itself says. */
export function serviceOf(servers: SimulatedServers, address: Address): ServiceObservation {
  const { process, listVersion, diverged } = servers.server(address);
  const { epoch, electedAt } = servers.service;
  const keepsList = servers.service.committed !== null;
  const serves = servers.isSeenServing(address);
  const leads = serves && servers.leader === address;
  const mode = !serves ? null : !leads ? 'follower' : process?.list.length === 1 ? 'standalone' : 'leader';
  const modern = familyOf(servers.version) === '3.5.4';
  const followers = servers.serving.filter((one) => servers.isSeenServing(one)).length - 1;
  // One write every 20 ms since the election.
  const applied = Math.max(1, Math.floor((servers.now - electedAt) / 20));
  const port = process === null || process.phase === 'java' ? 'refused' : process.hangs ? 'silent' : 'open';
  return {
    address,
    at: servers.now,
    port,
    mode,
    zxid: serves ? `0x${epoch.toString(16)}${applied.toString(16).padStart(8, '0')}` : null,
    epoch: serves ? epoch : null,
    version: serves ? servers.version : null,
    // A standalone server calls itself 0 and tells of no list (seen on 3.4.8 and 3.8.0).
    serverId: mode === 'standalone' ? 0 : serves ? (process?.serverId ?? null) : null,
    ensemble: serves && modern && mode !== 'standalone' ? (process?.list ?? null) : null,
    listVersion: !modern ? null : keepsList ? versionText(listVersion ?? 0) : '0x0',
    syncedFollowers: mode === 'leader' ? followers : null,
    quorumSize: mode === 'leader' ? (process?.list.length ?? null) : null,
    leaderUptimeMs: leads ? servers.now - electedAt : null,
    digestMismatches: serves && modern ? (process?.mismatches ?? 0) + (diverged ? applied : 0) : null,
    evidence: port === 'open' ? (mode ?? 'not serving') : port,
  };
}

function hostOf(servers: SimulatedServers, address: Address): HostObservation {
  const { list, listVersion, serverId, stamp, configuredAt, hasFiles, enabled, process } =
    servers.server(address);
  return {
    kind: 'observed',
    address,
    at: servers.now,
    running: process !== null,
    startedAt: process?.startedAt ?? null,
    enabled,
    serverId,
    ensemble: list,
    listVersion: listVersion === null ? null : versionText(listVersion),
    configuredAt,
    stamp,
    hasData: hasFiles,
  };
}
