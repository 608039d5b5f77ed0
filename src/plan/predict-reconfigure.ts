// Who serves and who leads, now and after a step, while the list is changed within the running ensemble?

import { type Address, addressesIn, type Ensemble, ensembleOf, idOf, quorumOf } from '../model/ensemble.js';
import { invariant } from '../model/invariant.js';
import type { StepKind } from './plan.js';
import type { Prediction } from './predict.js';
import type { ServerState, StageWorld } from './world.js';

/** A world of a stage by reconfiguration. */
export type ReconfigureWorld = StageWorld & { readonly configuration: Ensemble };

/** A prediction of a step, with the world after it. */
export interface ReconfigurePrediction extends Prediction {
  readonly after: ReconfigureWorld;
  readonly elections: number;
}

/** Whether the world is one of a stage by reconfiguration. */
export function isReconfigure(world: StageWorld): world is ReconfigureWorld {
  return world.configuration !== undefined;
}

/**
 * What a world leads to if nobody touches it. All members share one list, so any quorum of it can elect; whoever has
 * joined and is in no list yet follows without a vote. A server that was taken out goes on following until it loses
 * its leader (our own measurement on 3.8.0), so it may serve, and is not counted on.
 */
export function predictReconfigure(world: ReconfigureWorld): Prediction {
  const { configuration, to } = world;
  const counts = (address: Address): boolean =>
    idOf(configuration, address) !== undefined || idOf(to, address) !== undefined;
  const running = world.servers.filter((server) => server.running).map((server) => server.address);
  const serving = running.filter((address) => counts(address));
  const voters = votersAmong(configuration, serving);
  const surplus = voters.length - quorumOf(configuration.length);
  const leader = leaderAmong(world, voters);
  if (surplus < 0 || leader === null) return { serving: [], leader: null, margin: -1 };
  return { serving: inIdOrder(world, serving), leader, margin: surplus };
}

/**
 * What a step leads to. The margin of `add` and `remove` is the lower one of both lists, since a change of the list
 * is committed by a quorum of the old one and of the new one.
 */
export function predictReconfigureStep(
  world: ReconfigureWorld,
  kind: StepKind,
  host: Address,
): ReconfigurePrediction {
  const before = predictReconfigure(world);
  const after = { ...afterStep(world, kind, host), leader: before.leader };
  const next = predictReconfigure(after);
  const moved = before.leader !== null && next.leader !== before.leader;
  return {
    ...next,
    after: { ...after, leader: next.leader },
    margin: Math.min(next.margin, changesList(kind) ? before.margin : next.margin),
    // A leader that takes itself out hands over to a follower that it names; a leader that stops is elected anew.
    elections: moved && next.leader !== null ? 1 : 0,
  };
}

/** Whether a step of this kind changes the list of the running ensemble. */
export function changesList(kind: StepKind): kind is 'add' | 'remove' {
  return kind === 'add' || kind === 'remove';
}

/** The list once the ensemble has taken `host` in, or out. Throws `InvariantError` for a host outside the stage. */
export function changedList(world: ReconfigureWorld, kind: 'add' | 'remove', host: Address): Ensemble {
  const others = world.configuration.filter((member) => member.address !== host);
  if (kind === 'remove') return others;
  const id = idOf(world.to, host);
  invariant(id !== undefined, `${host} is a member after the stage`);
  return ensembleOf([...others, { id, address: host }]);
}

function afterStep(world: ReconfigureWorld, kind: StepKind, host: Address): ReconfigureWorld {
  const edited = (edit: Partial<ServerState>): ReconfigureWorld => ({
    ...world,
    servers: world.servers.map((server) => (server.address === host ? { ...server, ...edit } : server)),
  });
  switch (kind) {
    case 'fence':
      return edited({ fenced: true });
    case 'stop':
      return edited({ running: false });
    case 'add':
      return { ...edited({ holds: 'to' }), configuration: changedList(world, kind, host) };
    case 'remove':
      return { ...edited({ holds: 'nothing' }), configuration: changedList(world, kind, host) };
    case 'start':
    case 'restart':
      return edited({ running: true });
    case 'install':
    case 'upgrade':
    case 'join':
      return edited({ running: true, fenced: false, installed: true });
  }
}

/** Who leads goes on while it has a vote; otherwise the highest id is elected, since all have the same data. */
function leaderAmong(
  { leader, configuration }: ReconfigureWorld,
  voters: readonly Address[],
): Address | null {
  if (leader !== null && voters.includes(leader)) return leader;
  return configuration.findLast((member) => voters.includes(member.address))?.address ?? null;
}

function votersAmong(list: Ensemble, addresses: readonly Address[]): readonly Address[] {
  return addresses.filter((address) => idOf(list, address) !== undefined);
}

function inIdOrder({ from, to }: StageWorld, addresses: readonly Address[]): readonly Address[] {
  const id = (address: Address): number => idOf(to, address) ?? idOf(from, address) ?? 0;
  return addressesIn(from, to)
    .filter((address) => addresses.includes(address))
    .sort((a, b) => id(a) - id(b));
}
