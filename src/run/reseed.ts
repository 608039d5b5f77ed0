// When one replica differs from the others after its restart: it starts again from an empty disk, before anything else.
//
// After a loss of quorum under load a server of 3.8.0 can have taken transactions for committed that never were, and keep
// them for good (our own measurement, in 2 of 8 long ones). It serves wrong data, and spreads them if it is ever elected.

import type { Address } from '../model/ensemble.js';
import type { Stage } from '../plan/plan.js';
import type { StageWorld } from '../plan/world.js';
import type { Failure } from './failure.js';
import type { ProvedRest } from './prove-rest.js';
import type { RunState } from './run-state.js';

/** The hosts that this stage starts again from an empty disk because their data differed. */
export function reseedsOf(state: RunState, stage: Stage): readonly Address[] {
  return state.reseeds.filter((one) => one.stage === stage.number).map((one) => one.host);
}

/**
 * The one host that may be re-seeded: it is alone in differing, this stage restarted it, it does not lead, and it was
 * not re-seeded before. Null otherwise: then a person must find out which side is right. A host that still waits for
 * its empty disk differs too.
 */
export function reseedable(
  state: RunState,
  stage: Stage,
  world: StageWorld,
  differing: readonly Address[],
  leader: Address | null,
): Address | null {
  const [host] = differing;
  if (host === undefined || differing.length > 1 || host === leader || leader === null) return null;
  const reseeds = reseedsOf(state, stage);
  const waiting = world.servers.some((server) => reseeds.includes(server.address) && !server.installed);
  const begun = state.stages.find((one) => one.number === stage.number);
  const touched = begun?.steps.some(
    ({ step }) => step.host === host && step.kind !== 'stop' && step.kind !== 'fence',
  );
  return touched === true && !waiting && !reseeds.includes(host) ? host : null;
}

/** The world in which `host` is known to differ: it runs on, and is to be stopped before anything else. */
export function asReseeded(world: StageWorld, host: Address): StageWorld {
  return {
    ...world,
    reseeds: [...(world.reseeds ?? []), host],
    servers: world.servers.map((server) =>
      server.address === host ? { ...server, installed: false } : server,
    ),
  };
}

/** Why nothing is done about a host that differs: without it the rest of the stage would not be safe. */
export function unprovedReseed(
  failure: Failure,
  host: Address,
  rest: Exclude<ProvedRest, { readonly kind: 'proved' }>,
): Failure {
  return {
    ...failure,
    message: `${failure.message}; it can't start again from an empty disk now: no order of the rest is proved with that`,
    seen: [...failure.seen, ...(rest.kind === 'refuted' ? rest.failure.seen : [])],
    next: [
      `once the others can spare ${host}, stop it, empty its data directory and start it, then resume`,
      '`succession rollback` looks for a proved way back',
    ],
  };
}
