import { describe, expect, test } from 'vitest';
import { sortedEnsemble } from '../../../model/ensemble.js';
import { disagrees, ensembleFaults, type MasterReading } from './judge-ensemble.js';
import { judgeMesos } from './judge-mesos.js';

const ensemble = sortedEnsemble(['10.0.0.1', '10.0.0.2', '10.0.0.3']);
const wants = { ensemble, down: [] };
const leader = '10.0.0.2';

/** A master of a healthy cluster; `changes` make it ill. */
function master(address: string, changes: Partial<MasterReading> = {}): MasterReading {
  const leads = address === leader;
  const id = ensemble.find((member) => member.address === address)?.id ?? 0;
  const servers = ensemble.map((member) => ({
    code: 3,
    description: 'serving',
    hostname: member.address,
    isLeader: member.address === leader,
  }));
  const log = { recovered: true, ensembleSize: null };
  return {
    address,
    status: { kind: 'answered', value: servers },
    configuration: { kind: 'answered', value: { ensemble, serverId: id, checkMs: 30_000 } },
    service: {
      address,
      at: 0,
      port: 'open',
      zxid: '0x1',
      epoch: 0,
      version: '3.4.8',
      evidence: 'as asked',

      ensemble: null,
      listVersion: null,
      quorumSize: null,
      leaderUptimeMs: null,
      digestMismatches: null,
      mode: leads ? 'leader' : 'follower',
      serverId: id,
      syncedFollowers: leads ? 2 : null,
      followers: leads ? 2 : null,
    },
    mesos: {
      kind: 'answered',
      value: { elected: address === '10.0.0.3', registrar: log, overlay: log, activeAgents: null },
    },
    ...changes,
  };
}

function cluster(changes: Readonly<Record<string, Partial<MasterReading>>> = {}): readonly MasterReading[] {
  return ensemble.map(({ address }) => master(address, changes[address]));
}

const replicas = { kind: 'read', count: 3, addresses: [] } as const;

function found(readings: readonly MasterReading[], count = 3): readonly string[] {
  const mesos = judgeMesos({ members: 3, strict: false, shutBy: [] }, readings, { ...replicas, count });
  return [...ensembleFaults(wants, readings), ...mesos.faults].map(({ host, seen }) => `${host}: ${seen}`);
}

/** What Exhibitor shows of one server. */
function showing(
  hostname: string,
  change: { readonly code?: number; readonly description?: string; readonly isLeader?: boolean },
): Partial<MasterReading> {
  const { status } = master(leader);
  if (status.kind !== 'answered') throw new Error('it answers');
  const value = status.value.map((one) => (one.hostname === hostname ? { ...one, ...change } : one));
  return { status: { kind: 'answered', value } };
}

const silent = { ...master('10.0.0.1').service, mode: null, evidence: 'no leader' };
const { mesos: healthy } = master('10.0.0.1');
const registrar = { recovered: false, ensembleSize: null };

describe('the ensemble before a run', () => {
  test('a healthy one has no fault', () => {
    expect(found(cluster())).toEqual([]);
    expect(disagrees(cluster())).toBe(false);
  });

  test.each<[string, readonly MasterReading[], readonly string[]]>([
    [
      "one master's view only",
      cluster({ '10.0.0.1': showing('10.0.0.3', { code: 1, description: 'down' }) }),
      ['10.0.0.1: its Exhibitor sees 10.0.0.3 down'],
    ],
    [
      'two leaders in one view',
      cluster({ '10.0.0.3': showing('10.0.0.1', { isLeader: true }) }),
      ['10.0.0.3: its Exhibitor sees 10.0.0.1 and 10.0.0.2 lead, not 10.0.0.2'],
    ],
    [
      'an older list in memory, though the file may be new',
      cluster({
        '10.0.0.1': {
          configuration: {
            kind: 'answered',
            value: {
              ensemble: sortedEnsemble(['10.0.0.1', '10.0.0.2', '10.0.0.9']),
              serverId: 1,
              checkMs: null,
            },
          },
        },
      }),
      ['10.0.0.1: its Exhibitor works with 1:10.0.0.1,2:10.0.0.2,3:10.0.0.9 as 1'],
    ],
    [
      'a stale server attached to the leader',
      cluster({ [leader]: { service: { ...master(leader).service, syncedFollowers: 3 } } }),
      ['10.0.0.2: it leads 3 synced followers, not 2'],
    ],
    [
      'a server that is attached to the leader and never synced',
      cluster({ [leader]: { service: { ...master(leader).service, followers: 3 } } }),
      ['10.0.0.2: 3 followers are attached to it where 2 can be: one is a stranger or a duplicate'],
    ],
    [
      'another id than the list has',
      cluster({ '10.0.0.1': { service: { ...master('10.0.0.1').service, serverId: 3 } } }),
      ['10.0.0.1: its ZooKeeper has the id 3; by the list it is 1'],
    ],
    [
      'an Exhibitor that is silent',
      cluster({ '10.0.0.1': { status: { kind: 'silent', reason: 'no answer within 20000 ms' } } }),
      ['10.0.0.1: its Exhibitor does not tell: no answer within 20000 ms'],
    ],
    [
      "a log of Mesos' that has not recovered",
      cluster({
        '10.0.0.1':
          healthy.kind === 'answered'
            ? { mesos: { ...healthy, value: { ...healthy.value, registrar } } }
            : {},
      }),
      ["10.0.0.1: Mesos' registrar log has not recovered there"],
    ],
    [
      'nobody elected',
      cluster({ '10.0.0.3': { mesos: healthy } }),
      ['the masters: of the Mesos masters none is elected'],
    ],
  ])('%s', (_, readings, expected) => {
    expect(found(readings)).toEqual(expected);
  });

  test('a replica too many is a fault', () => {
    expect(found(cluster(), 4)).toEqual(["the masters: 4 replicas of Mesos' log are alive, not 3"]);
  });

  test('what Exhibitor remembers is told from what ZooKeeper says', () => {
    expect(disagrees(cluster({ '10.0.0.1': { service: silent } }))).toBe(true);
    expect(disagrees(cluster({ '10.0.0.3': showing('10.0.0.2', { isLeader: false }) }))).toBe(true);
  });

  test('a password that is not known leaves the list to the file', () => {
    expect(
      found(cluster({ '10.0.0.1': { configuration: { kind: 'forbidden', reason: 'status 401' } } })),
    ).toEqual([]);
  });
});
