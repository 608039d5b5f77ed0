import { describe, expect, test } from 'vitest';
import { type Ensemble, sortedEnsemble } from '../model/ensemble.js';
import type { Stage } from '../plan/plan.js';
import type { HostObservation, ServiceObservation } from './platform.js';
import { readStageWorld, type StageContext } from './stage-world.js';

const from: Ensemble = sortedEnsemble(['10.0.0.1', '10.0.0.2', '10.0.0.3']);
const to: Ensemble = sortedEnsemble(['10.0.0.1', '10.0.0.25', '10.0.0.3']);
const stage: Stage = {
  number: 1,
  kind: 'replace',
  method: 'restart',
  from,
  ensemble: to,
  renumbered: [],
  fresh: ['10.0.0.25'],
  fullStop: false,
  reason: '',
  steps: [],
};
const context: StageContext = {
  stage,
  family: '3.5.4',
  stamp: 'run/1',
  touching: [],
  reseeds: [],
  begun: true,
};

function host(address: string, extra: Partial<HostObservation> = {}): HostObservation {
  return {
    kind: 'observed',
    address,
    at: 0,
    running: true,
    startedAt: 2000,
    enabled: true,
    serverId: from.find((member) => member.address === address)?.id ?? null,
    ensemble: from,
    configuredAt: 1000,
    stamp: null,
    hasData: true,
    ...extra,
  };
}

function service(address: string, extra: Partial<ServiceObservation> = {}): ServiceObservation {
  const absent = {
    zxid: null,
    epoch: null,
    version: null,
    serverId: null,
    ensemble: null,
    syncedFollowers: null,
  };
  const figures = { quorumSize: null, leaderUptimeMs: null, digestMismatches: null };
  return { address, at: 0, port: 'open', mode: 'follower', evidence: '', ...absent, ...figures, ...extra };
}

const bare = {
  running: false,
  startedAt: null,
  enabled: false,
  serverId: null,
  ensemble: null,
  configuredAt: null,
  hasData: false,
};

/** The start of the stage, with changes to some hosts and services. */
function read(
  hosts: Readonly<Record<string, Partial<HostObservation>>> = {},
  services: Readonly<Record<string, Partial<ServiceObservation>>> = {},
  changes: Partial<StageContext> = {},
): unknown {
  const addresses = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.25'];
  const reading = readStageWorld(
    { ...context, ...changes },
    {
      hosts: new Map(
        addresses.map((one) => [one, host(one, { ...(one === '10.0.0.25' ? bare : {}), ...hosts[one] })]),
      ),
      services: new Map(
        addresses.map((one) => [
          one,
          service(one, { mode: one === '10.0.0.3' ? 'leader' : 'follower', ...services[one] }),
        ]),
      ),
    },
  );
  if (reading.kind === 'refused') return reading.failure.code;
  return Object.fromEntries(
    reading.world.servers.map((one) => [
      one.address,
      [
        one.holds,
        one.running ? 'running' : 'down',
        one.fenced ? 'fenced' : '',
        one.installed ? 'installed' : 'bare',
      ]
        .filter(Boolean)
        .join(' '),
    ]),
  );
}

const members = {
  '10.0.0.1': 'from running installed',
  '10.0.0.2': 'from running installed',
  '10.0.0.3': 'from running installed',
};

describe('readStageWorld', () => {
  test('reads the start of a stage', () => {
    expect(read()).toEqual({ ...members, '10.0.0.25': 'nothing down fenced bare' });
  });

  test('a leaver that is stopped is fenced only once it is disabled too', () => {
    expect(read({ '10.0.0.2': { running: false } })).toMatchObject({ '10.0.0.2': 'from down installed' });
    expect(read({ '10.0.0.2': { running: false, enabled: false } })).toMatchObject({
      '10.0.0.2': 'from down fenced installed',
    });
  });

  test('a newcomer counts as installed by the stamp of this very stage only', () => {
    const installed = {
      ...bare,
      running: true,
      startedAt: 3000,
      enabled: true,
      serverId: 2,
      ensemble: to,
      configuredAt: 2500,
      hasData: true,
    };
    expect(read({ '10.0.0.25': { ...installed, stamp: 'run/1' } })).toMatchObject({
      '10.0.0.25': 'to running installed',
    });
    expect(read({ '10.0.0.25': { ...installed, stamp: 'run/0' } })).toBe('leftover-data');
    expect(read({ '10.0.0.25': installed })).toBe('leftover-data');
  });

  test('an install that broke off before its first start is still to do', () => {
    const stamped = { '10.0.0.25': { ...bare, stamp: 'run/1' } };
    expect(read(stamped)).toMatchObject({ '10.0.0.25': 'nothing down fenced bare' });
    const written = { '10.0.0.25': { ...bare, stamp: 'run/1', enabled: true, serverId: 2, ensemble: to } };
    expect(read(written)).toMatchObject({ '10.0.0.25': 'nothing down bare' });
  });

  test('an upgraded survivor holds the new list once its process has read it', () => {
    expect(read({ '10.0.0.1': { ensemble: to } })).toMatchObject({ '10.0.0.1': 'to running installed' });
  });

  test('a file that is newer than its process is our own half-way upgrade, or a stop', () => {
    const halfway = { '10.0.0.1': { ensemble: to, configuredAt: 5000 } };
    expect(read(halfway, {}, { touching: ['10.0.0.1'] })).toMatchObject({
      '10.0.0.1': 'from running installed',
    });
    expect(read(halfway)).toBe('unexpected-configuration');
  });

  test('the list that a process says it loaded is believed over the file', () => {
    expect(read({ '10.0.0.1': { ensemble: to } }, { '10.0.0.1': { ensemble: from } })).toMatchObject({
      '10.0.0.1': 'from running installed',
    });
  });

  test('a member that is down is refused, unless it is the one being worked on', () => {
    const down = { '10.0.0.1': { running: false, startedAt: null } };
    expect(read(down)).toBe('member-down');
    expect(read(down, {}, { touching: ['10.0.0.1'] })).toMatchObject({ '10.0.0.1': 'from down installed' });
    expect(read(down, {}, { stage: { ...stage, fullStop: true } })).toMatchObject({
      '10.0.0.1': 'from down installed',
    });
    expect(read(down, {}, { stage: { ...stage, fullStop: true }, begun: false })).toBe('member-down');
  });

  test('a list of neither side, a wrong id and a missing file are refused', () => {
    expect(read({ '10.0.0.1': { ensemble: from.slice(0, 2) } })).toBe('unexpected-configuration');
    expect(read({ '10.0.0.1': { serverId: 3 } })).toBe('unexpected-configuration');
    expect(read({ '10.0.0.1': { ensemble: null } })).toBe('unexpected-configuration');
  });

  test('two leaders are refused', () => {
    expect(read({}, { '10.0.0.1': { mode: 'leader' } })).toBe('two-leaders');
  });
});
