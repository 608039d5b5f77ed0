// Can a run by reconfiguration still come to its end from here, if nothing else fails?

import { idOf } from '../../model/ensemble.js';
import type { SeenWorld } from '../zookeeper/can-finish.js';
import { at, membersOf, type ServerSet } from '../zookeeper/roster.js';
import { isQuorum, type ListCourse, type ListPoint } from './list-course.js';
import { beginTerm, electionsBy, type Elections, mayJoin, mayStart, seenBy } from './list-election.js';
import { gateHolds, mayPropose } from './script-event.js';
import { become, emptyListState, type ListState, versionOf, withVersion } from './state.js';

/**
 * Answers for states at a gate; all others go on by themselves to the next one. A state can go on when its own gate can
 * still pass, or when it rests in a world from which `replan` knows another order. A server that runs and should not is a
 * person's business.
 */
export function listFinisher(
  course: ListCourse,
  replan: (world: SeenWorld) => boolean,
): (state: ListState) => boolean {
  const electionsIn = electionsBy(course);
  const known = new Map<string, boolean>();
  const asked = (state: ListState): boolean => {
    const { point, leader, group, up, active } = state;
    const inForce = leader < 0 ? state.committed : versionOf(active, leader);
    const key = [point, leader, group, up, inForce].join();
    const before = known.get(key);
    if (before !== undefined) return before;
    const answer = replan(worldOf(course, state, inForce));
    known.set(key, answer);
    return answer;
  };
  const holdsOnceAsked = (rest: ListState, point: ListPoint): boolean => {
    if (!mayPropose(course, rest, point.version)) return false;
    for (const one of restsOf(course, electionsIn, proposed(rest)))
      if (gateHolds(course, point, one)) return true;
    return false;
  };
  return (state) => {
    const point = at(course.points, state.point);
    if (point.phase !== 'gate' || gateHolds(course, point, state) || (state.up & ~point.due) !== 0)
      return true;
    const revived = { ...state, up: state.up | startable(course, state, point.due) };
    for (const rest of restsOf(course, electionsIn, revived))
      if (gateHolds(course, point, rest) || holdsOnceAsked(rest, point) || asked(rest)) return true;
    return false;
  };
}

function startable(course: ListCourse, state: ListState, due: ServerSet): ServerSet {
  return membersOf(due & ~state.up).reduce(
    (set, server) => (mayStart(course, state, server) ? set | (1 << server) : set),
    0,
  );
}

/** Where the ensemble may come to rest, the likeliest first: whatever is under way is completed, somebody is elected, and all who can join do. */
function* restsOf(course: ListCourse, electionsIn: Elections, state: ListState): Generator<ListState, void> {
  if (state.leader >= 0) {
    const led = completed(state);
    const stays = isQuorumOf(course, led) && counts(course, led);
    if (stays) yield allJoined(course, led);
    else yield* restsOf(course, electionsIn, { ...led, leader: -1, group: 0 });
    return;
  }
  const elections = electionsIn(state);
  if (elections.length === 0) yield state;
  for (const election of elections) {
    const after = emptyListState();
    become(after, state);
    beginTerm(course, after, election);
    // A leader that its own list leaves out is elected by nobody twice.
    if (after.leader < 0) yield* restsOf(course, electionsIn, after);
    else yield allJoined(course, after);
  }
}

/** The change that was forgotten has been asked for again. */
function proposed(state: ListState): ListState {
  const { leader, active, logged, seen } = state;
  return {
    ...state,
    seen: seen | (1 << leader),
    logged: withVersion(logged, leader, versionOf(active, leader) + 1),
  };
}

/** The leader's change has come through, and all that follow have it. */
function completed(state: ListState): ListState {
  const version = seenBy(state, state.leader);
  const after = { ...state, seen: state.seen & ~state.group, committed: version };
  for (const server of membersOf(state.group)) {
    after.active = withVersion(after.active, server, version);
    after.logged = withVersion(after.logged, server, version);
  }
  return after;
}

function isQuorumOf({ lists }: ListCourse, { leader, active, group }: ListState): boolean {
  return isQuorum(at(lists, versionOf(active, leader)), group);
}

function counts({ lists }: ListCourse, { leader, active }: ListState): boolean {
  return (at(lists, versionOf(active, leader)).counts & (1 << leader)) !== 0;
}

function allJoined(course: ListCourse, state: ListState): ListState {
  const after = { ...state };
  for (let before = -1; before !== after.group;) {
    before = after.group;
    for (const server of membersOf(after.up & ~after.group))
      if (mayJoin(course, after, server)) after.group |= 1 << server;
  }
  return after;
}

function worldOf(
  { script, addresses, lists, points }: ListCourse,
  state: ListState,
  inForce: number,
): SeenWorld {
  const { fenced, installed } = at(points, state.point);
  const configuration = at(lists, inForce).members;
  return {
    servers: addresses.map((address, server) => ({
      address,
      holds:
        idOf(configuration, address) === undefined
          ? 'nothing'
          : idOf(script.from, address) === undefined
            ? 'to'
            : 'from',
      running: has(state.up, server),
      fenced: has(fenced, server),
      installed: has(installed, server),
    })),
    leader: state.leader < 0 ? null : at(addresses, state.leader),
    serving: membersOf(state.group).map((server) => at(addresses, server)),
    configuration,
  };
}

function has(set: ServerSet, server: number): boolean {
  return (set & (1 << server)) !== 0;
}
