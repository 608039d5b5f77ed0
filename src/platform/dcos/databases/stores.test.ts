// Stand-in: a transport that runs every host's script on this machine, with DC/OS' programs in a temporary folder.

import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { testCluster, testDuty } from '../../../../test/support/dcos-duty.js';
import { sortedEnsemble } from '../../../model/ensemble.js';
import { localTransport } from '../../../remote/local.js';
import type { Transport } from '../../../remote/transport.js';
import { decommissionDuty } from './decommission.js';
import { lookAtStores } from '../preflight/preflight-stores.js';

const cluster = { ...testCluster, dcos: { ...testCluster.dcos, version: '2.1.2' } } as const;
const plan = { from: sortedEnsemble(cluster.masters), down: [], stages: [] };
const signal = new AbortController().signal;
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'stores-'));
  for (const host of cluster.masters) {
    await program(host, 'detect_ip', `echo ${host}`);
    await program(host, 'dcos-shell', 'exec "$(dirname "$0")/$@"');
    await program(host, 'cockroach', `cat <<'END'\n${ranges(0)}END`);
    await program(host, 'dcos-etcdctl', `[ "$*" = diagnostic ] || exit 2; cat <<'END'\n${members(host)}END`);
  }
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

async function program(host: string, name: string, script: string): Promise<void> {
  const bin = join(root, host, 'opt/mesosphere/bin');
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(bin, name), 0o755);
}

function ranges(lacking: number): string {
  const rows = cluster.masters.map(
    (host, index) => `${index + 1},${host}:26257,0,${index === 0 ? lacking : 0},false`,
  );
  return `id,address,ranges_unavailable,ranges_underreplicated,is_decommissioning\n${rows.join('\n')}\n`;
}

function members(host: string): string {
  const list = cluster.masters.map(
    (one, index) => `{"ID":${index + 1},"name":"etcd-${one}","peerURLs":["https://${one}:2380"]}`,
  );
  const self = cluster.masters.indexOf(host) + 1;
  return `cmd \`member list -w json\`, exit status: \`0\`, stdout: \`{"header":{"member_id":${self}},"members":[${list.join()}]}\`, stderr: \`None\`\n`;
}

const transport: Transport = {
  ...localTransport(),
  run: (host, command, options) =>
    localTransport().run(
      host,
      command
        .replaceAll('/opt/mesosphere', join(root, host, 'opt/mesosphere'))
        .replaceAll('systemctl cat ', `cat ${join(root, host)}/`),
      options,
    ),
};

const seen = async (): Promise<readonly string[]> =>
  (await lookAtStores(cluster, transport, plan, signal)).faults.map(
    ({ host, seen: what }) => `${host}: ${what}`,
  );

test('before a run both are looked at: a cluster that is whole is told to be', async () => {
  expect(await lookAtStores(cluster, transport, plan, signal)).toEqual({
    faults: [],
    notes: ['whole: CockroachDB and etcd'],
  });
});

test('ranges that lack a replica keep a run from beginning', async () => {
  await program('10.0.0.1', 'cockroach', `cat <<'END'\n${ranges(4)}END`);
  expect(await seen()).toEqual(['CockroachDB: 4 ranges are under-replicated']);
});

test('a program that is not there tells nothing, before a run and after a stage', async () => {
  for (const host of cluster.masters)
    for (const name of ['cockroach', 'dcos-etcdctl']) await rm(join(root, host, 'opt/mesosphere/bin', name));
  const text = (await seen()).join('\n');
  expect(text).toContain('CockroachDB: no survivor tells of its nodes: 10.0.0.1: there is no ');
  expect(text).toContain('etcd: no master says who its members are');
  const order = { stage: 1, masters: cluster.masters, left: ['10.0.0.9'], fresh: [], down: [], late: [] };
  const reading = await decommissionDuty(cluster, transport, order).look(testDuty().context);
  expect(reading.kind).toBe('to-do');
});

test('after a stage the evidence claims no more than was looked at', async () => {
  const order = { stage: 1, masters: cluster.masters, left: ['10.0.0.9'], fresh: [], down: [], late: [] };
  expect(await decommissionDuty(cluster, transport, order).look(testDuty().context)).toEqual({
    kind: 'done',
    evidence: [
      'CockroachDB: no range lacks a replica',
      'etcd: only masters are members, and 10.0.0.1, 10.0.0.2, 10.0.0.3 are healthy ones',
      'navstar or dcos-net may still name 10.0.0.9 as a peer, and try to reach it: not looked at',
    ],
  });
});

test('a dead master keeps the databases of the others from starting where all are waited for', async () => {
  const down = ['10.0.0.3'];
  const at = async (version: string) =>
    lookAtStores({ ...cluster, dcos: { ...cluster.dcos, version } }, transport, { ...plan, down }, signal);
  const silent = 'echo "cannot dial server" >&2; exit 1';
  for (const host of cluster.masters) {
    await program(host, 'cockroach', silent);
    await program(host, 'dcos-etcdctl', silent);
  }
  expect((await at('2.1.2')).faults.length).toBeGreaterThan(1);
  const { faults, notes } = await at('2.1.0');
  expect(faults).toEqual([]);
  expect(notes.join('\n')).toMatch(
    /^CockroachDB: no survivor tells .*\netcd: on 10.0.0.1: .*; it may not start before 10.0.0.3 is replaced$/ms,
  );
});

function oneDoesNotLive(gone: string): string {
  return `cat <<'END'
id,address,ranges_unavailable,ranges_underreplicated,is_decommissioning,is_live
1,10.0.0.1:26257,3,3,${gone},true
2,10.0.0.2:26257,0,0,false,false
3,10.0.0.3:26257,0,0,false,false
END`;
}

test('one that was started again explains what is out of reach, and nothing else', async () => {
  const down = ['10.0.0.3'];
  const at = async (gone: string, version = '1.13.9') => {
    await program('10.0.0.1', 'cockroach', oneDoesNotLive(gone));
    const dcos = { ...cluster.dcos, version };
    return lookAtStores({ ...cluster, dcos }, transport, { ...plan, down }, signal);
  };
  expect(await at('false')).toEqual({
    faults: [],
    notes: ['CockroachDB: the node of 10.0.0.2 is not alive; it may not start before 10.0.0.3 is replaced'],
  });
  expect((await at('true')).faults.map((one) => one.seen)).toEqual([
    'the node of 10.0.0.1 is decommissioned, although it is a master',
  ]);
  expect((await at('false', '1.13.10')).faults.map((one) => one.seen)).toEqual(['3 ranges are unavailable']);
});

test('etcd that is off with Calico is told to be; on some masters alone it is a fault', async () => {
  const wanted = '/opt/mesosphere/etc/calico/calico_enabled';
  for (const host of cluster.masters) {
    const unit = `[Unit]\nConditionPathExists=${join(root, host)}${wanted}\n`;
    await writeFile(join(root, host, 'dcos-etcd.service'), unit);
    await program(host, 'dcos-etcdctl', 'echo "dial tcp: connection refused" >&2; exit 1');
  }
  const { faults, notes } = await lookAtStores(cluster, transport, plan, signal);
  expect(faults).toEqual([]);
  expect(notes[0]).toBe('whole: CockroachDB');
  expect(notes[1]).toMatch(/^etcd: off on all masters, for want of .*calico_enabled$/);
  const order = { stage: 1, masters: cluster.masters, left: ['10.0.0.9'], fresh: [], down: [], late: [] };
  const after = await decommissionDuty(cluster, transport, order).look(testDuty().context);
  expect(after).toMatchObject({ kind: 'done' });
  expect(JSON.stringify(after)).not.toContain('only masters are members');
  await mkdir(join(root, '10.0.0.1/opt/mesosphere/etc/calico'), { recursive: true });
  await writeFile(join(root, `10.0.0.1${wanted}`), '');
  await program('10.0.0.1', 'dcos-etcdctl', `cat <<'END'\n${members('10.0.0.1')}END`);
  expect((await seen()).join('\n')).toMatch(/etcd: on 10\.0\.0\.2: it is off.*\n.*on 10\.0\.0\.3: it is off/);
});
