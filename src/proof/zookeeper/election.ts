// Who is elected, who may follow, and how long does a leader stay?

import {
  at,
  count,
  lowest,
  membersOf,
  type ByList,
  type Roster,
  type ServerSet,
  type View,
} from './roster.js';

/** Who runs with which list, and whose data is how good. The two lists' holders are disjoint. */
export interface Voters {
  /** Running servers by the list that they hold. */
  readonly holders: ByList<ServerSet>;
  /** Have every acknowledged write. */
  readonly current: ServerSet;
  /** Have some data; a server outside this set is empty. */
  readonly filled: ServerSet;
}

/** A leader with those that serve under it, itself included; `leader` is -1 and `serving` empty when nobody serves. */
export interface Service {
  readonly leader: number;
  readonly serving: ServerSet;
}

/** Nobody serves. */
export const noService: Service = { leader: -1, serving: 0 };

/** How an election ends, and in which round. */
export interface Election extends Service {
  /** Rounds held: more than one when the first winner can't be followed. */
  readonly rounds: number;
}

/**
 * The outcome of an election in which nobody sleeps and nothing fails (M.2, M.3, M.5). Votes rank by data first, then
 * by id; each server adopts the best vote that it hears. Whoever then sees a quorum of its own list behind its vote
 * decides, connects to the address that its own list gives, and the leader needs a quorum of its own list to begin.
 *
 * A winner without that quorum waits for it, with those that reached it, for initLimit ticks; the others hold another
 * round meanwhile, and may well find a leader (our own measurement on 3.8.0). Where they don't, all meet again with the
 * same votes: the prediction is that nobody serves.
 */
export function elect(roster: Roster, voters: Voters): Election {
  const alone = membersOf(voters.holders.from | voters.holders.to).find(
    (server) => viewOf(roster, voters, server).size === 1,
  );
  if (alone !== undefined) return { leader: alone, serving: 1 << alone, rounds: 1 };
  let looking = voters;
  for (let rounds = 1; ; rounds += 1) {
    const round = holdRound(roster, looking);
    if (round.leader >= 0) return { ...join(roster, voters, round), rounds };
    if (round.waiting === 0) return { ...noService, rounds };
    looking = without(looking, round.waiting);
  }
}

/** One round: a leader with its followers, or who waits in vain for a quorum. */
function holdRound(roster: Roster, voters: Voters): Service & { readonly waiting: ServerSet } {
  const running = membersOf(voters.holders.from | voters.holders.to);
  const votes = settledVotes(roster, voters);
  let waiting = 0;
  for (const candidate of running.filter((server) => votes[server] === server)) {
    const backers = running.reduce(
      (set, server) => (votes[server] === candidate ? set | (1 << server) : set),
      0,
    );
    if (!seesQuorum(roster, voters, candidate, backers)) continue;
    const serving = membersOf(backers).reduce((set, server) => {
      const follows =
        server === candidate ||
        (finds(roster, voters, server, candidate) && seesQuorum(roster, voters, server, backers));
      return follows ? set | (1 << server) : set;
    }, 0);
    if (mayBeginLeading(roster, voters, candidate, serving))
      return { leader: candidate, serving, waiting: 0 };
    waiting |= serving;
  }
  return { ...noService, waiting };
}

/** Up to 3.4.12 whoever follows counts when a leader begins; later only members do (ZOOKEEPER-2959). */
function mayBeginLeading(roster: Roster, voters: Voters, leader: number, serving: ServerSet): boolean {
  const counted = roster.family === '3.4.6' ? serving : membersOnly(roster, voters, leader, serving);
  return distinct(roster, voters, counted) >= viewOf(roster, voters, leader).quorum;
}

function without({ holders, current, filled }: Voters, servers: ServerSet): Voters {
  return { holders: { from: holders.from & ~servers, to: holders.to & ~servers }, current, filled };
}

/**
 * Lets everybody follow the leader that can, until nobody more can: JOIN of M.3. The newcomer's own vote doesn't count
 * when it joins a leader that is there already. Servers in `arrived` come up while all others are settled.
 */
export function join(roster: Roster, voters: Voters, service: Service, arrived: ServerSet = 0): Service {
  const { leader } = service;
  let { serving } = service;
  const outside = membersOf((voters.holders.from | voters.holders.to) & ~serving);
  for (let before = -1; before !== serving;) {
    before = serving;
    for (const server of outside) {
      if ((serving & (1 << server)) === 0 && canJoin(roster, voters, server, leader, serving, arrived))
        serving |= 1 << server;
    }
  }
  return { leader, serving };
}

/** Whether `server` finds the leader's address in its list, and hears it and a quorum of its list follow it (M.3). */
export function canJoin(
  roster: Roster,
  voters: Voters,
  server: number,
  leader: number,
  following: ServerSet,
  arrived: ServerSet = 0,
): boolean {
  const answers = (arrived & (1 << server)) === 0 ? heardBy : reachedBy;
  const heard = answers(roster, voters, server) & following;
  return (
    (heard & (1 << leader)) !== 0 &&
    finds(roster, voters, server, leader) &&
    distinct(roster, voters, heard) >= viewOf(roster, voters, server).quorum
  );
}

/**
 * Whether a leader stays with these followers: a quorum of its own list. Up to 3.4.14 any distinct id counts, later
 * only members (M.5).
 */
export function keepsLeading(roster: Roster, voters: Voters, { leader, serving }: Service): boolean {
  const counted = roster.family === '3.5.4' ? membersOnly(roster, voters, leader, serving) : serving;
  return distinct(roster, voters, counted) >= viewOf(roster, voters, leader).quorum;
}

/** How many members of the leader's own list serve beyond its quorum; negative when too few do. */
export function surplus(roster: Roster, voters: Voters, { leader, serving }: Service): number {
  const members = membersOnly(roster, voters, leader, serving);
  return distinct(roster, voters, members) - viewOf(roster, voters, leader).quorum;
}

/** Whether `server` sees a quorum of its own list, itself included, within `group`. */
export function seesQuorum(roster: Roster, voters: Voters, server: number, group: ServerSet): boolean {
  const seen = (heardBy(roster, voters, server) & group) | (1 << server);
  return distinct(roster, voters, seen) >= viewOf(roster, voters, server).quorum;
}

/** Whether the list of `server` gives the leader's own address for the leader's id. */
export function finds(roster: Roster, voters: Voters, server: number, leader: number): boolean {
  return (among(viewOf(roster, voters, server).finds, voters) & (1 << leader)) !== 0;
}

/** Each running server's vote, as a server, once everybody has heard everybody that it can hear. */
function settledVotes(roster: Roster, voters: Voters): readonly number[] {
  const running = membersOf(voters.holders.from | voters.holders.to);
  const votes = roster.addresses.map((_, server) => server);
  const ranks = votes.map((server) => rank(roster, voters, server));
  for (let changed = true; changed;) {
    changed = false;
    for (const server of running) {
      // Up to 3.4.12 even a vote for an id outside the own list is adopted (ZOOKEEPER-2988).
      const known = roster.family === '3.4.6' ? ~0 : among(viewOf(roster, voters, server).knows, voters);
      let best = at(votes, server);
      for (let rest = heardBy(roster, voters, server); rest !== 0; rest &= rest - 1) {
        const vote = at(votes, lowest(rest));
        if (vote !== best && (known & (1 << vote)) !== 0 && at(ranks, vote) > at(ranks, best)) best = vote;
      }
      if (best !== votes[server]) {
        votes[server] = best;
        changed = true;
      }
    }
  }
  return votes;
}

function rank(roster: Roster, voters: Voters, server: number): number {
  const bit = 1 << server;
  const data = (voters.current & bit) !== 0 ? 2 : (voters.filled & bit) !== 0 ? 1 : 0;
  const id = at((voters.holders.to & bit) !== 0 ? roster.ids.to : roster.ids.from, server);
  return data * 256 + id;
}

function viewOf(roster: Roster, voters: Voters, server: number): View {
  return (voters.holders.to & (1 << server)) !== 0 ? roster.views.to : roster.views.from;
}

function heardBy(roster: Roster, voters: Voters, server: number): ServerSet {
  const { hears } = viewOf(roster, voters, server);
  return (at(hears.from, server) & voters.holders.from) | (at(hears.to, server) & voters.holders.to);
}

function reachedBy(roster: Roster, voters: Voters, server: number): ServerSet {
  const { reaches } = viewOf(roster, voters, server);
  return (at(reaches.from, server) & voters.holders.from) | (at(reaches.to, server) & voters.holders.to);
}

function membersOnly(roster: Roster, voters: Voters, leader: number, set: ServerSet): ServerSet {
  return set & among(viewOf(roster, voters, leader).knows, voters);
}

function among(sets: ByList<ServerSet>, voters: Voters): ServerSet {
  return (sets.from & voters.holders.from) | (sets.to & voters.holders.to);
}

/** ZooKeeper counts ids, not machines: a leaver and the newcomer with its id are one voice. */
function distinct(roster: Roster, voters: Voters, set: ServerSet): number {
  if ((set & voters.holders.from) === 0 || (set & voters.holders.to) === 0) return count(set);
  if (roster.stable && ((set & roster.leavers) === 0 || (set & roster.newcomers) === 0)) return count(set);
  const ids = membersOf(set).map((server) =>
    at((voters.holders.to & (1 << server)) !== 0 ? roster.ids.to : roster.ids.from, server),
  );
  return new Set(ids).size;
}
