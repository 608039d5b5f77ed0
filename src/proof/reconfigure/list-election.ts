// Who can be elected, and who can join, by lists that are in force and lists that were seen proposed?

import { at, lowest, membersOf, type ServerSet } from '../zookeeper/roster.js';
import { isQuorum, type CountedList, type ListCourse } from './list-course.js';
import { versionOf, withVersion, type ListState, type Versions } from './state.js';

/** What an election can come to. */
export interface ListElection {
  readonly leader: number;
  readonly group: ServerSet;
  /** The list that the term begins with. */
  readonly version: number;
  /** Who took part, with a vote or without: of the crowds that come to the same, those that hold no smaller one. */
  readonly crowds: readonly ServerSet[];
}

/** The elections that can be held in a state. */
export type Elections = (state: ListState) => readonly ListElection[];

/** Every election that servers outside the group can hold; what is found out for one state serves the next. */
export function electionsBy(course: ListCourse): Elections {
  const known = new Map<number, Map<number, readonly ListElection[]>>();
  return (state) => {
    const looking = state.up & ~state.group;
    if (looking === 0) return none;
    const form = {
      ...state,
      up: looking,
      group: 0,
      seen: state.seen & looking,
      blank: state.blank & looking,
    };
    form.active = among(state.active, looking);
    form.logged = among(state.logged, looking);
    const sets = looking | (form.seen << 8) | (form.blank << 16);
    const alike = known.get(sets) ?? new Map<number, readonly ListElection[]>();
    known.set(sets, alike);
    const versions = form.active | (form.logged << 16);
    const before = alike.get(versions);
    if (before !== undefined) return before;
    const found = electionsOf(course, form);
    alike.set(versions, found);
    return found;
  };
}

const none: readonly ListElection[] = [];

/** Only these servers' versions; 0 for all others. */
function among(versions: Versions, servers: ServerSet): Versions {
  let kept = 0;
  for (let rest = servers; rest !== 0; rest &= rest - 1) kept |= versions & (3 << (2 * lowest(rest)));
  return kept;
}

/** The newest list that a server has seen, in force or proposed. */
export function seenBy({ active, seen }: ListState, server: number): number {
  return versionOf(active, server) + ((seen >> server) & 1);
}

/** The servers with at least this version. */
export function reaching(versions: Versions, version: number, servers: ServerSet): ServerSet {
  let set = 0;
  for (let rest = servers; rest !== 0; rest &= rest - 1) {
    const server = lowest(rest);
    if (versionOf(versions, server) >= version) set |= 1 << server;
  }
  return set;
}

function electionsOf(course: ListCourse, state: ListState): readonly ListElection[] {
  const found = new Map<number, ListElection & { readonly crowds: ServerSet[] }>();
  for (let crowd = state.up; crowd !== 0; crowd = (crowd - 1) & state.up) {
    const newest = newestActive(state, crowd);
    const list = at(course.lists, newest);
    // All of the crowd have heard of the newest list in force among them (C.6), and count by it.
    if (!isQuorum(list, crowd)) continue;
    for (const leader of membersOf(crowd & list.counts)) {
      const outcome = outcomeOf(course, state, crowd, newest, leader);
      if (outcome === null) continue;
      const key = outcome.group | (leader << 8) | (outcome.version << 12);
      const same = found.get(key) ?? { ...outcome, crowds: [] };
      found.set(key, same);
      // Crowds come in descending order, so a smaller one comes after those that hold it.
      const rest = same.crowds.filter((other) => (other & crowd) !== crowd);
      same.crowds.splice(0, Infinity, ...rest, crowd);
    }
  }
  return [...found.values()];
}

function outcomeOf(
  { lists }: ListCourse,
  state: ListState,
  crowd: ServerSet,
  newest: number,
  leader: number,
): Omit<ListElection, 'crowds'> | null {
  if (!hasBestLog(state, crowd, leader)) return null;
  const version = Math.max(newest, seenBy(state, leader));
  const bySeen = (server: number): CountedList => at(lists, Math.max(newest, seenBy(state, server)));
  if (!isQuorum(at(lists, version), crowd)) return null;
  let group = 1 << leader;
  for (const server of membersOf(crowd)) if (isQuorum(bySeen(server), crowd)) group |= 1 << server;
  // The epoch by the list in force, the acknowledgements of NEWLEADER by both (C.5).
  if (!isQuorum(at(lists, newest), group) || !isQuorum(at(lists, version), group)) return null;
  return { leader, group, version };
}

/** Better data wins: nobody without the newest change in the crowd's logs leads those who have it; an empty disk only others. */
function hasBestLog({ blank, logged }: ListState, crowd: ServerSet, leader: number): boolean {
  const remembering = crowd & ~blank;
  if ((blank & (1 << leader)) !== 0) return remembering === 0;
  return reaching(logged, versionOf(logged, leader) + 1, remembering) === 0;
}

function newestActive({ active }: ListState, crowd: ServerSet): number {
  return membersOf(crowd).reduce((newest, server) => Math.max(newest, versionOf(active, server)), 0);
}

/** Makes `after` the state in which a term has begun: whoever follows has the leader's list and log. */
export function beginTerm(
  { lists, all }: ListCourse,
  after: ListState,
  { leader, group, version }: Omit<ListElection, 'crowds'>,
): void {
  for (let rest = all & ~group; rest !== 0; rest &= rest - 1) forget(after, lowest(rest), version);
  for (const server of membersOf(group)) {
    after.active = withVersion(after.active, server, version);
    after.logged = withVersion(after.logged, server, version);
  }
  after.seen &= ~group;
  after.blank &= ~group;
  after.holders = group;
  after.committed = version;
  // A leader that its own list leaves out hands over at once (C.4).
  const stays = (at(lists, version).counts & (1 << leader)) !== 0;
  after.leader = stays ? leader : -1;
  after.group = stays ? group : 0;
}

/** A proposal that the new term begins without comes no more. */
function forget(after: ListState, server: number, version: number): void {
  if (versionOf(after.logged, server) > version) after.logged = withVersion(after.logged, server, version);
}

/** Whether a server that looks for a leader can join the one that is there (M.3, C.5, C.6). Its own vote does not count. */
export function mayJoin({ lists }: ListCourse, state: ListState, server: number): boolean {
  const { active, leader, group, blank } = state;
  const own = versionOf(active, server);
  const newest = Math.max(own, versionOf(active, leader));
  const isTold = (blank & (1 << server)) !== 0 || (at(lists, own).counts & group) !== 0;
  const list = at(lists, newest);
  if (!isTold || (list.counts & (1 << leader)) === 0) return false;
  return isQuorum(list, group) && isQuorum(at(lists, Math.max(newest, seenBy(state, server))), group);
}

/** Whether a server finds its id in its own list; otherwise it ends at its start (C.8). An empty disk has a list with itself. */
export function mayStart({ lists }: ListCourse, { active, blank }: ListState, server: number): boolean {
  const bit = 1 << server;
  return (blank & bit) !== 0 || (at(lists, versionOf(active, server)).counts & bit) !== 0;
}

/** Whether a crowd may miss an acknowledged write, or the change to the list in force itself. */
export function mayMissWrites({ lists, all }: ListCourse, state: ListState, crowd: ServerSet): boolean {
  const { committed, logged, holders, blank } = state;
  const remembering = crowd & ~blank;
  const having = reaching(logged, committed, all);
  if ((remembering & having) === 0) return true;
  const free = holders & ~remembering & (having | blank);
  const list = at(lists, committed);
  const pending = reaching(logged, committed + 1, all);
  if ((remembering & pending) === 0) return isQuorum(list, free);
  // Whoever wins has the proposal, and every write before it: only writes since then can be missing, which need both lists.
  const since = free & (pending | blank);
  return isQuorum(list, since) && isQuorum(at(lists, committed + 1), since);
}
