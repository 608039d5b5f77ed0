// Can a run still come to its end from here, if nothing else fails? A gate must not wait for what cannot come.

import type { Ensemble } from '../../model/ensemble.js';
import type { Course } from './course.js';
import { electionOptions, hearingAt, mustJoin, type Hearing } from './possible-elections.js';
import { at, membersOf, type ServerSet } from './roster.js';
import type { ScriptServer } from './script.js';
import type { EnsembleState } from './state.js';

/** An ensemble at rest, as somebody who asks every server sees it. */
export interface SeenWorld {
  readonly servers: readonly ScriptServer[];
  readonly leader: string | null;
  readonly serving: readonly string[];
  /** Where the running ensemble keeps its list: the list in force. */
  readonly configuration?: Ensemble;
}

/**
 * Answers for states at a gate; all others go on by themselves to the next one.
 *
 * A state can go on when its own gate can still pass, or when it rests in a world from which `replan` knows another
 * order. A server that runs and should not is a person's business: the run stops and says so.
 */
export function finisher(
  course: Course,
  replan: (world: SeenWorld) => boolean,
): (state: EnsembleState) => boolean {
  // By blank servers, of which there are seldom any: keys that stay small integers are found much faster.
  const byBlank = new Map<ServerSet, Map<number, boolean>>();
  const hearings = new Map<ServerSet, Hearing>();
  return (state) => {
    const point = at(course.points, state.point);
    if (point.phase !== 'gate') return true;
    if (state.group === point.serving && state.up === point.due) return true;
    if ((state.up & ~point.due) !== 0) return true;
    const known = byBlank.get(state.blank) ?? new Map<number, boolean>();
    byBlank.set(state.blank, known);
    const key = (state.point << 18) | (state.group << 4) | (state.leader + 1);
    const before = known.get(key);
    if (before !== undefined) return before;
    const hearing = hearings.get(point.to) ?? hearingAt(course.roster, point.to);
    hearings.set(point.to, hearing);
    const answer = canGoOn(course, hearing, { ...state, up: point.due }, replan);
    known.set(key, answer);
    return answer;
  };
}

function canGoOn(
  course: Course,
  hearing: Hearing,
  state: EnsembleState,
  replan: (world: SeenWorld) => boolean,
): boolean {
  const { serving } = at(course.points, state.point);
  const ends =
    state.leader >= 0
      ? [{ leader: state.leader, group: allJoined(hearing, state.leader, state.group, state.up) }]
      : electionOptions(course.roster, hearing, state.up)
          .filter(
            ({ leader, vetted }) => (state.blank & (1 << leader)) === 0 || (vetted & ~state.blank) === 0,
          )
          .map(({ leader, group }) => ({ leader, group: allJoined(hearing, leader, group, state.up) }));
  if (ends.length === 0) return serving === 0 || replan(worldOf(course, state, -1, 0));
  return ends.some(({ leader, group }) => group === serving || replan(worldOf(course, state, leader, group)));
}

/** The group once everybody that must be able to join has: those that come up while the others only answer. */
function allJoined(hearing: Hearing, leader: number, first: ServerSet, up: ServerSet): ServerSet {
  let group = first;
  for (let before = 0; before !== group;) {
    before = group;
    for (const server of membersOf(up & ~group))
      if (mustJoin(hearing, server, leader, group)) group |= 1 << server;
  }
  return group;
}

function has(set: ServerSet, server: number): boolean {
  return (set & (1 << server)) !== 0;
}

function worldOf(
  { roster, points, script }: Course,
  state: EnsembleState,
  leader: number,
  group: ServerSet,
): SeenWorld {
  const { to, fenced, installed } = at(points, state.point);
  const before = new Map(script.servers.map((one) => [one.address, one.holds]));
  return {
    servers: roster.addresses.map((address, server) => ({
      address,
      holds: has(to, server) ? 'to' : (before.get(address) ?? 'nothing'),
      running: has(state.up, server),
      fenced: has(fenced, server),
      installed: has(installed, server),
    })),
    leader: leader < 0 ? null : at(roster.addresses, leader),
    serving: membersOf(group).map((server) => at(roster.addresses, server)),
  };
}
