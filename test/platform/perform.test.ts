import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { Ensemble } from '../../src/model/ensemble.js';
import { zookeeperPlatform } from '../../src/platform/zookeeper/platform.js';
import { localTransport } from '../../src/remote/local.js';
import type { Action, HostObservation, Platform } from '../../src/run/platform.js';
import { fakeCluster, put } from './fake-host.js';
import type { FakeCluster } from './fake-host.js';
import { given } from '../support/given.js';

const never = new AbortController().signal;
const newcomer = '10.0.0.3';
const target: Ensemble = [
  { id: 1, address: '10.0.0.1' },
  { id: 2, address: newcomer },
];
const install: Action = {
  kind: 'install',
  address: newcomer,
  ensemble: target,
  stamp: 'run-1/2',
  leftovers: 'refuse',
};
const upgrade: Action = { kind: 'upgrade', address: '10.0.0.1', ensemble: target };

let fakes: FakeCluster[] = [];
afterEach(() => {
  for (const fake of fakes) fake.remove();
  fakes = [];
});

function fresh(
  changes: Parameters<typeof fakeCluster>[0] = {},
): FakeCluster & { readonly platform: Platform } {
  const fake = fakeCluster(changes);
  fakes.push(fake);
  return { ...fake, platform: zookeeperPlatform(fake.cluster, localTransport()) };
}

async function seen(platform: Platform, address: string): Promise<HostObservation> {
  const observation = await platform.observeHost(address, never);
  if (observation.kind === 'unknown') throw new Error(observation.reason);
  return observation;
}

/** A member as an operator has set it up: with lines that are none of our business. */
function setUp(fake: FakeCluster, address: string): string {
  const text = `# ours\r\ntickTime=2000\r\nserver.1=127.0.0.1:2:3\r\nserver.2=127.0.0.2:2:3\r\nmystery = 1`;
  put(join(fake.home(address), 'conf/zoo.cfg'), text);
  put(join(fake.home(address), 'data/myid'), `${address.at(-1)}\n`);
  put(join(fake.home(address), 'data/version-2/log.1'), 'precious');
  put(join(fake.home(address), 'run'), `${process.pid}\n`);
  return text;
}

describe('install', () => {
  test('sets an empty host up: the list, the id, the stamp, enabled, running', async () => {
    const { platform, home } = fresh();
    expect(await platform.perform(install, given(never))).toMatchObject({ kind: 'done' });
    expect(await seen(platform, newcomer)).toMatchObject({
      running: true,
      enabled: true,
      serverId: 2,
      ensemble: target,
      stamp: 'run-1/2',
      hasData: false,
    });
    expect(readFileSync(join(home(newcomer), 'conf/zoo.cfg'), 'utf8')).toBe(
      'tickTime=2000\nclientPortAddress=127.0.0.3\nclientPort=1\n' +
        `dataDir=${home(newcomer)}/data\nserver.1=127.0.0.1:2:3\nserver.2=127.0.0.3:2:3\n`,
    );
  });

  test("refuses another ZooKeeper's data, and touches nothing", async () => {
    const { platform, home } = fresh();
    const log = join(home(newcomer), 'data/version-2/log.1');
    put(log, 'precious');
    const outcome = await platform.perform(install, given(never));
    if (outcome.kind !== 'failed') throw new Error(outcome.kind);
    expect(outcome.reason).toContain(join(home(newcomer), 'data'));
    expect(outcome.remedy).toContain('empty it');
    expect(readFileSync(log, 'utf8')).toBe('precious');
    expect(readdirSync(home(newcomer))).toEqual(['data']);
  });

  test('wipes the data when told to, and nothing else beside them', async () => {
    const { platform, home } = fresh();
    put(join(home(newcomer), 'data/version-2/log.1'), 'old');
    put(join(home(newcomer), 'data/notes'), 'kept');
    put(join(home(newcomer), 'data/succession.stamp'), 'run-0/1');
    expect(await platform.perform({ ...install, leftovers: 'wipe' }, given(never))).toMatchObject({
      kind: 'done',
    });
    expect(await seen(platform, newcomer)).toMatchObject({ hasData: false, stamp: 'run-1/2', running: true });
    expect(readFileSync(join(home(newcomer), 'data/notes'), 'utf8')).toBe('kept');
  });

  test('keeps the data of this very install when it is repeated', async () => {
    const { platform, home } = fresh();
    await platform.perform(install, given(never));
    put(join(home(newcomer), 'data/version-2/log.1'), 'synced');
    expect(await platform.perform({ ...install, leftovers: 'wipe' }, given(never))).toMatchObject({
      kind: 'done',
    });
    expect(await seen(platform, newcomer)).toMatchObject({ hasData: true, running: true });
  });

  test('never wipes under a running server', async () => {
    const fake = fresh();
    setUp(fake, newcomer);
    const outcome = await fake.platform.perform({ ...install, leftovers: 'wipe' }, given(never));
    expect(outcome).toMatchObject({ kind: 'failed' });
    expect(await seen(fake.platform, newcomer)).toMatchObject({ hasData: true, running: true, serverId: 3 });
  });
});

describe('upgrade', () => {
  test('waits for an earlier script that is still at work on the host', async () => {
    const fake = fresh({
      commands: {
        stop: 'rm -f {directory}/run; until [ -e {directory}/go ]; do touch {directory}/held; sleep 0.02; done',
      },
    });
    setUp(fake, '10.0.0.1');
    const home = fake.home('10.0.0.1');
    const first = fake.platform.perform(upgrade, given(never));
    while (!existsSync(join(home, 'held'))) await new Promise((wake) => setTimeout(wake, 10));
    let started = false;
    const second = fake.platform
      .perform({ kind: 'start', address: '10.0.0.1' }, given(never))
      .then((outcome) => {
        started = true;
        return outcome;
      });
    // Nothing shows that somebody waits but that nothing happens.
    await new Promise((wake) => setTimeout(wake, 300));
    expect(started).toBe(false);
    put(join(home, 'go'), '');
    expect(await first).toMatchObject({ kind: 'done' });
    expect(await second).toMatchObject({ kind: 'done', evidence: ['enabled across reboots'] });
  });

  test('changes the list and nothing else, and restarts', async () => {
    const fake = fresh();
    const before = setUp(fake, '10.0.0.1');
    const outcome = await fake.platform.perform(upgrade, given(never));
    if (outcome.kind !== 'done') throw new Error(outcome.reason);
    expect(outcome.evidence).toContain('stopped');
    expect(await seen(fake.platform, '10.0.0.1')).toMatchObject({
      running: true,
      enabled: true,
      serverId: 1,
      ensemble: target,
      hasData: true,
    });
    const after = readFileSync(join(fake.home('10.0.0.1'), 'conf/zoo.cfg'), 'utf8');
    expect(after).toBe(before.replace('127.0.0.2', '127.0.0.3'));
  });

  test('repeated, it does not touch the files again', async () => {
    const fake = fresh();
    setUp(fake, '10.0.0.1');
    await fake.platform.perform(upgrade, given(never));
    const { configuredAt } = await seen(fake.platform, '10.0.0.1');
    expect(await fake.platform.perform(upgrade, given(never))).toMatchObject({ kind: 'done' });
    expect((await seen(fake.platform, '10.0.0.1')).configuredAt).toBe(configuredAt);
  });

  test.each([
    ['there is no zoo.cfg', null, /there is no/],
    ['the list lies elsewhere', 'dynamicConfigFile=/etc/dynamic\n', /dynamicConfigFile/],
  ])('refuses when %s', async (_, text, reason) => {
    const { platform, home } = fresh();
    if (text !== null) put(join(home('10.0.0.1'), 'conf/zoo.cfg'), text);
    const outcome = await platform.perform(upgrade, given(never));
    if (outcome.kind !== 'failed') throw new Error(outcome.kind);
    expect(outcome.reason).toMatch(reason);
    expect(existsSync(join(home('10.0.0.1'), 'run'))).toBe(false);
  });
});

/** Kills the action after so many ms, often; then lets it run. */
async function killAndRepeat(platform: Platform, action: Action, killsMs: readonly number[]): Promise<void> {
  for (const ms of killsMs) await platform.perform(action, given(AbortSignal.timeout(ms)));
  expect(await platform.perform(action, given(never))).toMatchObject({ kind: 'done' });
}

describe('killed at any moment and repeated', () => {
  const kills = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 3 });

  test('an install ends as if nothing had happened', async () => {
    await fc.assert(
      fc.asyncProperty(
        kills,
        fc.constantFrom('wipe' as const, 'refuse' as const),
        async (killsMs, leftovers) => {
          const { platform, home } = fresh();
          if (leftovers === 'wipe') put(join(home(newcomer), 'data/version-2/log.1'), 'old');
          await killAndRepeat(platform, { ...install, leftovers }, killsMs);
          expect(await seen(platform, newcomer)).toMatchObject({
            running: true,
            enabled: true,
            serverId: 2,
            ensemble: target,
            stamp: 'run-1/2',
            hasData: false,
          });
        },
      ),
      { numRuns: 8 },
    );
  });

  test('an upgrade ends as if nothing had happened, and each file is always whole', async () => {
    await fc.assert(
      fc.asyncProperty(kills, async (killsMs) => {
        const fake = fresh();
        const before = setUp(fake, '10.0.0.1');
        const after = before.replace('127.0.0.2', '127.0.0.3');
        await fake.platform.perform(upgrade, given(AbortSignal.timeout(killsMs[0] ?? 0)));
        const path = join(fake.home('10.0.0.1'), 'conf/zoo.cfg');
        expect([before, after]).toContain(readFileSync(path, 'utf8'));
        await killAndRepeat(fake.platform, upgrade, killsMs);
        expect(readFileSync(path, 'utf8')).toBe(after);
        expect(await seen(fake.platform, '10.0.0.1')).toMatchObject({
          running: true,
          serverId: 1,
          hasData: true,
        });
      }),
      { numRuns: 8 },
    );
  });
});

describe('stop, start and fence', () => {
  test('start enables the server, stop ends it, fence keeps it from coming back, and start undoes both', async () => {
    const fake = fresh();
    setUp(fake, '10.0.0.1');
    const expected = [
      ['start', { running: true, enabled: true }],
      ['stop', { running: false, enabled: true, startedAt: null }],
      ['fence', { running: false, enabled: false }],
      ['start', { running: true, enabled: true }],
    ] as const;
    for (const [kind, state] of expected) {
      expect(await fake.platform.perform({ kind, address: '10.0.0.1' }, given(never))).toMatchObject({
        kind: 'done',
      });
      expect(await seen(fake.platform, '10.0.0.1')).toMatchObject(state);
    }
  });

  test('a stop command that leaves the server running has failed', async () => {
    const fake = fresh({ commands: { stop: 'true' } });
    setUp(fake, '10.0.0.1');
    const outcome = await fake.platform.perform({ kind: 'stop', address: '10.0.0.1' }, given(never));
    expect(outcome).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('still runs') as string,
    });
  });

  test('a start command that fails is told in its own words', async () => {
    const fake = fresh({ commands: { start: 'echo no such unit >&2; exit 5' } });
    const outcome = await fake.platform.perform({ kind: 'start', address: '10.0.0.1' }, given(never));
    expect(outcome).toMatchObject({
      kind: 'failed',
      reason: "'start' failed on 10.0.0.1: status 5: no such unit",
      evidence: ['enabled across reboots'],
    });
  });

  test('fence fails while the server runs, and holds once it is stopped', async () => {
    const fake = fresh();
    setUp(fake, '10.0.0.1');
    const fence: Action = { kind: 'fence', address: '10.0.0.1' };
    expect(await fake.platform.perform(fence, given(never))).toMatchObject({ kind: 'failed' });
    await fake.platform.perform({ kind: 'stop', address: '10.0.0.1' }, given(never));
    expect(await fake.platform.perform(fence, given(never))).toMatchObject({ kind: 'done' });
  });

  test('fence fails while anything takes connections at the address', async () => {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const { platform } = fresh({ clientPort: port });
    const outcome = await platform.perform({ kind: 'fence', address: '10.0.0.1' }, given(never));
    server.close();
    expect(outcome).toMatchObject({ kind: 'failed', reason: `127.0.0.1 still takes connections at ${port}` });
  });
});

describe('what we do not know', () => {
  test('an action that was cut short is unknown, and so is a host that can not tell', async () => {
    const { platform } = fresh({ commands: { running: 'echo the bus is down; exit 4' } });
    expect(await platform.perform(install, given(AbortSignal.abort()))).toMatchObject({ kind: 'unknown' });
    expect(await platform.observeHost(newcomer, never)).toMatchObject({
      kind: 'unknown',
      reason: expect.stringContaining('the bus is down') as string,
    });
  });

  test('an address that the cluster file does not know is refused with a remedy', async () => {
    const { platform } = fresh();
    const outcome = await platform.perform({ kind: 'start', address: '10.9.9.9' }, given(never));
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'the cluster file has no host 10.9.9.9' });
  });
});

test('a process is never said to be younger than it is', async () => {
  const { platform, home } = fresh();
  const ours = Date.now() - process.uptime() * 1000;
  put(join(home('10.0.0.1'), 'run'), `${process.pid}\n`);
  put(join(home('10.0.0.1'), 'conf/zoo.cfg'), '');
  const { startedAt, configuredAt } = await seen(platform, '10.0.0.1');
  expect(startedAt).toBeLessThanOrEqual(ours + 1);
  expect(startedAt).toBeGreaterThan(ours - 10_000);
  expect(configuredAt).toBeCloseTo(statSync(join(home('10.0.0.1'), 'conf/zoo.cfg')).mtimeMs, -1);
});
