// Who can hear, know and reach whom in a stage, whatever list each of them runs with?

import {
  addressOf,
  idOf,
  quorumOf,
  renumbered,
  sameEnsemble,
  type Address,
  type Ensemble,
} from '../../model/ensemble.js';
import type { ZooKeeperFamily } from '../../model/family.js';
import { invariant, InvariantError } from '../../model/invariant.js';

/** A set of servers: bit `i` stands for the roster's server `i`. */
export type ServerSet = number;

/** Sets that differ with the list which the other server holds. */
export interface ByList<T> {
  readonly from: T;
  readonly to: T;
}

/** One of the stage's two lists, as its holders see the others. */
export interface View {
  readonly size: number;
  readonly quorum: number;
  readonly members: ServerSet;
  /** By server: whose votes count for it when it holds this list (M.1, and the label must be in its list: M.2). */
  readonly hears: ByList<readonly ServerSet[]>;
  /** By server: who answers it when it comes up while they are settled, and so call nobody themselves (M.1, M.2). */
  readonly reaches: ByList<readonly ServerSet[]>;
  /** The servers whose claimed id is in this list, at whatever address. */
  readonly knows: ByList<ServerSet>;
  /** The servers that this list finds: their claimed id stands at their address (M.3). */
  readonly finds: ByList<ServerSet>;
}

/** What never changes while a stage runs, laid out for speed. Server `i` is `addresses[i]`, ascending by id. */
export interface Roster {
  readonly family: ZooKeeperFamily;
  /** Whether both lists are the same: then every holder counts as one of `to`. */
  readonly unchanged: boolean;
  /** Whether every server that stays keeps its id. */
  readonly stable: boolean;
  readonly addresses: readonly Address[];
  /** The id that a server claims under each list; 0 where it is no member. */
  readonly ids: ByList<readonly number[]>;
  readonly views: ByList<View>;
  readonly all: ServerSet;
  /** In `from` only. */
  readonly leavers: ServerSet;
  /** In both, and there. */
  readonly survivors: ServerSet;
  /** In `to` only. */
  readonly newcomers: ServerSet;
  /** By server: the leaver whose id a newcomer takes, as a set; empty for all others. */
  readonly predecessors: readonly ServerSet[];
  /** Must start from an empty disk in this stage. */
  readonly fresh: ServerSet;
  /** Of `fresh`: their data differed, and until they have started anew they must not lead. */
  readonly reseeded: ServerSet;
  /** Of `reseeded`: what is on the machine beside ZooKeeper's disk stays. */
  readonly keepRest: ServerSet;
  /** As in `Transition`. */
  readonly lookPastTwins: boolean;
}

/** Of a stage, what decides who can hear and follow whom. */
export interface Transition {
  readonly from: Ensemble;
  readonly to: Ensemble;
  /** Must start from an empty disk in this stage. */
  readonly fresh: readonly Address[];
  /** Must start from an empty ZooKeeper's disk because their data differed: what else the stage does to them `fresh` says. */
  readonly reseeds?: readonly Address[];
  readonly family: ZooKeeperFamily;
  /** Members whose machines are gone for good, until they start again from an empty disk: nobody waits for them. */
  readonly gone?: readonly Address[];
  /** Where two live servers claim one id: ask what becomes of the writes, rather than call that broken already. */
  readonly lookPastTwins?: boolean;
}

/** The roster of a stage. Throws `InvariantError` for more than 30 servers or a list without members. */
export function rosterOf({
  from,
  to,
  fresh,
  reseeds = [],
  family,
  gone = [],
  lookPastTwins = false,
}: Transition): Roster {
  invariant(from.length > 0 && to.length > 0, `both lists have members: ${from.length}, ${to.length}`);
  const addresses = orderedAddresses(from, to);
  invariant(addresses.length <= 30, `a stage has at most 30 servers: ${addresses.length}`);
  const idsUnder = (list: Ensemble): number[] => addresses.map((address) => idOf(list, address) ?? 0);
  const ids = { from: idsUnder(from), to: idsUnder(to) };
  const lists = { from, to };
  const view = (name: 'from' | 'to'): View => viewOf(name, lists, ids, addresses, family);
  const having = (keep: (index: number) => boolean): ServerSet =>
    setOf(addresses.map((_, index) => index).filter(keep));
  const among = (hosts: readonly Address[]): ServerSet =>
    having((index) => hosts.includes(at(addresses, index)));
  const [renewed, reseeded] = [among(fresh), among(reseeds)];
  return {
    family,
    unchanged: sameEnsemble(from, to),
    stable: renumbered(from, to).length === 0,
    addresses,
    ids,
    views: { from: view('from'), to: view('to') },
    all: having(() => true),
    leavers: having((index) => ids.to[index] === 0),
    survivors: having(
      (index) =>
        ids.from[index] !== 0 && ids.to[index] !== 0 && !isGone({ gone, fresh }, at(addresses, index)),
    ),
    newcomers: having((index) => ids.from[index] === 0),
    predecessors: addresses.map((address, index) => {
      const predecessor = addressOf(from, at(ids.to, index));
      return idOf(from, address) !== undefined ||
        predecessor === undefined ||
        idOf(to, predecessor) !== undefined
        ? 0
        : 1 << addresses.indexOf(predecessor);
    }),
    fresh: renewed | reseeded,
    reseeded,
    keepRest: reseeded & ~renewed,
    lookPastTwins,
  };
}

/** Whether this member is gone, and nothing of the stage brings it back. */
export function isGone({ gone = [], fresh }: Pick<Transition, 'gone' | 'fresh'>, address: Address): boolean {
  return gone.includes(address) && !fresh.includes(address);
}

/** How many servers a set has. */
export function count(set: ServerSet): number {
  let rest = set - ((set >> 1) & 0x55555555);
  rest = (rest & 0x33333333) + ((rest >> 2) & 0x33333333);
  return (((rest + (rest >> 4)) & 0x0f0f0f0f) * 0x01010101) >> 24;
}

/** The servers of a set, ascending. */
export function membersOf(set: ServerSet): number[] {
  const members = [];
  for (let rest = set; rest !== 0; rest &= rest - 1) members.push(lowest(rest));
  return members;
}

/** The first server of a set that is not empty. */
export function lowest(set: ServerSet): number {
  return 31 - Math.clz32(set & -set);
}

/** The element at a place that is known to exist. */
export function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined)
    throw new InvariantError(`broken assumption: place ${index} of ${items.length} exists`);
  return item;
}

/** The addresses of a set, ascending by id. */
export function addressesOf(roster: Roster, set: ServerSet): readonly Address[] {
  return membersOf(set).map((index) => at(roster.addresses, index));
}

function orderedAddresses(from: Ensemble, to: Ensemble): readonly Address[] {
  const kept = to.map((member) => ({ ...member, newcomer: idOf(from, member.address) === undefined }));
  const left = from
    .filter((member) => idOf(to, member.address) === undefined)
    .map((member) => ({ ...member, newcomer: false }));
  const order = [...kept, ...left].sort((a, b) => a.id - b.id || Number(a.newcomer) - Number(b.newcomer));
  return order.map((member) => member.address);
}

function viewOf(
  name: 'from' | 'to',
  lists: ByList<Ensemble>,
  ids: ByList<readonly number[]>,
  addresses: readonly Address[],
  family: ZooKeeperFamily,
): View {
  const list = lists[name];
  const places = addresses.map((_, index) => index);
  const knows = (other: 'from' | 'to'): ServerSet =>
    setOf(places.filter((index) => addressOf(list, at(ids[other], index)) !== undefined));
  const finds = (other: 'from' | 'to'): ServerSet =>
    setOf(places.filter((index) => addressOf(list, at(ids[other], index)) === addresses[index]));
  const pairs = (other: 'from' | 'to', talk: typeof exchange): ServerSet[] =>
    places.map((self) =>
      setOf(
        places.filter((peer) => {
          const own = { id: at(ids[name], self), address: at(addresses, self), list };
          const theirs = { id: at(ids[other], peer), address: at(addresses, peer), list: lists[other] };
          return self !== peer && addressOf(list, theirs.id) !== undefined && talk(own, theirs, family);
        }),
      ),
    );
  return {
    size: list.length,
    quorum: quorumOf(list.length),
    members: setOf(places.filter((index) => at(ids[name], index) !== 0)),
    hears: { from: pairs('from', exchange), to: pairs('to', exchange) },
    reaches: { from: pairs('from', reach), to: pairs('to', reach) },
    knows: { from: knows('from'), to: knows('to') },
    finds: { from: finds('from'), to: finds('to') },
  };
}

interface Party {
  readonly id: number;
  readonly address: Address;
  readonly list: Ensemble;
}

/**
 * Whether two running servers can exchange votes (M.1; QuorumCnxManager at release-3.4.8 and release-3.8.0): only the
 * higher id's own call lasts, so the lower one's address must be in the higher one's list, under an id below its own
 * (it hangs up on whom it takes for a higher one: seen on 3.8.0 while an id moved); from 3.5.4 the higher one also calls
 * back whoever called it. A list of one opens no election port.
 */
function exchange(a: Party, b: Party, family: ZooKeeperFamily): boolean {
  if (a.id === 0 || b.id === 0 || a.id === b.id || a.list.length === 1 || b.list.length === 1) return false;
  const [higher, lower] = a.id > b.id ? [a, b] : [b, a];
  if (calls(higher, lower)) return true;
  return family === '3.5.4' && idOf(lower.list, higher.address) !== undefined;
}

/** Whether the call of `higher` lasts, the id of `lower` being below its own. */
function calls(higher: Party, lower: Party): boolean {
  return (idOf(higher.list, lower.address) ?? Infinity) < higher.id;
}

/**
 * Whether a server that comes up reaches one that is settled, and so only answers: it must have the other's address, and
 * where the other has the higher id, that one must be able to call back (our own measurement on 3.8.0: a member that
 * crashed and came back on the old list never heard the newcomer that had joined meanwhile).
 */
function reach(caller: Party, settled: Party, family: ZooKeeperFamily): boolean {
  if (idOf(caller.list, settled.address) === undefined || !exchange(caller, settled, family)) return false;
  if (caller.id > settled.id) return calls(caller, settled);
  return family === '3.5.4' || addressOf(settled.list, caller.id) === caller.address;
}

function setOf(indices: readonly number[]): ServerSet {
  return indices.reduce((set, index) => set | (1 << index), 0);
}
