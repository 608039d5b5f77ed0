// Who hears, joins and elects whom, as docs/reference/proof-model.md has it: no bit, no table, no short cut.

import { addressOf, idOf, quorumOf, type Address, type Ensemble } from '../../src/model/ensemble.js';
import type { ZooKeeperFamily } from '../../src/model/family.js';

/** Some servers, sorted. */
export type Servers = readonly Address[];

/** Which list each server has, and what is known of lists in this version. */
export interface Lists {
  readonly family: ZooKeeperFamily;
  readonly listOf: (server: Address) => Ensemble;
}

/** How an election may end. */
export interface Outcome {
  readonly leader: Address;
  /** Voted, or acknowledged the leader's epoch: none of them had better data. */
  readonly crowd: Servers;
  readonly group: Servers;
}

/** These servers, each once, in order. */
export function serversOf(servers: Iterable<Address>): Servers {
  return [...new Set(servers)].sort();
}

export function without(servers: Servers, away: Servers): Servers {
  return servers.filter((one) => !away.includes(one));
}

export function same(a: Servers, b: Servers): boolean {
  return a.length === b.length && a.every((one) => b.includes(one));
}

/** Every subset, the empty one included. */
export function subsetsOf(servers: Servers): readonly Servers[] {
  const [first, ...rest] = servers;
  if (first === undefined) return [[]];
  const subsets = subsetsOf(rest);
  return [...subsets, ...subsets.map((subset) => serversOf([first, ...subset]))];
}

export function claimedId({ listOf }: Lists, server: Address): number | undefined {
  return idOf(listOf(server), server);
}

/** ZooKeeper counts ids, not machines. */
export function idsAmong(lists: Lists, servers: Servers): number {
  return new Set(servers.map((one) => claimedId(lists, one))).size;
}

export function quorumFor({ listOf }: Lists, server: Address): number {
  return quorumOf(listOf(server).length);
}

export function knows(lists: Lists, server: Address, other: Address): boolean {
  const id = claimedId(lists, other);
  return id !== undefined && addressOf(lists.listOf(server), id) !== undefined;
}

export function finds(lists: Lists, server: Address, other: Address): boolean {
  const id = claimedId(lists, other);
  return id !== undefined && addressOf(lists.listOf(server), id) === other;
}

function canExchangeVotes(lists: Lists, one: Address, two: Address): boolean {
  const [first, second] = [claimedId(lists, one), claimedId(lists, two)];
  if (first === undefined || second === undefined || first === second) return false;
  const [a, b] = first > second ? [one, two] : [two, one];
  const [listA, listB] = [lists.listOf(a), lists.listOf(b)];
  if (listA.length === 1 || listB.length === 1) return false;
  const label = idOf(listA, b);
  const highest = claimedId(lists, a);
  const lasts = label !== undefined && highest !== undefined && label < highest;
  return lasts || (lists.family === '3.5.4' && idOf(listB, a) !== undefined);
}

export function hears(lists: Lists, server: Address, other: Address): boolean {
  return canExchangeVotes(lists, server, other) && knows(lists, server, other);
}

/** As `hears`, while the other one is settled and calls nobody: it is answered where it calls itself. */
export function reaches(lists: Lists, server: Address, other: Address): boolean {
  const label = idOf(lists.listOf(server), other);
  const [own, theirs] = [claimedId(lists, server), claimedId(lists, other)];
  if (!hears(lists, server, other) || label === undefined || own === undefined || theirs === undefined)
    return false;
  if (own > theirs) return label < own;
  return lists.family === '3.5.4' || addressOf(lists.listOf(other), own) === server;
}

/** Whether a server may join a leader whom `group` follows. */
export function mayJoin(
  lists: Lists,
  server: Address,
  leader: Address,
  group: Servers,
  answered: typeof hears = hears,
): boolean {
  const heard = group.filter((other) => answered(lists, server, other));
  return (
    finds(lists, server, leader) &&
    heard.includes(leader) &&
    idsAmong(lists, heard) >= quorumFor(lists, server)
  );
}

/** Whether a leader has, or keeps, a quorum of its list with this group. */
export function isQuorum(lists: Lists, leader: Address, group: Servers, counts: 'all' | 'known'): boolean {
  const counted = group.filter((one) => counts === 'all' || one === leader || knows(lists, leader, one));
  return group.includes(leader) && idsAmong(lists, counted) >= quorumFor(lists, leader);
}

/** Everything that may come of an election among `looking`, of whom `blank` have no data. */
export function outcomesOf(lists: Lists, looking: Servers, blank: Servers): readonly Outcome[] {
  return looking
    .filter((leader) => claimedId(lists, leader) !== undefined)
    .flatMap((leader) =>
      subsetsOf(without(looking, [leader])).flatMap((others) =>
        outcomesWith(lists, leader, serversOf([leader, ...others]), looking),
      ),
    )
    .filter(({ leader, crowd }) => !blank.includes(leader) || crowd.every((one) => blank.includes(one)));
}

function outcomesWith(lists: Lists, leader: Address, crowd: Servers, looking: Servers): readonly Outcome[] {
  if (lists.listOf(leader).length === 1)
    return crowd.length === 1 ? [{ leader, crowd, group: [leader] }] : [];
  if (!same(votersFor(lists, leader, crowd), crowd)) return [];
  const seesQuorum = (server: Address): boolean => {
    const seen = crowd.filter((other) => other === server || hears(lists, server, other));
    return idsAmong(lists, seen) >= quorumFor(lists, server);
  };
  if (!seesQuorum(leader)) return [];
  const group = crowd.filter(
    (server) => server === leader || (finds(lists, server, leader) && seesQuorum(server)),
  );
  return helped(lists, { leader, crowd, group }, looking);
}

/** Those of the crowd whom the vote for the leader reaches, each adopting it. */
function votersFor(lists: Lists, leader: Address, crowd: Servers): Servers {
  let voters: Servers = [leader];
  for (;;) {
    const next = crowd.filter(
      (server) =>
        voters.includes(server) ||
        ((lists.family === '3.4.6' || knows(lists, server, leader)) &&
          voters.some((voter) => hears(lists, server, voter))),
    );
    if (same(next, voters)) return voters;
    voters = next;
  }
}

/** While the group is no quorum, whoever may join it may help it, one after another, in any order. */
function helped(lists: Lists, outcome: Outcome, looking: Servers): readonly Outcome[] {
  const { leader, crowd, group } = outcome;
  if (isQuorum(lists, leader, group, lists.family === '3.4.6' ? 'all' : 'known')) return [outcome];
  return without(looking, group)
    .filter((server) => mayJoin(lists, server, leader, group))
    .flatMap((server) =>
      helped(
        lists,
        { leader, crowd: serversOf([...crowd, server]), group: serversOf([...group, server]) },
        looking,
      ),
    );
}
