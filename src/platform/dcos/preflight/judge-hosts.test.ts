import { describe, expect, test } from 'vitest';
import { sortedEnsemble } from '../../../model/ensemble.js';
import { localTransport } from '../../../remote/local.js';
import { clockFaults, newcomerFaults, nodeFaults, type NodeWants } from './judge-hosts.js';
import { newcomersOf } from './preflight.js';
import { type NodeReading, readNode } from './preflight-host.js';
import { type BootstrapReading, type NewcomerReading, readNewcomer } from './preflight-newcomer.js';

const GiB = 1024 ** 3;
const address = '10.0.0.1';
const basics = {
  kind: 'known',
  address,
  root: true,
  clock: { offsetMs: 0, errorMs: 5 },
  docker: { status: 0, said: '' },
  space: [{ path: '/var', freeBytes: 8 * GiB }],
} as const;
const node: NodeReading = {
  ...basics,
  version: '1.9.10',
  serversSpec: '1:10.0.0.1',
  masters: ['10.0.0.1'],
  roles: ['slave'],
  broken: false,
  units: [],
};
const wants: NodeWants = {
  version: '1.9.10',
  role: 'slave',
  serversSpec: '1:10.0.0.1',
  mayDiffer: () => false,
};
const comer: NewcomerReading = { ...basics, installed: [], detected: address, reached: 0, ports: [22] };
const never = new AbortController().signal;

describe('a node before a run', () => {
  test.each<[string, Partial<NodeReading>, readonly string[]]>([
    ['is as it must be', {}, []],
    ['has another version', { version: '1.9.9' }, ['its DC/OS is 1.9.9, not 1.9.10']],
    ['has another role', { roles: ['slave_public'] }, ['its roles are slave_public, not slave']],
    [
      'has an older list',
      { serversSpec: '1:10.0.0.9' },
      ['its /opt/mesosphere/etc/exhibitor has 1:10.0.0.9, not 1:10.0.0.1'],
    ],
    [
      'is half activated, and at work',
      { broken: true, units: ['succession-a.service'] },
      [
        'an activation of packages broke off there: /opt/mesosphere/install_progress',
        'succession-a.service is at work there',
      ],
    ],
    ['has no docker', { docker: { status: 1, said: 'no daemon' } }, ['docker ps ends with 1: no daemon']],
    [
      'is full',
      { space: [{ path: '/opt', freeBytes: GiB / 2 }] },
      ['only 512 MiB are free on /opt, not 1024 MiB'],
    ],
    ['has room for an upgrade', { space: [{ path: '/opt', freeBytes: GiB }] }, []],
    ['does not let us be root', { root: false }, ['commands do not run as root']],
  ])('%s', (_, changes, expected) => {
    expect(nodeFaults(wants, { ...node, ...changes }).map((fault) => fault.seen)).toEqual(expected);
  });

  test('is refused when it can not be asked', () => {
    const unknown = { kind: 'unknown', address, reason: 'no route' } as const;
    expect(nodeFaults(wants, unknown)).toMatchObject([
      { host: address, seen: 'could not be asked: no route' },
    ]);
  });
});

test.each<[string, Partial<NewcomerReading>, readonly string[]]>([
  ['a fresh host', {}, []],
  [
    'another address',
    { detected: '172.17.0.1' },
    ["genconf/ip-detect prints '172.17.0.1' there, not 10.0.0.1"],
  ],
  [
    'DC/OS already, whose ports are its own',
    { installed: ['/opt/mesosphere'], ports: [2181] },
    ['DC/OS is there already: /opt/mesosphere'],
  ],
  [
    'room for an upgrade alone',
    { space: [{ path: '/opt', freeBytes: 2 * GiB }] },
    ['only 2048 MiB are free on /opt, not 4096 MiB'],
  ],
  ['a port taken', { ports: [80, 3888] }, ['something listens at port 80, 3888']],
  [
    'no bootstrap node',
    { reached: 7 },
    ["it can't load dcos_install.sh from the bootstrap node: the connection is refused (curl ends with 7)"],
  ],
])('a newcomer: %s', (_, changes, expected) => {
  expect(newcomerFaults({ ...comer, ...changes }).map((fault) => fault.seen)).toEqual(expected);
});

test('a dead master that is rebuilt at its address is a newcomer, and may hold what is wiped', () => {
  const from = sortedEnsemble(['10.0.0.1', '10.0.0.2', '10.0.0.3']);
  const stage = { number: 1, from, ensemble: from, fresh: ['10.0.0.2'] };
  expect(newcomersOf({ from, down: ['10.0.0.2'], stages: [stage] })).toEqual(['10.0.0.2']);
  // One that lives is asked as the master that it is.
  expect(newcomersOf({ from, down: [], stages: [stage] })).toEqual([]);
  const rebuilt = { ...comer, installed: ['/opt/mesosphere'], ports: [2181], detected: '10.0.0.9' };
  expect(newcomerFaults(rebuilt, 'wiped').map((fault) => fault.seen)).toEqual([
    "genconf/ip-detect prints '10.0.0.9' there, not 10.0.0.1",
  ]);
});

test('a clock that strays is told, as far as the round trip lets it be known', () => {
  const hosts = [0, 3, -40, 3_200, -1_400].map((offsetMs, index) => ({
    ...basics,
    address: `10.0.0.${index + 1}`,
    clock: { offsetMs, errorMs: index === 4 ? 800 : 5 },
  }));
  expect(clockFaults(hosts).map(({ host, seen }) => `${host}: ${seen}`)).toEqual([
    '10.0.0.4: its clock is 3.2 s ahead of the others',
  ]);
});

describe('on this machine, where there is no DC/OS', () => {
  test('a node says that it has nothing', async () => {
    const reading = await readNode(localTransport(), address, never);
    if (reading.kind === 'unknown') throw new Error(reading.reason);
    expect(reading).toMatchObject({ version: '', serversSpec: '', roles: [], broken: false });
    expect(Math.abs(reading.clock.offsetMs)).toBeLessThanOrEqual(reading.clock.errorMs + 1);
    expect(reading.space.length).toBeGreaterThan(0);
  });

  test("a newcomer runs the bootstrap node's ip-detect with its own interpreter", async () => {
    const bootstrap: BootstrapReading = {
      kind: 'known',
      url: 'http://127.0.0.1:9',
      hasGenerator: true,
      docker: 0,
      freeBytes: GiB,
      oldUpgrades: 0,
      ipDetect: '#!/usr/bin/env bash\nset -o nounset -o errexit\nlist=(10.0.0.7 x); echo "${list[0]}"\n',
    };
    const reading = await readNewcomer(localTransport(), address, bootstrap, never);
    if (reading.kind === 'unknown') throw new Error(reading.reason);
    expect(reading).toMatchObject({ detected: '10.0.0.7', installed: [], reached: 7 });
  });
});
