// Which mutation is a step that brings a server into the list of a running ensemble, or out of it?

import { type Address, ensembleOf, idOf } from '../model/ensemble.js';
import { invariant } from '../model/invariant.js';
import type { Stage } from '../plan/plan.js';
import { changedList, isReconfigure } from '../plan/predict-reconfigure.js';
import type { StageWorld } from '../plan/world.js';
import type { JoinAction, ListAction } from './platform.js';

/**
 * The server starts with the list of today and itself. A member that comes back in a rollback keeps its data: they are
 * an older state of the same history, and it has no vote before it has caught up.
 */
export function joinAction(
  address: Address,
  stage: Stage,
  stamp: string,
  world: StageWorld,
  mayBeWiped: boolean,
): JoinAction {
  invariant(isReconfigure(world), `${address} joins in a stage by reconfiguration`);
  const id = idOf(stage.ensemble, address);
  invariant(id !== undefined, `${address} is a member after the stage`);
  const others = world.configuration.filter((member) => member.address !== address);
  const isFresh = [...world.fresh, ...(world.reseeds ?? [])].includes(address);
  return {
    kind: 'join',
    address,
    ensemble: ensembleOf([...others, { id, address }]),
    stamp,
    leftovers: !isFresh ? 'keep' : mayBeWiped ? 'wipe' : 'refuse',
  };
}

/** The change of the list from what it was seen to be, asked of members that serve; of the one that leaves last. */
export function listAction(kind: 'add' | 'remove', address: Address, world: StageWorld): ListAction {
  invariant(isReconfigure(world), `the list changes in a stage by reconfiguration: ${kind} ${address}`);
  const { configuration, servers } = world;
  const members = servers
    .filter((server) => server.running && idOf(configuration, server.address) !== undefined)
    .map((server) => server.address);
  const leaver = members.filter((member) => member === address);
  return {
    kind,
    address,
    from: configuration,
    ensemble: changedList(world, kind, address),
    through: [...members.filter((member) => member !== address), ...leaver],
  };
}
