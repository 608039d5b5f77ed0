// Whether what is seen now is what was predicted: each condition by its name, with what it sees and wants.

import { type Address, describeEnsemble, idOf, sameEnsemble } from '../model/ensemble.js';
import type { CanaryReading } from './canary.js';
import type { Condition } from './condition.js';
import type { DigestTrack, DigestTracks } from './digest-watch.js';
import type { Expectation } from './expectation.js';
import type { FailureCode } from './failure.js';
import type { ServiceObservation } from './platform.js';
import { leadersOf, type Services } from './sighting.js';

/** How old the newest acknowledged write may be, in ms, before writes count as interrupted. */
export const FRESH_WRITE_MS = 1000;

/** Every condition of a gate over one sampling. Pure: all that is given is of the same moment. */
export function judge(
  expectation: Expectation,
  services: Services,
  canary: CanaryReading,
  digests: DigestTracks,
): readonly Condition[] {
  const leader = soleLeader(services);
  const common = [noIntruder(expectation, services, leader), noMemberDown(expectation, services)];
  if (expectation.serving.length === 0) return [nobodyServes(expectation, services), ...common];
  return [
    allServe(expectation, services),
    oneLeader(services),
    ...common,
    synced(expectation, leader),
    sameEpoch(expectation, services),
    configured(expectation, services),
    digestsAgree(expectation, digests),
    writesFlow(canary),
  ];
}

/** The only server that leads, or null. */
export function soleLeader(services: Services): ServiceObservation | null {
  const leaders = leadersOf(services);
  return leaders.length === 1 ? (services.get(leaders[0] ?? '') ?? null) : null;
}

/** The epoch that all of `addresses` report, or null when they differ or say none. */
export function commonEpoch(addresses: readonly Address[], services: Services): number | null {
  const epochs = new Set(addresses.map((address) => services.get(address)?.epoch ?? null));
  const [epoch] = epochs;
  return epochs.size === 1 ? (epoch ?? null) : null;
}

function condition(name: string, holds: 'pass' | 'wait', seen: string): Condition {
  return { name, state: holds, seen, code: null, about: [] };
}

function alarm(name: string, code: FailureCode, seen: string, about: readonly Address[]): Condition {
  return { name, state: 'alarm', seen, code, about };
}

function serves(service: ServiceObservation | undefined): boolean {
  return service !== undefined && service.mode !== null && service.mode !== 'observer';
}

function allServe(expectation: Expectation, services: Services): Condition {
  const missing = expectation.serving.filter((address) => !serves(services.get(address)));
  const wanted = expectation.serving.length;
  const seen = `${wanted - missing.length} of ${wanted}${missing.length > 0 ? ` (${missing.join(', ')} missing)` : ''}`;
  return condition('serving', missing.length === 0 ? 'pass' : 'wait', seen);
}

function nobodyServes(expectation: Expectation, services: Services): Condition {
  const active = [...services.values()]
    .filter((service) => serves(service))
    .map((service) => service.address);
  const unexpected = active.filter((address) => expectation.running.includes(address));
  return condition('nobody serves', unexpected.length === 0 ? 'pass' : 'wait', active.join(', ') || 'nobody');
}

function oneLeader(services: Services): Condition {
  const leaders = leadersOf(services);
  if (leaders.length > 1) return alarm('one leader', 'two-leaders', leaders.join(' and '), leaders);
  return condition('one leader', leaders.length === 1 ? 'pass' : 'wait', leaders[0] ?? 'none');
}

function noIntruder(
  expectation: Expectation,
  services: Services,
  leader: ServiceObservation | null,
): Condition {
  const intruders = expectation.stopped.filter((address) => services.get(address)?.port === 'open');
  if (intruders.length > 0)
    return alarm('no intruder', 'intruder', `${intruders.join(', ')} answers`, intruders);
  const followers = leader?.syncedFollowers ?? 0;
  const most = Math.max(0, expectation.running.length - 1);
  if (leader !== null && followers > most) {
    return alarm('no intruder', 'intruder', `${followers} synced followers where ${most} can be`, [
      leader.address,
    ]);
  }
  return condition('no intruder', 'pass', 'none');
}

function noMemberDown(expectation: Expectation, services: Services): Condition {
  const down = expectation.serving.filter(
    (address) => address !== expectation.host && services.get(address)?.port !== 'open',
  );
  if (down.length > 0)
    return alarm('members up', 'member-down', `${down.join(', ')} takes no connection`, down);
  return condition('members up', 'pass', 'all');
}

function synced(expectation: Expectation, leader: ServiceObservation | null): Condition {
  const wanted = expectation.serving.length - 1;
  const followers = leader?.mode === 'standalone' ? 0 : (leader?.syncedFollowers ?? null);
  if (leader === null) return condition('synced followers', 'wait', 'no leader to ask');
  // Not every server lets `mntr` be asked; each member's own mode, checked above, is the primary sign.
  if (followers === null) return condition('synced followers', 'pass', 'the leader does not say');
  return condition('synced followers', followers >= wanted ? 'pass' : 'wait', `${followers} of ${wanted}`);
}

function sameEpoch(expectation: Expectation, services: Services): Condition {
  const epoch = commonEpoch(expectation.serving, services);
  if (epoch !== null) return condition('same epoch', 'pass', `${epoch}`);
  const seen = expectation.serving.map((address) => services.get(address)?.epoch ?? '-').join(' ');
  return condition('same epoch', 'wait', seen);
}

function configured(expectation: Expectation, services: Services): Condition {
  for (const [address, list] of expectation.lists) {
    const service = services.get(address);
    if (service === undefined) continue;
    const id = idOf(list, address);
    // A standalone server calls itself 0, whatever its myid (seen on 3.4.8 and 3.8.0).
    if (service.serverId !== null && service.serverId !== id && service.mode !== 'standalone') {
      return alarm(
        'configuration',
        'wrong-member',
        `${address} says id ${service.serverId}, not ${id ?? 'none'}`,
        [address],
      );
    }
    if (service.ensemble !== null && !sameEnsemble(service.ensemble, list)) {
      return alarm(
        'configuration',
        'wrong-member',
        `${address} loaded ${describeEnsemble(service.ensemble)}`,
        [address],
      );
    }
  }
  return condition('configuration', 'pass', 'as planned');
}

/** Whoever differs is named only once it is known of everybody who counts: two that differ must not pass for one. */
function digestsAgree(expectation: Expectation, digests: DigestTracks): Condition {
  const counting = [...digests].filter(([address]) => !expectation.distrusted.includes(address));
  if (counting.length === 0) return condition('digests', 'pass', 'no mismatch');
  const counts = (verdict: DigestTrack['verdict']): readonly string[] =>
    counting
      .filter(([, track]) => track.verdict === verdict)
      .map(([address, track]) => `${track.count} on ${address}`);
  const unknown = counts('unknown');
  if (unknown.length > 0) return condition('digests', 'wait', `${unknown.join(', ')}: more with each write?`);
  const differing = counts('differs');
  if (differing.length === 0)
    return condition('digests', 'pass', `${counts('agrees').join(', ')}, none of them since it serves`);
  const about = counting.filter(([, { verdict }]) => verdict === 'differs').map(([address]) => address);
  return alarm('digests', 'diverged', `mismatches: ${differing.join(', ')}, more with each write`, about);
}

function writesFlow(canary: CanaryReading): Condition {
  if (canary.readsMissing > 0) {
    return alarm(
      'writes',
      'lost-writes',
      `${canary.readsMissing} acknowledged writes were not found again`,
      [],
    );
  }
  const since = canary.sinceLastWriteMs;
  const holds = since !== null && since <= FRESH_WRITE_MS;
  return condition('writes', holds ? 'pass' : 'wait', since === null ? 'none yet' : `last ${since} ms ago`);
}
