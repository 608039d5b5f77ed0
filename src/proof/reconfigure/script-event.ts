// How does a script by reconfiguration go on: its gates, its steps, and the changes of the list that it asks for?

import { at, lowest } from '../zookeeper/roster.js';
import { isQuorum, type ListCourse, type ListPoint } from './list-course.js';
import type { Expansion } from './list-event.js';
import { versionOf, withVersion, type ListState } from './state.js';

/** Whether the gate of a point holds: the list in force, who serves, who runs, and a leader that stays. */
export function gateHolds(
  { lists }: ListCourse,
  { version, serving, due, outside }: ListPoint,
  { leader, active, seen, group, up }: ListState,
): boolean {
  if (up !== due || (group & ~outside) !== serving) return false;
  if (leader < 0) return serving === 0;
  const bit = 1 << leader;
  return (
    versionOf(active, leader) === version && (seen & bit) === 0 && (at(lists, version).counts & bit) !== 0
  );
}

/** What the script does next, if it can. */
export function scriptEvent(expansion: Expansion, point: ListPoint): void {
  const { course, state, after, begin, follow } = expansion;
  const server = point.target === 0 ? -1 : lowest(point.target);
  if (point.phase === 'gate') {
    if (gateHolds(course, point, state)) {
      begin('gate', server);
      after.point += 1;
      arrive(after);
      follow();
    } else if (mayPropose(course, state, point.version)) propose(expansion, point.step - 1, 0);
  } else if (point.phase === 'act') {
    if (point.kind === 'add' || point.kind === 'remove') askForChange(expansion, point, server);
    else {
      begin('step', server);
      act(course, after, point);
      follow();
    }
  }
}

/** What was in flight has arrived at all that serve, by the time a gate has held. */
function arrive(after: ListState): void {
  if (after.leader < 0) return;
  const version = versionOf(after.active, after.leader);
  after.holders = after.group;
  after.seen &= ~after.group;
  for (let rest = after.group; rest !== 0; rest &= rest - 1) {
    after.active = withVersion(after.active, lowest(rest), version);
    after.logged = withVersion(after.logged, lowest(rest), version);
  }
}

function act({ fresh }: ListCourse, after: ListState, { kind, target, installed }: ListPoint): void {
  after.point += 1;
  const server = lowest(target);
  if (kind === 'stop' || kind === 'fence') {
    if (kind === 'stop') after.up &= ~target;
    return;
  }
  after.up |= target;
  if (kind !== 'join') return;
  // Its file is a static one, which any other list is newer than.
  after.active = withVersion(after.active, server, 0);
  after.seen &= ~target;
  if ((fresh & target & ~installed) === 0) return;
  after.group &= ~target;
  after.blank |= target;
  after.logged = withVersion(after.logged, server, 0);
}

/** The leader refuses while another change is under way, and when those that follow it are no quorum of the new list (C.2). */
export function mayPropose(
  { lists }: ListCourse,
  { leader, active, seen, group }: ListState,
  version: number,
): boolean {
  return (
    leader >= 0 &&
    (seen & (1 << leader)) === 0 &&
    versionOf(active, leader) === version - 1 &&
    isQuorum(at(lists, version), group)
  );
}

/** The answer may be lost: the next gate looks at the list, and where a change was forgotten, it is asked for again. */
function askForChange(expansion: Expansion, point: ListPoint, server: number): void {
  const { course, state, after, begin, follow } = expansion;
  const { version } = at(course.points, state.point + 1);
  const inForce = state.leader >= 0 && versionOf(state.active, state.leader) === version;
  if (inForce || version === point.version) {
    begin('step', server);
    after.point += 1;
    return follow();
  }
  if (mayPropose(course, state, version)) return propose(expansion, point.step, 1);
  // The run looks anew: at the gate it waits, or orders the rest anew.
  begin('refused', server);
  after.point -= 1;
  follow();
}

function propose({ course, state, after, begin, follow }: Expansion, step: number, points: number): void {
  const { target } = at(course.points, 2 * step);
  begin('propose', lowest(target));
  after.point += points;
  after.seen |= 1 << state.leader;
  after.logged = withVersion(after.logged, state.leader, versionOf(state.active, state.leader) + 1);
  follow();
}
