// What can happen to an ensemble that changes its own list in one moment, and what an expansion of a state works with.

import { at, type ServerSet } from '../zookeeper/roster.js';
import { isQuorum, type ListCourse } from './list-course.js';
import { type Elections, seenBy } from './list-election.js';
import { versionOf, type ListState } from './state.js';

/** One event; `server` is its server, -1 where it has none. The first four are faults. */
export interface ListEvent {
  kind:
    | 'crash'
    | 'cut'
    | 'dissolve'
    | 'revive'
    | 'restart'
    | 'join'
    | 'elect'
    | 'acknowledge'
    | 'commit'
    | 'activate'
    | 'hand-over'
    | 'gate'
    | 'refused'
    | 'propose'
    | 'step';
  server: number;
  /** `cut`: who is cut off. `elect`: the new leader's group. */
  servers: ServerSet;
  /** `elect`: who took part. */
  crowd: ServerSet;
}

/** What a proof by reconfiguration is given beside the course. */
export interface ListModelOptions {
  /** How many faults may happen, 0…7. */
  readonly faults: number;
  /** The servers that may suffer the first fault. All by default. */
  readonly firstVictims?: ServerSet;
  /** Whether the script, or another order of what is left of it, can be finished from here without a further fault. */
  readonly canFinish: (state: ListState) => boolean;
}

/** One expansion under way. */
export interface Expansion {
  readonly course: ListCourse;
  readonly options: ListModelOptions;
  readonly electionsIn: Elections;
  readonly state: ListState;
  readonly after: ListState;
  readonly event: ListEvent;
  /** Makes `after` what `state` is, and says what happens to it. */
  readonly begin: (kind: ListEvent['kind'], server: number, servers?: ServerSet) => void;
  readonly follow: () => void;
}

/** A leader stays in office with a quorum of its list and, while a change is under way, of both (C.3). */
export function keepsLeading({ lists }: ListCourse, state: ListState, group: ServerSet): boolean {
  const { leader, active } = state;
  return (
    isQuorum(at(lists, versionOf(active, leader)), group) && isQuorum(at(lists, seenBy(state, leader)), group)
  );
}

/** Those that run no longer follow nobody; a leader without a quorum gives up. */
export function settle(course: ListCourse, after: ListState): void {
  after.group &= after.up;
  if (after.leader < 0) return;
  if ((after.group & (1 << after.leader)) !== 0 && keepsLeading(course, after, after.group)) return;
  after.group = 0;
  after.leader = -1;
}
