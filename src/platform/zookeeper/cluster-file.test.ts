import { describe, expect, test } from 'vitest';
import { parseClusterFile, renderClusterFile } from './cluster-file.js';
import type { Cluster } from './cluster-file.js';
import { dialledEnsemble, hostView, plannedEnsemble } from './host-view.js';

const text = `schema: succession.cluster/1
name: payments
platform: zookeeper
idPolicy: sorted
zookeeper:
  version: '3.4.8'
  settings: { tickTime: 2000, clientPortAddress: '{address}' }
ensemble:
  - { id: 2, address: 10.0.0.2 }
  - { id: 1, address: 10.0.0.1 }
hosts:
  - { address: 10.0.0.1, directory: /srv/one }
  - { address: 10.0.0.2, directory: "/srv/it's two", standIn: 127.9.0.2 }
transport: local
paths:
  configuration: '{directory}/conf/zoo.cfg'
  dataDirectory: '{directory}/data'
commands:
  start: systemctl start zookeeper@{address}
  stop: systemctl stop zookeeper@{address}
  running: '{directory}/ctl running'
  enable: systemctl enable zookeeper@{address}
  disable: systemctl disable zookeeper@{address}
  enabled: systemctl is-enabled zookeeper@{address}
`;

function read(source: string): Cluster {
  const result = parseClusterFile(source, 'succession.yaml');
  if (!result.ok) throw new Error(result.faults.map((fault) => fault.message).join('\n'));
  return result.value;
}

test('a cluster file is read with its defaults, and survives being written', () => {
  const cluster = read(text);
  expect(cluster.zookeeper).toMatchObject({ clientPort: 2181, quorumPort: 2888, electionPort: 3888 });
  expect(cluster.ensemble.map((member) => member.id)).toEqual([1, 2]);
  expect(read(renderClusterFile(cluster))).toEqual(cluster);
});

test('hosts are reached as the file says, by default as ssh_config does', () => {
  expect(read(text.replace('transport: local', 'transport: ssh'))).toMatchObject({ transport: 'ssh' });
  const file = read(text.replace('transport: local', 'transport: ssh\nssh: { user: core, port: 2222 }'));
  expect(file.ssh).toEqual({ user: 'core', port: 2222, sudo: 'none' });
  expect(read(renderClusterFile(file))).toEqual(file);
});

test('templates are filled in: paths as they are, commands as shell words', () => {
  const host = hostView(read(text), '10.0.0.2');
  expect(host?.dataDirectory).toBe("/srv/it's two/data");
  expect(host?.commands.start).toBe('systemctl start zookeeper@127.9.0.2');
  expect(host?.commands.running).toBe(`'/srv/it'\\''s two'/ctl running`);
});

test('an ensemble is dialled at the stand-ins and planned by the addresses', () => {
  const cluster = read(text);
  const dialled = dialledEnsemble(cluster, cluster.ensemble);
  expect(dialled.map((member) => member.address)).toEqual(['10.0.0.1', '127.9.0.2']);
  expect(plannedEnsemble(cluster, dialled)).toEqual(cluster.ensemble);
});

describe('what is wrong with a cluster file is told with its line', () => {
  test.each([
    ['name: payments', 'name: pay ments', 2, /name/],
    ["version: '3.4.8'", 'version: 3.8', 6, /in quotes/],
    ['{ id: 1, address: 10.0.0.1 }', '{ id: 300, address: 10.0.0.1 }', 10, /ensemble\.1\.id/],
    ['{ id: 1, address: 10.0.0.1 }', '{ id: 2, address: 10.0.0.1 }', 10, /has 2 twice/],
    ['{ id: 1, address: 10.0.0.1 }', '{ id: 1, address: 10.0.0.300 }', 10, /300 is above 255/],
    ['{ id: 1, address: 10.0.0.1 }', '{ id: 1, address: 10.0.0.7 }', 10, /not among the hosts/],
    ['{ id: 1, address: 10.0.0.1 }', '{ id: 3, address: 10.0.0.1 }', 9, /1:10\.0\.0\.1,2:10\.0\.0\.2/],
    ['directory: /srv/one', 'directory: srv/one', 12, /absolute path/],
    ['address: 10.0.0.1, directory', 'address: 10.0.0.2, directory', 13, /has 10\.0\.0\.2 twice/],
    ['start zookeeper@{address}', 'start zookeeper@{host}', 19, /nothing else in braces/],
    ['transport: local', 'transport: telnet', 14, /transport/],
    ['transport: local', 'transport: local\nssh: { user: core }', 15, /of no use with 'transport: local'/],
    ['transport: local', 'transport: ssh\nssh: { sudo: password }', 15, /wants sudoPasswordFile/],
    ['transport: local', 'transport: ssh\nssh: { user: -oProxyCommand=x }', 15, /name of a user/],
    ['tickTime: 2000', 'server.1: a:2888:3888', 7, /written by us/],
    ['name: payments', 'name: [payments', 3, /not YAML/],
  ])('%s → %s', (good, bad, line, message) => {
    const result = parseClusterFile(text.replace(good, bad), 'succession.yaml');
    if (result.ok) throw new Error('it was accepted');
    expect(result.faults[0]?.place).toBe(`succession.yaml:${line}`);
    expect(result.faults[0]?.message).toMatch(message);
  });
});
