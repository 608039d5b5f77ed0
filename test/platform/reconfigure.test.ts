// What a host of an ensemble that keeps its list itself looks like, and how a server joins one.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { credentialsFor, credentialsVariable } from '../../src/platform/zookeeper/credentials.js';
import { zookeeperPlatform } from '../../src/platform/zookeeper/platform.js';
import { withStaticList } from '../../src/platform/zookeeper/static-list.js';
import { localTransport } from '../../src/remote/local.js';
import type { HostObservation, JoinAction, Platform } from '../../src/run/platform.js';
import { type FakeCluster, fakeCluster, put } from './fake-host.js';
import { given } from '../support/given.js';

const never = new AbortController().signal;
const host = '10.0.0.3';
const action: JoinAction = {
  kind: 'join',
  address: host,
  ensemble: [
    { id: 1, address: '10.0.0.1' },
    { id: 2, address: '10.0.0.2' },
    { id: 7, address: host },
  ],
  stamp: 'run/1',
  leftovers: 'refuse',
};

const fakes: FakeCluster[] = [];

afterEach(() => {
  for (const fake of fakes.splice(0)) fake.remove();
});

function fresh(): { readonly platform: Platform; readonly at: (path: string) => string } {
  const fake = fakeCluster({});
  fakes.push(fake);
  return {
    platform: zookeeperPlatform(fake.cluster, localTransport()),
    at: (path) => join(fake.home(host), path),
  };
}

async function seen(platform: Platform): Promise<HostObservation> {
  const observed = await platform.observeHost(host, never);
  if (observed.kind === 'unknown') throw new Error(observed.reason);
  return observed;
}

/** What a server makes of its zoo.cfg once it has learnt the ensemble's list (as 3.8.0 does). */
function keepDynamically(at: (path: string) => string, servers: string): void {
  const name = `${at('conf/zoo.cfg')}.dynamic.100000003`;
  put(name, servers);
  put(at('conf/zoo.cfg'), `tickTime=2000\nkeep=this\ndynamicConfigFile=${name}\n`);
}

const listed = 'server.1=127.0.0.1:2:3:participant\nserver.2=127.0.0.2:2:3:participant;127.0.0.2:1\n';

test('the list is read from the file that zoo.cfg names, with its version; its rewriting is no change by us', async () => {
  const { platform, at } = fresh();
  put(at('data/myid'), '7\n');
  const before = (await seen(platform)).configuredAt;
  await new Promise((wake) => setTimeout(wake, 50));
  keepDynamically(at, listed);
  expect(await seen(platform)).toMatchObject({
    ensemble: action.ensemble.slice(0, 2),
    listVersion: '0x100000003',
    configuredAt: before,
  });
});

test('a join starts the server on an empty disk, with the members and itself', async () => {
  const { platform, at } = fresh();
  expect(await platform.perform(action, given(never))).toMatchObject({ kind: 'done' });
  expect(await seen(platform)).toMatchObject({
    running: true,
    enabled: true,
    serverId: 7,
    ensemble: action.ensemble,
    stamp: 'run/1',
  });
  expect(readFileSync(at('conf/zoo.cfg'), 'utf8')).toContain('server.7=127.0.0.3:2:3\n');
});

test('a join of one that runs already leaves its files alone; one that is down gets the whole list anew', async () => {
  const { platform, at } = fresh();
  await platform.perform(action, given(never));
  keepDynamically(at, listed);
  await platform.perform(action, given(never));
  expect((await seen(platform)).ensemble).toHaveLength(2);
  await platform.perform({ kind: 'stop', address: host }, given(never));
  await platform.perform(action, given(never));
  // It would end at once on a list without itself.
  expect(await seen(platform)).toMatchObject({ running: true, ensemble: action.ensemble, listVersion: null });
  expect(existsSync(`${at('conf/zoo.cfg')}.dynamic.100000003`)).toBe(false);
});

test('a member that comes back keeps its data, and the operator’s own lines', async () => {
  const { platform, at } = fresh();
  keepDynamically(at, listed);
  put(at('data/version-2/log.1'), 'mine');
  put(at('data/succession.stamp'), 'other/4');
  await platform.perform({ ...action, leftovers: 'keep' }, given(never));
  expect(await seen(platform)).toMatchObject({
    running: true,
    ensemble: action.ensemble,
    hasData: true,
    stamp: 'other/4',
  });
  const text = readFileSync(at('conf/zoo.cfg'), 'utf8');
  expect(text).toContain('keep=this\n');
  expect(text).not.toContain('dynamicConfigFile');
  expect(text).toContain('clientPort=1\n');
});

test('foreign data on a newcomer is refused', async () => {
  const { platform, at } = fresh();
  put(at('data/version-2/log.1'), 'somebody’s');
  expect(await platform.perform(action, given(never))).toMatchObject({ kind: 'failed' });
  expect(existsSync(at('data/version-2/log.1'))).toBe(true);
});

test('a join that is killed at any moment and repeated ends as if nothing had happened', async () => {
  const kills = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(kills, async (killsMs) => {
      const { platform } = fresh();
      for (const ms of killsMs) await platform.perform(action, given(AbortSignal.timeout(ms)));
      expect(await platform.perform(action, given(never))).toMatchObject({ kind: 'done' });
      const { running, ensemble, stamp } = await seen(platform);
      expect({ running, ensemble, stamp }).toEqual({
        running: true,
        ensemble: action.ensemble,
        stamp: 'run/1',
      });
    }),
    { numRuns: 6 },
  );
});

test('a static list is put back among the operator’s lines', () => {
  const text = '# mine\ntickTime=500\r\nserver.1=a:1:2\ndynamicConfigFile=/x\n';
  expect(withStaticList(text, 'tickTime=9\nclientPort=2181\nserver.1=b:1:2\nserver.2=c:1:2\n')).toBe(
    '# mine\ntickTime=500\nclientPort=2181\nserver.1=b:1:2\nserver.2=c:1:2\n',
  );
});

test('credentials come from the environment before the file, and never stand in a message', async () => {
  const fake = fakeCluster({});
  fakes.push(fake);
  const file = join(fake.home(host), 'credentials');
  const cluster = { ...fake.cluster, zookeeper: { ...fake.cluster.zookeeper, credentialsFile: file } };
  expect(await credentialsFor(fake.cluster, {})).toEqual({ kind: 'none' });
  expect(await credentialsFor(cluster, {})).toMatchObject({ kind: 'unreadable' });
  put(file, 'super:one\n');
  expect(await credentialsFor(cluster, {})).toEqual({ kind: 'given', text: 'super:one' });
  expect(await credentialsFor(cluster, { [credentialsVariable]: 'super:two' })).toEqual({
    kind: 'given',
    text: 'super:two',
  });
  put(file, 'secretwithoutaname\n');
  const bad = await credentialsFor(cluster, {});
  expect(bad.kind).toBe('unreadable');
  expect(JSON.stringify(bad)).not.toContain('secretwithoutaname');
});
