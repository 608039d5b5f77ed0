// Which leaders can a set of looking servers bring about, whoever of them stays silent and whoever is slow?

import { at, count, membersOf, type Roster, type ServerSet } from './roster.js';

/** What every server hears, knows and finds, while these hold the new list: one row a server. */
export interface Hearing {
  /** Servers whose votes count for it: their ids are in its list, and they can exchange votes. */
  readonly hears: readonly ServerSet[];
  /** Servers that answer it when it comes up while they are settled. */
  readonly reaches: readonly ServerSet[];
  /** Servers whose id is in its list, at whatever address. */
  readonly knows: readonly ServerSet[];
  /** Servers that its list finds: their id stands at their address. */
  readonly finds: readonly ServerSet[];
  /** The id that each claims; 0 where it is in no list that it holds. */
  readonly ids: readonly number[];
  /** How many make a quorum of its list. */
  readonly quorum: readonly number[];
  /** How many are in its list. */
  readonly size: readonly number[];
}

/**
 * One way in which an election may end: `leader` leads, `group` has synced with it, and nobody in `vetted` had better
 * data than it, since they voted for it, or acknowledged its epoch. The group is a quorum of the leader's list.
 */
export interface ElectionOption {
  readonly leader: number;
  readonly vetted: ServerSet;
  readonly group: ServerSet;
}

/** The hearing of all servers while those in `to` hold the new list and all others the old one. */
export function hearingAt(roster: Roster, to: ServerSet): Hearing {
  const servers = roster.addresses.map((_, server) => server);
  const own = (server: number): 'from' | 'to' => ((to & (1 << server)) === 0 ? 'from' : 'to');
  const view = (server: number): Roster['views']['from'] => roster.views[own(server)];
  const mixed = (sets: { readonly from: ServerSet; readonly to: ServerSet }): ServerSet =>
    (sets.from & ~to) | (sets.to & to);
  const row = (name: 'hears' | 'reaches', server: number): ServerSet => {
    const sets = view(server)[name];
    return mixed({ from: at(sets.from, server), to: at(sets.to, server) }) & ~(1 << server);
  };
  const ids = servers.map((server) => at(roster.ids[own(server)], server));
  const present = servers.reduce((set, server) => (ids[server] === 0 ? set : set | (1 << server)), 0);
  return {
    hears: servers.map((server) => row('hears', server) & present),
    reaches: servers.map((server) => row('reaches', server) & present),
    knows: servers.map((server) => mixed(view(server).knows) & present),
    finds: servers.map((server) => mixed(view(server).finds) & present),
    ids,
    quorum: servers.map((server) => view(server).quorum),
    size: servers.map((server) => view(server).size),
  };
}

/** How many different ids these servers claim: ZooKeeper counts ids, not machines. */
export function voices(hearing: Hearing, set: ServerSet): number {
  let seen = 0;
  let more = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) {
    const id = hearing.ids[31 - Math.clz32(rest & -rest)] ?? 0;
    const bit = id < 32 ? 1 << id : 0;
    if (bit === 0) return new Set(membersOf(set).map((server) => hearing.ids[server])).size;
    if ((seen & bit) === 0) more += 1;
    seen |= bit;
  }
  return more;
}

/**
 * Whose acknowledgements of a proposal count for a leader, and keep it in office: up to 3.4.14 anybody's, later only
 * members' (M.5; Leader.processAck at release-3.4.14 and release-3.8.0).
 */
export function countedBy(roster: Roster, hearing: Hearing, leader: number): ServerSet {
  return roster.family === '3.5.4' ? at(hearing.knows, leader) | (1 << leader) : roster.all;
}

/** Whose acknowledgements count while a leader begins: up to 3.4.12 anybody's, later only members' (ZOOKEEPER-2959). */
function countedAtStart(roster: Roster, hearing: Hearing, leader: number): ServerSet {
  return roster.family === '3.4.6' ? roster.all : at(hearing.knows, leader) | (1 << leader);
}

/**
 * JOIN of M.3: whether `server` finds the leader in its list, and hears it and a quorum of its list follow it. `group`
 * are those that follow, the leader included.
 */
export function mayJoin(hearing: Hearing, server: number, leader: number, group: ServerSet): boolean {
  return canFollow(hearing, server, leader, at(hearing.hears, server) & group);
}

/** Whether `server` joins for certain, given time: even those that only answer when it comes up are enough. */
export function mustJoin(hearing: Hearing, server: number, leader: number, group: ServerSet): boolean {
  return canFollow(hearing, server, leader, at(hearing.reaches, server) & group);
}

function canFollow(hearing: Hearing, server: number, leader: number, heard: ServerSet): boolean {
  return (
    (heard & (1 << leader)) !== 0 &&
    (at(hearing.finds, server) & (1 << leader)) !== 0 &&
    voices(hearing, heard) >= at(hearing.quorum, server)
  );
}

/**
 * All ways that matter in which `looking` can elect somebody: whatever another way leads to, one of these leads to as
 * well, once those left outside have joined. Any server may win: whoever has the best data of those that take part, and
 * data is judged elsewhere.
 */
export function electionOptions(roster: Roster, hearing: Hearing, looking: ServerSet): ElectionOption[] {
  const options: ElectionOption[] = [];
  for (const leader of membersOf(looking)) {
    if (hearing.ids[leader] === 0) continue;
    const found: ElectionOption[] = [];
    for (const crowd of subsetsBySize(looking & ~(1 << leader))) {
      const option = electedBy(roster, hearing, leader, crowd | (1 << leader), looking);
      if (option !== null && !found.some((other) => leadsTo(hearing, other, option))) found.push(option);
    }
    options.push(...found);
  }
  return options;
}

/** What comes of it when exactly `crowd` take part and all vote for `leader` (M.2, M.3, M.5); null when nothing does. */
function electedBy(
  roster: Roster,
  hearing: Hearing,
  leader: number,
  crowd: ServerSet,
  looking: ServerSet,
): ElectionOption | null {
  const bit = 1 << leader;
  if (hearing.size[leader] === 1) return crowd === bit ? { leader, vetted: bit, group: bit } : null;
  if (!isHeardByAll(roster, hearing, leader, crowd)) return null;
  if (voices(hearing, (at(hearing.hears, leader) & crowd) | bit) < at(hearing.quorum, leader)) return null;
  let group = bit;
  for (const server of membersOf(crowd & ~bit)) {
    const seen = (at(hearing.hears, server) & crowd) | (1 << server);
    const follows = voices(hearing, seen) >= at(hearing.quorum, server);
    if (follows && (at(hearing.finds, server) & bit) !== 0) group |= 1 << server;
  }
  // Whoever hears enough follow a leader that has yet to begin helps it to begin.
  let vetted = crowd;
  const counted = countedAtStart(roster, hearing, leader);
  for (const server of membersOf(looking & ~group)) {
    if (voices(hearing, group & counted) >= at(hearing.quorum, leader)) break;
    if (!mayJoin(hearing, server, leader, group)) continue;
    group |= 1 << server;
    vetted |= 1 << server;
  }
  return voices(hearing, group & counted) >= at(hearing.quorum, leader) ? { leader, vetted, group } : null;
}

/** Whether the vote for `leader` reaches all of `crowd` from one to the next, and each adopts it (M.2). */
function isHeardByAll(roster: Roster, hearing: Hearing, leader: number, crowd: ServerSet): boolean {
  // Up to 3.4.12 a vote for an id outside the own list is adopted too (ZOOKEEPER-2988).
  const adopts = (server: number): boolean =>
    roster.family === '3.4.6' || (at(hearing.knows, server) & (1 << leader)) !== 0;
  let reached = 1 << leader;
  for (let before = 0; before !== reached;) {
    before = reached;
    for (const server of membersOf(crowd & ~reached))
      if ((at(hearing.hears, server) & reached) !== 0 && adopts(server)) reached |= 1 << server;
  }
  return reached === crowd;
}

/** Whether everything that comes of `later` comes of `earlier` too: no more was vetted, and the rest can join. */
function leadsTo(hearing: Hearing, earlier: ElectionOption, later: ElectionOption): boolean {
  if ((earlier.vetted & ~later.vetted) !== 0 || (earlier.group & ~later.group) !== 0) return false;
  let group = earlier.group;
  for (let before = 0; before !== group;) {
    before = group;
    for (const server of membersOf(later.group & ~group))
      if (mayJoin(hearing, server, later.leader, group)) group |= 1 << server;
  }
  return group === later.group;
}

/** Every subset, the smaller ones first. */
function subsetsBySize(set: ServerSet): readonly ServerSet[] {
  const subsets: ServerSet[] = [0];
  for (let subset = set & -set; subset !== 0; subset = (subset - set) & set) subsets.push(subset);
  return subsets.sort((a, b) => count(a) - count(b) || a - b);
}
