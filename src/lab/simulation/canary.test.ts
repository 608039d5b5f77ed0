import { describe, expect, test } from 'vitest';
import { host } from '../../../test/support/model-plans.js';
import { sortedEnsemble } from '../../model/ensemble.js';
import type { LedgerEntry } from '../../probe/ledger.js';
import { simulatedCanary } from './canary.js';
import { simulatedLock } from './lock.js';
import { SimulatedServers } from './servers.js';

const addresses = [host(1), host(2), host(3)];
const signal = new AbortController().signal;

function world(): SimulatedServers {
  return new SimulatedServers({
    version: '3.8.0',
    ensemble: sortedEnsemble(addresses),
    newcomers: [],
    leader: host(3),
  });
}

describe('the simulated clients', () => {
  test('write at their pace, each through an address of its own, into the ledger', async () => {
    const servers = world();
    const entries: LedgerEntry[] = [];
    const load = { clients: 3, pauseMs: 100, onEntry: (entry: LedgerEntry) => entries.push(entry) };
    const canary = simulatedCanary(servers, load);
    await canary.start(addresses);
    servers.advance(1000);
    await canary.stop();
    servers.advance(1000);
    const writes = entries.flatMap((entry) => (entry.kind === 'acknowledged' ? [entry] : []));
    expect(writes.length).toBeGreaterThanOrEqual(30);
    expect(writes.length).toBeLessThanOrEqual(33);
    expect(new Set(writes.map((entry) => entry.via))).toEqual(new Set(addresses));
    expect(entries.map((entry) => entry.kind).filter((kind) => kind !== 'acknowledged')).toEqual([
      'start',
      'stop',
    ]);
    expect(canary.read()).toMatchObject({ acknowledged: writes.length, unknown: 0, unavailableMs: 0 });
  });

  test('see the gap of an election as clients do, and go on through another server', async () => {
    const servers = world();
    const canary = simulatedCanary(servers, { clients: 3, pauseMs: 20 });
    await canary.start(addresses);
    servers.advance(1000);
    servers.halt(host(3));
    servers.advance(3000);
    const { longestGapMs, unavailableMs, sinceLastWriteMs } = canary.read();
    expect(longestGapMs).toBeGreaterThanOrEqual(700);
    expect(longestGapMs).toBeLessThan(900);
    expect(unavailableMs).toBe(longestGapMs);
    expect(sinceLastWriteMs).toBeLessThan(100);
  });

  test('are looked up on every member; one that does not serve can’t be asked', async () => {
    const servers = world();
    const canary = simulatedCanary(servers, { clients: 1, pauseMs: 100 });
    await canary.start(addresses);
    servers.advance(1000);
    await canary.stop();
    expect(await canary.audit(addresses, signal)).toMatchObject({
      kind: 'audited',
      members: addresses.map((address) => ({ address, lost: 0, checked: servers.service.acknowledged })),
    });
    servers.halt(host(1));
    expect(await canary.audit(addresses, signal)).toEqual({
      kind: 'unknown',
      reason: `${host(1)} does not serve`,
    });
  });
});

test('the simulated lock has one holder, and answers only while there is a quorum', async () => {
  const servers = world();
  const lock = simulatedLock(servers, { by: null });
  const holder = { run: 'a', owner: 'op@here', since: '2026-01-01T00:00:00Z' };
  expect(await lock.acquire(holder, signal)).toEqual({ kind: 'acquired' });
  expect(await lock.acquire({ ...holder, run: 'b' }, signal)).toEqual({ kind: 'held', by: holder });
  expect(await lock.release('b', signal)).toEqual({ kind: 'not-ours' });
  servers.halt(host(1));
  servers.halt(host(3));
  expect((await lock.holder(signal)).kind).toBe('unknown');
  servers.boot(host(1));
  servers.advance(1000);
  expect(await lock.release('a', signal)).toEqual({ kind: 'released' });
  expect(await lock.holder(signal)).toEqual({ kind: 'free' });
});
