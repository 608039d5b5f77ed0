import { describe, expect, test } from 'vitest';
import { host } from '../../../test/support/model-plans.js';
import { sortedEnsemble } from '../../model/ensemble.js';
import { serviceOf } from './platform.js';
import { inject, planFaults } from './faults.js';
import { randomFrom } from './random.js';
import { SimulatedServers } from './servers.js';

const tickMs = 2000;
const ensemble = sortedEnsemble([host(1), host(2), host(3)]);

function servers(): SimulatedServers {
  return new SimulatedServers({ version: '3.8.0', ensemble, newcomers: [], leader: host(3) });
}

/** Strikes the `place`-th of the running servers after a second. */
function fault(kind: 'crash' | 'hang', place: number, lastsMs: number) {
  return { kind, atMs: 1000, share: place / 3, lastsMs };
}

describe('planFaults', () => {
  test('gives as many as were asked for, within the span, the same for a seed', () => {
    const faults = planFaults(50, 60_000, randomFrom(5, 'faults'));
    expect(faults).toHaveLength(50);
    expect(planFaults(50, 60_000, randomFrom(5, 'faults'))).toEqual(faults);
    expect(Math.max(...faults.map((one) => one.atMs))).toBeLessThanOrEqual(60_000);
    expect(new Set(faults.map((one) => one.kind))).toEqual(new Set(['crash', 'hang']));
  });
});

describe('a crash', () => {
  test('of the leader has another one elected, and the server comes back as a follower', () => {
    const world = servers();
    inject(world, [fault('crash', 2, 3000)], tickMs);
    world.advance(1000);
    expect(world.leader).toBe(host(2));
    expect(serviceOf(world, host(3)).port).toBe('refused');
    world.advance(4000);
    expect(serviceOf(world, host(3)).mode).toBe('follower');
    expect(world.service.epoch).toBe(2);
  });

  test('of a server that is stopped by a step meanwhile is its end', () => {
    const world = servers();
    inject(world, [fault('crash', 0, 3000)], tickMs);
    world.advance(2000);
    world.halt(host(1));
    world.advance(10_000);
    expect(world.server(host(1)).process).toBeNull();
  });
});

describe('a hang', () => {
  test('of the leader stops writes at once; another one is elected after syncLimit, and it comes back as a follower', () => {
    const world = servers();
    inject(world, [fault('hang', 2, 20_000)], tickMs);
    world.advance(1500);
    expect(serviceOf(world, host(3))).toMatchObject({ port: 'silent', mode: null });
    expect(world.leader).toBe(host(3));
    expect(world.service.writableSince()).toBeNull();
    world.advance(10_500);
    expect(world.leader).toBe(host(2));
    expect(world.service.writableSince()).not.toBeNull();
    world.advance(12_000);
    expect(serviceOf(world, host(3)).mode).toBe('follower');
  });

  test('of a follower is not noticed by writers; a short one ends as if nothing had been', () => {
    const world = servers();
    inject(world, [fault('hang', 0, 4000)], tickMs);
    world.advance(2000);
    expect(world.service.writableSince()).not.toBeNull();
    expect(serviceOf(world, host(1)).mode).toBeNull();
    world.advance(4000);
    expect(serviceOf(world, host(1)).mode).toBe('follower');
    expect(world.service.epoch).toBe(1);
  });

  test('of the one follower that the quorum needs holds all writes up until it wakes', () => {
    const world = servers();
    world.halt(host(2));
    inject(world, [fault('hang', 0, 4000)], tickMs);
    world.advance(2000);
    expect(world.service.writableSince()).toBeNull();
    world.advance(3000);
    expect(world.service.writableSince()).toBe(world.now);
  });
});
