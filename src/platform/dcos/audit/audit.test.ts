// Stand-in: a transport that runs the search on this machine, with the hosts' folders inside a temporary one.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDuty } from '../../../../test/support/dcos-duty.js';
import { localTransport } from '../../../remote/local.js';
import type { Transport } from '../../../remote/transport.js';
import { addressesNamedIn, appFindings, dnsFindings } from './audit.js';
import { auditCluster } from './audit-cluster.js';
import { auditDuty } from './audit-duty.js';

const cluster = {
  name: 'one',
  bootstrap: { address: '10.0.0.9', directory: '/root/dcos', generator: 'generate.sh' },
  masters: ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
  agents: { private: ['10.0.1.1'], public: [] },
};

const config = `bootstrap_url: http://10.0.0.9
master_list:
- 10.0.0.1
- 10.0.0.2
- 10.0.0.3
resolvers:
- 10.0.0.3
`;

const files: Readonly<Record<string, string>> = {
  '10.0.0.1/etc/hosts': '127.0.0.1 localhost\n10.0.0.3 old-master # password=sesame\n10.0.0.30 other\n',
  '10.0.0.2/etc/network': 'Address=10.0.0.2\n',
  '10.0.0.2/etc/resolv.conf': 'nameserver 10.0.0.3\n',
  '10.0.0.3/etc/network': 'Address=10.0.0.3\nGateway=10.0.0.1\n',
  '10.0.1.1/opt/mesosphere/packages/dcos-config--setup_1/etc/master_list': '["10.0.0.3"]',
  '10.0.1.1/opt/mesosphere/packages/mesos--1/etc/edited': 'zk=10.0.0.3:2181\n',
  '10.0.1.1/opt/mesosphere/packages/mesos--1/lib/not-looked-at': '10.0.0.3\n',
  '10.0.1.1/etc/data': '\u000010.0.0.3\n',
  '10.0.0.9/root/dcos/genconf/config.yaml': config,
  '10.0.0.9/root/dcos/genconf/ip-detect': '#!/bin/sh\nip route get 10.0.0.3\n',
  '10.0.0.9/root/dcos/genconf/config.yaml.succession-r1-1': config,
  '10.0.0.9/root/dcos/genconf/serve/upgrade/ab/dcos_node_upgrade.sh': '10.0.0.3',
};

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'audit-'));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

function transport(apps: string): Transport {
  const local = localTransport();
  return {
    ...local,
    run: (host, command, options) => {
      if (command.startsWith('curl'))
        return Promise.resolve({ kind: 'exited', status: 0, stdout: apps, stderr: '' });
      const inside = command.replaceAll(/(?<![\w.*])\/(etc|opt|var|root)\b/g, `${join(root, host)}/$1`);
      return local.run(host, inside, options);
    },
  };
}

const noApps = '{"apps":[]}\n200';
const signal = new AbortController().signal;

async function found(addresses: readonly string[], apps = noApps): Promise<readonly string[]> {
  const { findings } = await auditCluster(cluster, transport(apps), addresses, { signal });
  return findings.map(
    ({ rule, subject, address }) =>
      `${rule} ${subject.replaceAll(`${root}/`, '').replace(/^([\d.]+):\1/, '$1:')} ${address ?? '-'}`,
  );
}

describe('auditCluster', () => {
  test('finds who names a master that leaves, with file and line; not what DC/OS writes itself', async () => {
    expect(await found(['10.0.0.3'])).toEqual([
      'address-in-file 10.0.0.1:/etc/hosts:2 10.0.0.3',
      'address-in-file 10.0.1.1:/opt/mesosphere/packages/mesos--1/etc/edited:1 10.0.0.3',
      'address-in-genconf 10.0.0.9:/root/dcos/genconf/config.yaml:7 10.0.0.3',
      'address-in-genconf 10.0.0.9:/root/dcos/genconf/ip-detect:2 10.0.0.3',
      'old-upgrade-scripts 10.0.0.9:/root/dcos/genconf/serve/upgrade -',
    ]);
  });

  test('asked about all masters it searches each of them, for the others', async () => {
    const all = await found(cluster.masters);
    expect(all).toContain('address-in-file 10.0.0.3:/etc/network:2 10.0.0.1');
    expect(all.join('\n')).not.toContain('10.0.0.2:/etc/network');
  });

  test('whoever does not answer is told, and keeps a run from beginning', async () => {
    expect(await found(['10.0.0.3'], 'Unauthorized\n401')).toContain('not-looked-at Marathon apps -');
    const context = { signal, say: () => undefined } as unknown as Parameters<
      ReturnType<typeof auditDuty>['look']
    >[0];
    const reading = await auditDuty(cluster, transport(noApps), { leaving: ['10.0.0.3'] }).look(context);
    expect(reading).toMatchObject({ kind: 'refused', failure: { code: 'audit', blame: 'operator' } });
    expect(JSON.stringify(reading)).not.toContain('sesame');
    expect(await auditDuty(cluster, transport(noApps), { leaving: [] }).look(context)).toMatchObject({
      kind: 'done',
    });
  });
});

test('a dead master is not searched, and is told; what others have is found as ever', async () => {
  const [dead = ''] = cluster.masters;
  const plain = transport('\n000');
  const without: Transport = {
    ...plain,
    run: (host, command, options) =>
      host === dead
        ? Promise.resolve({ kind: 'unknown', reason: 'no answer' })
        : plain.run(host, command, options),
  };
  const look = async (order: { readonly down?: readonly string[]; readonly shutBy?: readonly string[] }) => {
    const duty = auditDuty(cluster, without, { leaving: ['10.0.0.3'], ...order });
    return JSON.stringify(await duty.look(testDuty().context));
  };
  expect(await look({})).toContain('10.0.0.1: files: It could not be looked at: no answer');
  const told = await look({ down: [dead], shutBy: [dead] });
  expect(told).toContain('10.0.1.1:');
  expect(told).not.toMatch(/10\.0\.0\.1: files|Marathon apps/);
  // Where services need not wait for it, Marathon must answer.
  expect(await look({ down: [dead] })).toContain('Marathon apps: It could not be looked at');
  const { findings } = await auditCluster(cluster, without, ['10.0.0.3'], { signal, down: [dead] });
  expect(findings).toContainEqual(expect.objectContaining({ subject: '10.0.0.1: files', severity: 'info' }));
});

describe('a search that could not search', () => {
  const signalled = { signal };
  const about = async (change: (script: string) => string): Promise<string> => {
    const plain = transport(noApps);
    const changed: Transport = {
      ...plain,
      run: (host, command, options) =>
        plain.run(host, host === '10.0.0.1' ? change(command) : command, options),
    };
    const { findings } = await auditCluster(cluster, changed, ['10.0.0.3'], signalled);
    return findings
      .filter(({ rule }) => rule === 'not-looked-at')
      .map(({ subject, message }) => `${subject}: ${message}`)
      .join();
  };

  test.each<[string, (script: string) => string, RegExp]>([
    ['without grep', (script) => script.replace('-r grep', '-r no-such-grep'), /xargs with 127/],
    ['without find', (script) => script.replace('find /etc', 'no-such-find /etc'), /no-such-find.*not found/],
    ['over nothing', (script) => script.replace('-type f', '-type p'), /there was no file to search/],
    ['that a signal ends', (script) => script.replace('timeout 90', 'false'), /did not end/],
  ])('%s is told as such', async (_, change, expected) => {
    expect(await about((script) => script)).toBe('');
    const text = await about(change);
    expect(text).toMatch(expected);
    expect(text).toMatch(/^10\.0\.0\.1: files: It could not be looked at: /);
  });
});

describe('judging', () => {
  test('every text of an app is looked at', () => {
    const apps = {
      apps: [{ id: '/web', env: { ZK: 'zk://10.0.0.3:2181/x' }, args: ['a', '10.0.0.30'] }, { id: '/ok' }],
    };
    expect(appFindings(`${JSON.stringify(apps)}\n200`, ['10.0.0.3'])).toMatchObject([
      { subject: 'Marathon app /web, env.ZK', address: '10.0.0.3' },
    ]);
    expect(appFindings('<html>\n200', ['10.0.0.3'])).toBeNull();
  });

  test('an address is found whole only', () => {
    expect(addressesNamedIn('a=10.0.0.1:80', ['10.0.0.1'])).toEqual(['10.0.0.1']);
    expect(addressesNamedIn('to 10.0.0.1.', ['10.0.0.1'])).toEqual(['10.0.0.1']);
    for (const text of ['10.0.0.12', '110.0.0.1', '10.0.0.1.5', '1.10.0.0.1'])
      expect(addressesNamedIn(text, ['10.0.0.1'])).toEqual([]);
  });

  test('a name that points to one that leaves is told, and is no hindrance', () => {
    expect(dnsFindings('masters', ['10.0.0.2', '10.0.0.3'], ['10.0.0.3'])).toMatchObject([
      { severity: 'info', address: '10.0.0.3' },
    ]);
  });
});
