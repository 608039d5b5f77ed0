import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensembleOf, sortedEnsemble } from '../../src/model/ensemble.js';
import type { Ensemble } from '../../src/model/ensemble.js';
import { stopLab, waitServing } from '../../src/lab/lab.js';
import type { Lab } from '../../src/lab/lab.js';
import { clientReach } from '../../src/platform/zookeeper/client-reach.js';
import { zookeeperLock } from '../../src/platform/zookeeper/cluster-lock.js';
import { zookeeperPlatform } from '../../src/platform/zookeeper/platform.js';
import { localTransport } from '../../src/remote/local.js';
import type { LockHolder } from '../../src/run/cluster-lock.js';
import type { Action, Platform } from '../../src/run/platform.js';
import { never, temporaryLab } from '../lab/temporary-lab.js';
import { given } from '../support/given.js';

const from = sortedEnsemble(['10.0.0.1', '10.0.0.2', '10.0.0.3']);
const newcomer = '10.0.0.4';
/** The highest id is replaced: so the newcomer joins at once on 3.4 as well (rule R8). */
const to: Ensemble = ensembleOf([...from.slice(0, 2), { id: 3, address: newcomer }]);
const addressesOf = (ensemble: Ensemble): readonly string[] => ensemble.map((member) => member.address);

describe.each(['3.4.8', '3.8'])('a real ensemble of %s', (version) => {
  let lab: Lab;
  let platform: Platform;
  beforeAll(async () => {
    lab = await temporaryLab(from, { version, spareAddresses: [newcomer] });
    platform = zookeeperPlatform(lab.cluster, localTransport());
    expect(await waitServing(lab.cluster, addressesOf(from), 60_000, never)).toEqual([]);
  });
  afterAll(() => stopLab(lab.directory, 'remove'));

  async function done(action: Action): Promise<void> {
    expect(await platform.perform(action, given(never))).toMatchObject({ kind: 'done' });
  }

  const ours: LockHolder = { run: 'run-1', owner: 'ann@bastion', since: '2026-01-01T00:00:00Z' };
  const theirs: LockHolder = { run: 'run-2', owner: 'bob@laptop', since: '2026-01-02T00:00:00Z' };

  test('one run holds the lock, through whichever member it is asked for', async () => {
    const mine = zookeeperLock(clientReach(lab.cluster), [newcomer, '10.0.0.1']);
    const other = zookeeperLock(clientReach(lab.cluster), ['10.0.0.2']);
    expect(await mine.acquire(ours, never)).toEqual({ kind: 'acquired' });
    expect(await other.acquire(theirs, never)).toEqual({ kind: 'held', by: ours });
    expect(await mine.acquire(ours, never)).toEqual({ kind: 'held-by-us' });
    expect(await other.release('run-2', never)).toEqual({ kind: 'not-ours' });
    expect(await other.release('run-1', never)).toEqual({ kind: 'released' });
    expect(await other.release('run-1', never)).toEqual({ kind: 'not-ours' });
    const race = await Promise.all([mine.acquire(ours, never), other.acquire(theirs, never)]);
    expect(race.map((result) => result.kind).sort()).toEqual(['acquired', 'held']);
  });

  test('nobody knows who holds the lock of an ensemble that does not answer', async () => {
    const nowhere = zookeeperLock(clientReach(lab.cluster), [newcomer]);
    expect(await nowhere.acquire(ours, AbortSignal.timeout(1000))).toMatchObject({ kind: 'unknown' });
  });

  test('a member is replaced: stopped, fenced, its successor installed, the others upgraded', async () => {
    await done({ kind: 'stop', address: '10.0.0.3' });
    await done({ kind: 'fence', address: '10.0.0.3' });
    await done({ kind: 'install', address: newcomer, ensemble: to, stamp: 'run-1/1', leftovers: 'refuse' });
    expect(await waitServing(lab.cluster, [newcomer], 90_000, never)).toEqual([]);
    for (const address of ['10.0.0.1', '10.0.0.2']) {
      await done({ kind: 'upgrade', address, ensemble: to });
      expect(await waitServing(lab.cluster, addressesOf(to), 90_000, never)).toEqual([]);
    }
    expect(await platform.roundTrip(addressesOf(to), never)).toMatchObject({ kind: 'passed' });
    for (const { id, address } of to) {
      const host = await platform.observeHost(address, never);
      if (host.kind === 'unknown') throw new Error(host.reason);
      expect(host).toMatchObject({ running: true, enabled: true, serverId: id, ensemble: to, hasData: true });
      expect(host.startedAt).toBeGreaterThan(host.configuredAt ?? Infinity);
      const service = await platform.observeService(address, never);
      expect(service).toMatchObject({ address, port: 'open', serverId: id });
      expect(service.ensemble).toEqual(version === '3.8' ? to : null);
    }
    expect(await platform.observeHost('10.0.0.3', never)).toMatchObject({ running: false, enabled: false });
    expect(await platform.observeService('10.0.0.3', never)).toMatchObject({ port: 'refused', mode: null });
  });

  test('a host that was a member before is not installed over its data', async () => {
    const again: Action = {
      kind: 'install',
      address: '10.0.0.3',
      ensemble: from,
      stamp: 'run-1/2',
      leftovers: 'refuse',
    };
    expect(await platform.perform(again, given(never))).toMatchObject({ kind: 'failed' });
    expect(await platform.observeHost('10.0.0.3', never)).toMatchObject({ running: false, stamp: 'lab/0' });
  });
});
