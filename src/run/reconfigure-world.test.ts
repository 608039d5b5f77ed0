// Is the state of a stage by reconfiguration read off what hosts and servers say, and what fits none refused?

import { describe, expect, test } from 'vitest';
import type { Ensemble } from '../model/ensemble.js';
import type { Stage } from '../plan/plan.js';
import type { HostObservation, ServiceObservation } from './platform.js';
import { readReconfigureWorld } from './reconfigure-world.js';
import type { StageContext } from './stage-world.js';

const from: Ensemble = [1, 2, 3].map((id) => ({ id, address: `zk${id}` }));
const to: Ensemble = [1, 3, 4].map((id) => ({ id, address: `zk${id}` }));
const between: Ensemble = [1, 2, 3, 4].map((id) => ({ id, address: `zk${id}` }));
const stage: Stage = {
  number: 1,
  kind: 'replace',
  method: 'reconfigure',
  from,
  ensemble: to,
  renumbered: [],
  fresh: ['zk4'],
  fullStop: false,
  reason: '',
  steps: [],
};

function host(address: string, given: Partial<HostObservation> = {}): HostObservation {
  return {
    kind: 'observed',
    address,
    at: 0,
    running: address !== 'zk4',
    startedAt: 1,
    enabled: true,
    serverId: Number(address.slice(2)),
    ensemble: from,
    listVersion: '0x100000000',
    configuredAt: 0,
    stamp: null,
    hasData: true,
    ...given,
  };
}

function service(address: string, given: Partial<ServiceObservation> = {}): ServiceObservation {
  return {
    address,
    at: 0,
    port: 'open',
    mode: address === 'zk3' ? 'leader' : 'follower',
    zxid: '0x1',
    epoch: 0,
    version: '3.8.0',
    serverId: null,
    ensemble: from,
    listVersion: '0x100000000',
    syncedFollowers: null,
    quorumSize: null,
    leaderUptimeMs: null,
    digestMismatches: null,
    evidence: '',
    ...given,
  };
}

function read(
  hosts: Readonly<Record<string, Partial<HostObservation>>> = {},
  services: Readonly<Record<string, Partial<ServiceObservation>>> = {},
  given: Partial<StageContext> = {},
): ReturnType<typeof readReconfigureWorld> {
  const context = {
    stage,
    family: '3.5.4',
    stamp: 'run/1',
    touching: [],
    reseeds: [],
    begun: true,
    ...given,
  } as const;
  const names = ['zk1', 'zk2', 'zk3', 'zk4'];
  const off = { port: 'refused', mode: null, ensemble: null } as const;
  return readReconfigureWorld(context, {
    hosts: new Map(names.map((name) => [name, host(name, hosts[name])])),
    services: new Map(
      names.map((name) => [
        name,
        service(name, name === 'zk4' ? { ...off, ...services[name] } : services[name]),
      ]),
    ),
  });
}

function codeOf(reading: ReturnType<typeof readReconfigureWorld>): string {
  return reading.kind === 'refused' ? reading.failure.code : 'world';
}

const joined = { running: true, stamp: 'run/1' };

describe('the list in force', () => {
  test('is the leader’s, wherever the others are by now', () => {
    const reading = read({ zk4: joined }, { zk3: { ensemble: between, listVersion: '0x100000003' } });
    if (reading.kind === 'refused') throw new Error(reading.failure.message);
    expect(reading.world).toMatchObject({ configuration: between, leader: 'zk3' });
    expect(reading.world.servers.map((one) => one.holds)).toEqual(['from', 'from', 'from', 'to']);
  });

  test('is the newest on a disk while nobody leads', () => {
    const reading = read(
      { zk1: { ensemble: between, listVersion: '0x100000003' }, zk4: joined },
      { zk3: { mode: null } },
    );
    if (reading.kind === 'refused') throw new Error(reading.failure.message);
    expect(reading.world).toMatchObject({ configuration: between, leader: null });
  });

  test('has not the leader that has just taken itself out', () => {
    const without: Ensemble = to.filter((member) => member.id !== 3);
    const reading = read(
      { zk4: joined },
      { zk3: { ensemble: [...without.slice(0, 1), { id: 2, address: 'zk2' }, ...without.slice(1)] } },
      { stage: { ...stage, ensemble: between.filter((member) => member.id !== 3) } },
    );
    if (reading.kind === 'refused') throw new Error(reading.failure.message);
    expect(reading.world.leader).toBeNull();
  });

  test.each([
    [
      'one that somebody else has made',
      [{ id: 9, address: 'zk9' }, ...from].reverse(),
      'unexpected-configuration',
    ],
    ['one that lacks a member that stays', from.slice(1), 'unexpected-configuration'],
    ['a static one', from, 'not-as-planned'],
  ] as const)('is refused when it is %s', (_, ensemble, code) => {
    expect(
      codeOf(read({}, { zk3: { ensemble, listVersion: code === 'not-as-planned' ? '0x0' : '0x1' } })),
    ).toBe(code);
  });

  test('must be the first one before the stage has begun', () => {
    expect(codeOf(read({ zk4: joined }, { zk3: { ensemble: between } }, { begun: false }))).toBe(
      'unexpected-configuration',
    );
  });
});

describe('a server', () => {
  test('that joined in this stage is installed, and one that is down otherwise than by us is not passed over', () => {
    expect(codeOf(read({ zk4: joined }))).toBe('world');
    expect(codeOf(read({ zk4: { stamp: 'run/1', running: false } }))).toBe('member-down');
    expect(codeOf(read({ zk4: { stamp: 'run/1', running: false } }, {}, { touching: ['zk4'] }))).toBe(
      'world',
    );
    expect(codeOf(read({ zk1: { running: false } }))).toBe('member-down');
    // Whoever leaves may be dead already.
    expect(codeOf(read({ zk2: { running: false } }))).toBe('world');
  });

  test('that nobody knows must not run on a newcomer', () => {
    expect(codeOf(read({ zk4: { running: true, stamp: 'other/1' } }))).toBe('leftover-data');
  });

  test('two that lead are refused', () => {
    expect(codeOf(read({}, { zk1: { mode: 'leader' } }))).toBe('two-leaders');
  });
});
