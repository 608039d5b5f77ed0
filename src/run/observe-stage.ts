// Where a stage stands, as the hosts show it and the journal explains it.

import { type Address, addressesIn, idOf } from '../model/ensemble.js';
import { familyOf, type ZooKeeperFamily } from '../model/family.js';
import { invariant } from '../model/invariant.js';
import type { Stage } from '../plan/plan.js';
import { schedule } from '../plan/schedule.js';
import { goneIn } from '../plan/still-down.js';
import type { EngineHost } from './engine-host.js';
import type { Failure } from './failure.js';
import { reseedsOf } from './reseed.js';
import { type RunState, touchedHosts } from './run-state.js';
import { readWorld } from './read-world.js';
import { type Sighting, servingOf, sight, sightServices } from './sighting.js';
import type { WorldReading } from './stage-world.js';
import { noSchedule, stampOf } from './take-step.js';

/**
 * Reads the stage's state. Two leaders pass by themselves within a tick when leadership changes hands, and so does an
 * election, whose end need not be the predicted one: looked at again. So does a deed of ours that outlived its process.
 */
export async function observeStage(
  host: Observer,
  stage: Stage,
  family: ZooKeeperFamily,
): Promise<WorldReading> {
  const state = host.log.state();
  const gone = goneIn(state.plan, stage).filter((address) => !stage.fresh.includes(address));
  const context = {
    stage,
    family,
    stamp: stampOf(state, stage),
    touching: touchedHosts(state),
    reseeds: reseedsOf(state, stage),
    gone,
    // An undoing stage goes on where the one that it undoes stood.
    begun: hasBegun(state, stage) || state.undoes !== null,
  };
  const addresses = addressesIn(stage.from, stage.ensemble);
  const since = host.now();
  for (;;) {
    const sighting = await sight(host.platform, addresses, host.signal, gone);
    const reading = readWorld(context, sighting);
    const patience = patienceMs(host, context.touching, reading, sighting);
    if (host.now() - since >= patience || host.signal.aborted) return reading;
    await host.sleep(host.settings.pollMs, host.signal);
  }
}

/** How long a state may last that leads nowhere and may pass by itself. */
function patienceMs(
  { settings }: Observer,
  touching: readonly Address[],
  reading: WorldReading,
  { hosts }: Sighting,
): number {
  if (reading.kind === 'refused') {
    if (reading.failure.code === 'host-unknown') {
      const unknown = [...hosts.values()].filter((one) => one.kind === 'unknown');
      if (unknown.some((one) => one.busy === true)) return settings.gateLimitMs;
      // It may be booting again, in the middle of its step.
      return unknown.every(({ address }) => touching.includes(address)) ? settings.downMs : 0;
    }
    return reading.failure.code === 'two-leaders' ? settings.toleranceMs : 0;
  }
  return reading.world.leader === null && schedule(reading.world) === null ? settings.downMs : 0;
}

/** Whether the first gate of a stage has passed. */
export function hasBegun(state: RunState, stage: Stage): boolean {
  return state.stages.some((begun) => begun.number === stage.number);
}

/** The part of the engine's host that looking needs. */
type Observer = Pick<EngineHost, 'platform' | 'settings' | 'now' | 'sleep' | 'signal'> & {
  readonly log: Pick<EngineHost['log'], 'state'>;
};

/** Why the stage that undoes another can't be carried out from what is seen now, or null. Read-only. */
export async function obstacleToUndo(host: EngineHost, stage: Stage): Promise<Failure | null> {
  const state: RunState = { ...host.log.state(), undoes: stage.number - 1 };
  const family = familyOf(state.plan.zookeeper);
  invariant(family !== undefined, `the plan's ZooKeeper version is known: ${state.plan.zookeeper}`);
  const lost = goneIn(state.plan, stage).filter(
    (address) => idOf(stage.ensemble, address) !== undefined && idOf(stage.from, address) === undefined,
  );
  if (lost.length > 0) return noWayBackTo(lost);
  const reading = await observeStage({ ...host, log: { state: () => state } }, stage, family);
  if (reading.kind === 'refused') return reading.failure;
  const { world } = reading;
  const services = await sightServices(
    host.platform,
    world.servers.map((server) => server.address),
    host.signal,
  );
  const seen = world.leader === null ? world : { ...world, serving: servingOf(services) };
  if (schedule(seen) !== null) return null;
  return {
    ...noSchedule(stage, world),
    next: ['`succession resume` goes forward, and may find a way where there is none back'],
  };
}

/** Whose machine is gone can't come back, and half a way back would cost the newcomer as well. */
function noWayBackTo(lost: readonly Address[]): Failure {
  return {
    code: 'no-schedule',
    blame: 'operator',
    message: `there is no way back to ${lost.join(' and ')}: the plan was told that ${lost.length === 1 ? 'its machine is' : 'their machines are'} gone for good`,
    seen: lost.map((address) => `${address} is gone`),
    expected: 'that every member of the ensemble before the stage could serve again',
    next: ['`succession resume` goes forward'],
  };
}
