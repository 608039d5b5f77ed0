import { describe, expect, test } from 'vitest';
import { host } from '../../../test/support/model-plans.js';
import { type Ensemble, sortedEnsemble } from '../../model/ensemble.js';
import { type Delays, evenDelays } from './delays.js';
import { eventLine } from './events.js';
import { serviceOf } from './platform.js';
import { SimulatedServers } from './servers.js';

const ensemble = sortedEnsemble([host(1), host(2), host(3)]);
const slow: Delays = { ...evenDelays, start: () => ({ javaMs: 1000, syncMs: 2000, settleMs: 500 }) };

function servers(delays: Delays, onEvent?: (line: string) => void): SimulatedServers {
  return new SimulatedServers({
    version: '3.8.0',
    ensemble,
    newcomers: [host(25)],
    leader: host(3),
    delays,
    onEvent: (event) => onEvent?.(eventLine(event)),
  });
}

/** Host 25 on an empty disk in place of host 2, which has stopped. */
function newcomer(world: SimulatedServers): void {
  const next: Ensemble = sortedEnsemble([host(1), host(25), host(3)]);
  world.halt(host(2));
  world.configure(host(25), next);
  world.boot(host(25));
}

describe('a server that starts', () => {
  test('takes connections after Java, has the data after its sync, says that it follows a little later', () => {
    const world = servers(slow);
    newcomer(world);
    const seen = [500, 1000, 1700, 500].map((ms) => {
      world.advance(ms);
      const { port, mode } = serviceOf(world, host(25));
      return `${port} ${mode ?? '-'} ${world.server(host(25)).data}`;
    });
    expect(seen).toEqual(['refused - none', 'open - none', 'open - complete', 'open follower complete']);
  });

  test('and has not synced when the leader dies is no voter with data: nobody leads, nothing is lost', () => {
    const world = servers(slow);
    newcomer(world);
    world.advance(2000);
    world.halt(host(3));
    // Host 1 and the newcomer are a quorum; only host 1 has the writes.
    expect(world.leader).toBe(host(1));
    expect(world.service.lostWrites).toBeNull();
    world.advance(5000);
    expect(serviceOf(world, host(25)).mode).toBe('follower');
  });

  test('tells each of it as an event', () => {
    const lines: string[] = [];
    const world = servers(slow, (line) => lines.push(line));
    newcomer(world);
    world.advance(5000);
    expect(lines).toEqual([
      't=00000.000 s  down   10.0.0.2',
      't=00000.000 s  conf   10.0.0.25  id 2 of 1:10.0.0.1,2:10.0.0.25,3:10.0.0.3',
      't=00000.000 s  up     10.0.0.25  id 2, new list',
      't=00001.000 s  port   10.0.0.25',
      't=00003.000 s  join   10.0.0.25  under 10.0.0.3, seen in 500 ms',
    ]);
  });
});

describe('acknowledged writes', () => {
  test('are missing on a server that was down when they came, and on an empty one', () => {
    const world = servers(evenDelays);
    world.service.acknowledged = 10;
    world.halt(host(1));
    world.service.acknowledged = 25;
    expect([1, 2, 3, 25].map((last) => world.service.missing(world.server(host(last))))).toEqual([
      15, 0, 0, 25,
    ]);
  });

  test('are lost when an empty server and a stale one elect each other', () => {
    const world = servers(evenDelays);
    world.service.acknowledged = 10;
    world.halt(host(1));
    world.service.acknowledged = 25;
    world.halt(host(2));
    world.wipe(host(2));
    world.configure(host(2), ensemble);
    world.halt(host(3));
    world.boot(host(2));
    world.boot(host(1));
    expect(world.service.lostWrites).toMatch(/leads without every write/);
    expect(world.service.missing(world.server(host(2)))).toBe(15);
  });
});

test('members that are no quorum have no leader', () => {
  const world = new SimulatedServers({
    version: '3.4.8',
    ensemble,
    newcomers: [],
    leader: host(3),
    down: [host(1), host(2)],
  });
  expect([world.leader, world.serving]).toEqual([null, []]);
});
