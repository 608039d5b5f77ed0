// What a gate must see: who serves, who is silent, and with which list.

import { type Address, type Ensemble, idOf } from '../model/ensemble.js';
import type { ServerState, StageWorld } from '../plan/world.js';

/** The prediction that observations are held against. */
export interface Expectation {
  /** Must serve. */
  readonly serving: readonly Address[];
  /** May run: the serving ones, and those predicted to have no leader for now. */
  readonly running: readonly Address[];
  /** Must take no connection. */
  readonly stopped: readonly Address[];
  /** The list that each running server must have loaded. */
  readonly lists: ReadonlyMap<Address, Ensemble>;
  /** Their data is known to differ: a digest mismatch there is no news. */
  readonly distrusted: readonly Address[];
  /** Began on an empty disk in this run; absent: none. */
  readonly startedEmpty?: readonly Address[];
  /** The host of the step, whose own silence while it starts is no alarm; null outside a step. */
  readonly host: Address | null;
}

/** What must be seen in `world`, where `serving` are predicted to serve. `others` are the run's further addresses. */
export function expectationOf(
  world: StageWorld,
  serving: readonly Address[],
  host: Address | null,
  others: readonly Address[],
): Expectation {
  const running = world.servers.filter((server) => server.running);
  const known = world.servers.map((server) => server.address);
  return {
    serving,
    running: running.map((server) => server.address),
    stopped: [
      ...world.servers.filter((server) => !server.running).map((server) => server.address),
      ...others.filter((address) => !known.includes(address)),
    ],
    lists: new Map(running.flatMap((server) => listOf(world, server))),
    distrusted: running.filter((server) => !server.installed).map((server) => server.address),
    host,
  };
}

/** The list that a server must have loaded. Of those that are in no list yet, or no more, nothing is asked. */
function listOf(
  { configuration, from, to }: StageWorld,
  { address, holds }: ServerState,
): readonly (readonly [Address, Ensemble])[] {
  if (configuration === undefined) return [[address, holds === 'to' ? to : from]];
  return idOf(configuration, address) === undefined ? [] : [[address, configuration]];
}
