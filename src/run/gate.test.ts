import { describe, expect, test } from 'vitest';
import { type Ensemble, sortedEnsemble } from '../model/ensemble.js';
import type { CanaryReading } from './canary.js';
import { type DigestTrack, type DigestTracks, trackDigests } from './digest-watch.js';
import type { Expectation } from './expectation.js';
import { judge } from './gate.js';
import type { ServiceObservation } from './platform.js';
import type { Services } from './sighting.js';

const ensemble: Ensemble = sortedEnsemble(['10.0.0.1', '10.0.0.2', '10.0.0.3']);
const gone = '10.0.0.9';

const expectation: Expectation = {
  serving: ensemble.map((member) => member.address),
  running: ensemble.map((member) => member.address),
  stopped: [gone],
  lists: new Map(ensemble.map((member) => [member.address, ensemble])),
  distrusted: [],
  host: null,
};

const flowing: CanaryReading = {
  acknowledged: 10,
  unknown: 0,
  readsMissing: 0,
  sinceLastWriteMs: 20,
  longestGapMs: 30,
  unavailableMs: 0,
};

function service(address: string, extra: Partial<ServiceObservation> = {}): ServiceObservation {
  return {
    address,
    at: 0,
    port: 'open',
    mode: 'follower',
    zxid: '0x300000001',
    epoch: 3,
    version: '3.8.0',
    serverId: Number(address.slice(-1)),
    ensemble,
    syncedFollowers: null,
    quorumSize: null,
    leaderUptimeMs: null,
    digestMismatches: 0,
    evidence: '',
    ...extra,
  };
}

function healthy(): Map<string, ServiceObservation> {
  return new Map([
    ['10.0.0.1', service('10.0.0.1')],
    ['10.0.0.2', service('10.0.0.2')],
    ['10.0.0.3', service('10.0.0.3', { mode: 'leader', syncedFollowers: 2 })],
    [gone, service(gone, { port: 'refused', mode: null, epoch: null, serverId: null, ensemble: null })],
  ]);
}

function track(verdict: DigestTrack['verdict']): DigestTrack {
  return { count: 9, zxid: 1n, rises: 0, growths: 0, verdict };
}

function verdicts(
  services: Services,
  canary = flowing,
  digests: DigestTracks = trackDigests(new Map(), services),
): Record<string, string> {
  const open = judge(expectation, services, canary, digests).filter(
    (condition) => condition.state !== 'pass',
  );
  return Object.fromEntries(open.map((condition) => [condition.name, condition.code ?? condition.state]));
}

/** The verdicts of a healthy ensemble, where these are known to have counted digest mismatches. */
function counted(...pairs: readonly (readonly [string, DigestTrack['verdict']])[]): Record<string, string> {
  const tracks = new Map(pairs.map(([address, verdict]) => [address, track(verdict)]));
  return verdicts(healthy(), flowing, tracks);
}

describe('judge', () => {
  test('passes every condition of a healthy ensemble', () => {
    expect(verdicts(healthy())).toEqual({});
  });

  const faults: readonly [string, string, Partial<ServiceObservation>, Record<string, string>][] = [
    [
      'waits for a member that has not finished its sync',
      '10.0.0.1',
      { mode: null, epoch: null },
      { serving: 'wait', 'same epoch': 'wait' },
    ],
    [
      'alarms at a member that refuses connections',
      '10.0.0.1',
      { mode: null, port: 'refused', epoch: null },
      { serving: 'wait', 'members up': 'member-down', 'same epoch': 'wait' },
    ],
    [
      'alarms at two leaders',
      '10.0.0.1',
      { mode: 'leader', syncedFollowers: 1 },
      { 'one leader': 'two-leaders', 'synced followers': 'wait' },
    ],
    ['alarms at a removed member that answers', gone, { port: 'open' }, { 'no intruder': 'intruder' }],
    [
      'alarms at more synced followers than there are members',
      '10.0.0.3',
      { mode: 'leader', syncedFollowers: 3 },
      { 'no intruder': 'intruder' },
    ],
    [
      'waits for a follower that the leader does not count yet',
      '10.0.0.3',
      { mode: 'leader', syncedFollowers: 1 },
      { 'synced followers': 'wait' },
    ],
    ['waits until all epochs are equal', '10.0.0.2', { epoch: 2 }, { 'same epoch': 'wait' }],
    [
      'alarms at a server that runs under another id',
      '10.0.0.2',
      { serverId: 3 },
      { configuration: 'wrong-member' },
    ],
    [
      'alarms at a server that loaded another list',
      '10.0.0.2',
      { ensemble: ensemble.slice(0, 2) },
      { configuration: 'wrong-member' },
    ],
    [
      'waits while a digest mismatch may mean anything',
      '10.0.0.2',
      { digestMismatches: 1 },
      { digests: 'wait' },
    ],
    ['does not take an observer for a member', '10.0.0.2', { mode: 'observer' }, { serving: 'wait' }],
  ];
  test.each(faults)('%s', (_name, address, change, expected) => {
    const services = healthy();
    services.set(address, service(address, { ...services.get(address), ...change }));
    expect(verdicts(services)).toEqual(expected);
  });

  test('does not ask more of a 3.4 leader than 3.4 tells', () => {
    const services = healthy();
    services.set('10.0.0.3', service('10.0.0.3', { mode: 'leader', ensemble: null, digestMismatches: null }));
    expect(verdicts(services)).toEqual({});
  });

  test('waits while no write is acknowledged, and alarms when one is gone', () => {
    expect(verdicts(healthy(), { ...flowing, sinceLastWriteMs: 1500 })).toEqual({ writes: 'wait' });
    expect(verdicts(healthy(), { ...flowing, sinceLastWriteMs: null })).toEqual({ writes: 'wait' });
    expect(verdicts(healthy(), { ...flowing, readsMissing: 1 })).toEqual({ writes: 'lost-writes' });
  });

  test('tells a server whose data differ from one that counted and agrees', () => {
    expect(counted(['10.0.0.1', 'agrees'])).toEqual({});
    expect(counted(['10.0.0.1', 'agrees'], ['10.0.0.2', 'differs'])).toEqual({ digests: 'diverged' });
    expect(counted(['10.0.0.1', 'differs'], ['10.0.0.2', 'unknown'])).toEqual({ digests: 'wait' });
  });

  test('a silence that was predicted is not waited for', () => {
    const silent = new Map(
      [...healthy()].map(([address, one]) => [address, { ...one, mode: null, epoch: null }]),
    );
    const outage = { ...expectation, serving: [] };
    expect(
      judge(outage, silent, { ...flowing, sinceLastWriteMs: 9000 }, new Map()).map((one) => one.state),
    ).not.toContain('wait');
  });
});
