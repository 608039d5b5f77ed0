// What does a stage look like before its first step?

import { idOf, type Address } from '../model/ensemble.js';
import { isGone, rosterOf } from '../proof/zookeeper/roster.js';
import type { StageWorld } from './world.js';

/**
 * The world in which a stage begins: all of `from` run on it but those that are down or gone, nothing of `to` that is new has
 * begun.
 *
 * @example worldAtStart({ from, to, fresh: ['10.10.0.230'], fullStop: false, family: '3.5.4', leader: null })
 */
export function worldAtStart(stage: Omit<StageWorld, 'servers'>, down: readonly Address[] = []): StageWorld {
  const servers = rosterOf(stage).addresses.map((address) => {
    const member = idOf(stage.from, address) !== undefined;
    return {
      address,
      holds: member ? ('from' as const) : ('nothing' as const),
      running: member && !down.includes(address) && !isGone(stage, address),
      fenced: isGone(stage, address),
      installed: !stage.fresh.includes(address),
    };
  });
  return { ...stage, servers };
}
