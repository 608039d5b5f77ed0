// Who serves and who leads, now and after a step, if nothing fails?

import type { Address } from '../model/ensemble.js';
import type { StepKind } from './plan.js';
import {
  elect,
  join,
  keepsLeading,
  noService,
  type Service,
  type Voters,
} from '../proof/zookeeper/election.js';
import { marginOf, type MarginDepth, type MarginMemory } from './predict-margin.js';
import { inferService } from './predict-service.js';
import {
  addressesOf,
  at,
  membersOf,
  rosterOf,
  type Roster,
  type ServerSet,
} from '../proof/zookeeper/roster.js';
import type { ServerState, StageWorld } from './world.js';

/** A stage at one moment, with what a world doesn't say: who serves, and whose data is how good. */
export interface Moment extends Service {
  readonly running: ServerSet;
  /** Hold the list `from` (`to`), running or not; the two are disjoint. */
  readonly from: ServerSet;
  readonly to: ServerSet;
  readonly fenced: ServerSet;
  /** Of `fresh`: installed in this stage. All others are in it too. */
  readonly installed: ServerSet;
  readonly current: ServerSet;
  readonly filled: ServerSet;
}

/** What one step does. */
export interface Effect {
  readonly after: Moment;
  /** The lowest margin while the step is carried out and right after it; -1 when nobody serves meanwhile. */
  readonly margin: number;
  /** Elections that clients notice: each round of them. */
  readonly elections: number;
}

/** Who serves and leads in a world, and how many further servers may fail. */
export interface Prediction {
  /** In id order. */
  readonly serving: readonly Address[];
  readonly leader: Address | null;
  /** How many servers may fail, whichever they are, until nobody serves any more; -1 when nobody serves. */
  readonly margin: number;
}

/** A prediction of a step, with the world after it. */
export interface StepPrediction extends Prediction {
  readonly after: StageWorld;
  readonly elections: number;
}

/** What a world leads to if nobody touches it. Throws `InvariantError` when the world lacks a server of its lists. */
export function predict(world: StageWorld): Prediction {
  const roster = rosterOf(world);
  const moment = momentOf(roster, world);
  return { ...describe(roster, moment), margin: margin(roster, moment, 'exact', new Map()) };
}

/** What a step leads to. Throws `InvariantError` for a host outside the stage. */
export function predictStep(world: StageWorld, kind: StepKind, host: Address): StepPrediction {
  const roster = rosterOf(world);
  const server = roster.addresses.indexOf(host);
  const effect = carryOut(roster, momentOf(roster, world), { kind, server }, 'exact', new Map());
  const after = { ...world, ...worldOf(roster, effect.after) };
  return {
    ...describe(roster, effect.after),
    after,
    margin: effect.margin,
    elections: effect.elections,
  };
}

/** The moment that a world shows; who serves is inferred, since a world names the leader only. */
export function momentOf(roster: Roster, world: StageWorld): Moment {
  const states = new Map(world.servers.map((state) => [state.address, state]));
  const having = (has: (state: ServerState | undefined) => boolean): ServerSet =>
    membersOf(roster.all).reduce(
      (set, server) => (has(states.get(at(roster.addresses, server))) ? set | (1 << server) : set),
      0,
    );
  const to = having((state) => state?.holds === 'to' || (roster.unchanged && state?.holds === 'from'));
  const visible = {
    running: having((state) => state?.running === true),
    from: having((state) => state?.holds === 'from') & ~to,
    to,
    fenced: having((state) => state?.fenced === true),
    installed: having((state) => state?.installed === true) | (roster.all & ~roster.fresh),
    leader: world.leader === null ? -1 : roster.addresses.indexOf(world.leader),
  };
  const seen = world.serving;
  if (seen === undefined) return inferMoment(roster, visible);
  return observedMoment(
    roster,
    visible,
    having((state) => state !== undefined && seen.includes(state.address)),
  );
}

/**
 * Whether somebody who sees the cluster after a step, and knows nothing of before, reads the same service off it; and,
 * should he look while the election that the step caused goes on, knows whether somebody will lead.
 */
export function isLegible(
  roster: Roster,
  { after, elections }: Pick<Effect, 'after' | 'elections'>,
): boolean {
  const { leader, serving } = inferMoment(roster, after);
  if (leader !== after.leader || serving !== after.serving) return false;
  return leader < 0 || elections === 0 || inferMoment(roster, { ...after, leader: -1 }).leader >= 0;
}

type Visible = Pick<Moment, 'running' | 'from' | 'to' | 'fenced' | 'installed' | 'leader'>;

/** Whoever runs and was not seen to serve has to reach a quorum by itself. */
function observedMoment(roster: Roster, visible: Visible, serving: ServerSet): Moment {
  const bare = bareMoment(roster, visible);
  const { leader } = visible;
  const service = leader < 0 ? noService : { leader, serving: serving & visible.running };
  return settle(roster, withService(bare, service), visible.running & ~serving).moment;
}

function inferMoment(roster: Roster, visible: Visible): Moment {
  const bare = bareMoment(roster, visible);
  const asBefore = { ...bare, running: bare.running | (roster.survivors & bare.installed) };
  const service = inferService(roster, votersOf(roster, bare), votersOf(roster, asBefore), visible.leader);
  return settle(roster, withService(bare, service)).moment;
}

function bareMoment(roster: Roster, { running, from, to, fenced, installed }: Visible): Moment {
  const undone = roster.fresh & roster.survivors & ~installed;
  return {
    running,
    from,
    to,
    fenced,
    installed,
    ...noService,
    // An install that isn't seen to serve may never have synced: it counts as empty.
    current: (roster.all & ~roster.newcomers & ~roster.fresh) | undone,
    filled: (roster.all & ~roster.fresh) | undone,
  };
}

/** What one step does at a moment. `memory` may be shared by all calls for one roster. */
export function carryOut(
  roster: Roster,
  moment: Moment,
  step: { readonly kind: StepKind; readonly server: number },
  depth: MarginDepth,
  memory: MarginMemory,
): Effect {
  const bit = 1 << step.server;
  if (step.kind === 'fence') {
    const after = { ...moment, fenced: moment.fenced | bit };
    return { after, margin: margin(roster, moment, depth, memory), elections: 0 };
  }
  const down = settle(roster, { ...moment, running: moment.running & ~bit });
  const downMargin = margin(roster, down.moment, depth, memory);
  if (step.kind === 'stop') return { after: down.moment, margin: downMargin, elections: down.elections };
  const up = settle(roster, brought(down.moment, step.kind, bit), bit);
  return {
    after: up.moment,
    margin: Math.min(downMargin, margin(roster, up.moment, depth, memory)),
    elections: down.elections + up.elections,
  };
}

/** Who runs with which list at a moment, for the questions of `proof/zookeeper/election.ts`. */
export function votersOf(roster: Roster, moment: Moment): Voters {
  return {
    holders: {
      from: moment.running & moment.from & roster.views.from.members,
      to: moment.running & moment.to & roster.views.to.members,
    },
    current: moment.current,
    filled: moment.filled,
  };
}

/** A moment's service for people. */
export function describe(roster: Roster, moment: Moment): Omit<Prediction, 'margin'> {
  return {
    serving: addressesOf(roster, moment.serving),
    leader: moment.leader < 0 ? null : at(roster.addresses, moment.leader),
  };
}

function margin(roster: Roster, moment: Moment, depth: MarginDepth, memory: MarginMemory): number {
  return marginOf(roster, votersOf(roster, moment), moment, depth, memory);
}

/** The host is back: with the new list, an empty disk, or as it was. */
function brought(down: Moment, kind: 'install' | 'upgrade' | 'start' | 'restart', bit: ServerSet): Moment {
  const back = { ...down, running: down.running | bit };
  if (kind === 'start' || kind === 'restart') return back;
  const upgraded = { ...back, to: down.to | bit, from: down.from & ~bit, fenced: down.fenced & ~bit };
  if (kind === 'upgrade') return upgraded;
  return {
    ...upgraded,
    installed: down.installed | bit,
    current: down.current & ~bit,
    filled: down.filled & ~bit,
  };
}

/** Lets elections and joins happen until nothing more does. Servers in `arrived` come up while the others are settled. */
function settle(
  roster: Roster,
  moment: Moment,
  arrived: ServerSet = 0,
): { readonly moment: Moment; readonly elections: number } {
  const voters = votersOf(roster, moment);
  const running = voters.holders.from | voters.holders.to;
  const staying = { leader: moment.leader, serving: moment.serving & running };
  const stays = (running & leaderOf(moment)) !== 0 && keepsLeading(roster, voters, staying);
  if (stays) return { moment: withService(moment, join(roster, voters, staying, arrived)), elections: 0 };
  const election = elect(roster, voters);
  return { moment: withService(moment, election), elections: election.leader < 0 ? 0 : election.rounds };
}

/** Whoever serves has every write, and only they; while nobody serves nothing is written. */
function withService(moment: Moment, { leader, serving }: Service): Moment {
  if (leader < 0) return { ...moment, ...noService };
  return { ...moment, leader, serving, current: serving, filled: moment.filled | serving };
}

function leaderOf({ leader }: Service): ServerSet {
  return leader < 0 ? 0 : 1 << leader;
}

/** What a world shows of a moment. */
export function worldOf(roster: Roster, moment: Moment): Pick<StageWorld, 'servers' | 'leader'> {
  const servers = roster.addresses.map((address, server): ServerState => {
    const has = (set: ServerSet): boolean => (set & (1 << server)) !== 0;
    return {
      address,
      holds: has(moment.to) ? 'to' : has(moment.from) ? 'from' : 'nothing',
      running: has(moment.running),
      fenced: has(moment.fenced),
      installed: has(moment.installed),
    };
  });
  return { servers, leader: describe(roster, moment).leader };
}
