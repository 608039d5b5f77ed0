// Which servers are interchangeable from a point of a script on, so that states which differ in them only are one?

import type { Course, Point } from './course.js';
import { hearingAt, type Hearing } from './possible-elections.js';
import { at, type Roster, type ServerSet } from './roster.js';
import type { EnsembleState } from './state.js';

/** Classes of interchangeable servers, two or more in each, ascending. */
export type Symmetry = readonly (readonly number[])[];

/**
 * The classes at each point. Two servers are interchangeable when swapping them changes nothing that the model looks
 * at, now or at any later point: who hears and finds whom, which list each holds, what the script and its gates say of
 * them. Ids matter to elections only as far as they decide who hears whom, since the model lets any of those with equal
 * data win.
 */
export function symmetriesOf({ roster, points, servers }: Course): readonly Symmetry[] {
  const alike = Array.from({ length: servers }, () => Array.from({ length: servers }, () => true));
  const classes: Symmetry[] = [];
  const hearings = new Map<ServerSet, Hearing>();
  for (const point of [...points].reverse()) {
    const hearing = hearings.get(point.to) ?? hearingAt(roster, point.to);
    hearings.set(point.to, hearing);
    for (let a = 0; a < servers; a += 1)
      for (let b = a + 1; b < servers; b += 1)
        if (alike[a]?.[b] === true && !isSwappable(roster, point, hearing, a, b)) at(alike, a)[b] = false;
    classes.unshift(classesOf(alike));
  }
  return classes;
}

function isSwappable(roster: Roster, point: Point, hearing: Hearing, a: number, b: number): boolean {
  const { from, to } = roster.views;
  const named = [point.to, point.due, point.revivable, point.serving, point.target, roster.fresh];
  const known = [from.knows.from, from.knows.to, to.knows.from, to.knows.to];
  if (![...named, ...known].every((set) => has(set, a) === has(set, b))) return false;
  if (hearing.quorum[a] !== hearing.quorum[b] || hearing.size[a] !== hearing.size[b]) return false;
  if (hearing.ids[a] === hearing.ids[b]) return false;
  const ids = hearing.ids.filter((id) => id === hearing.ids[a] || id === hearing.ids[b]);
  if (ids.length > 2) return false;
  return [hearing.hears, hearing.reaches, hearing.knows, hearing.finds].every((rows) =>
    rows.every((row, server) => row === swapped(at(rows, swap(server, a, b)), a, b)),
  );
}

function swap(server: number, a: number, b: number): number {
  return server === a ? b : server === b ? a : server;
}

function swapped(set: ServerSet, a: number, b: number): ServerSet {
  return has(set, a) === has(set, b) ? set : set ^ ((1 << a) | (1 << b));
}

function has(set: ServerSet, server: number): boolean {
  return (set & (1 << server)) !== 0;
}

function classesOf(alike: readonly (readonly boolean[])[]): Symmetry {
  const taken = new Set<number>();
  return alike.flatMap((row, a) => {
    if (taken.has(a)) return [];
    const members = [a, ...row.flatMap((same, b) => (b > a && same && !taken.has(b) ? [b] : []))];
    members.forEach((member) => taken.add(member));
    return members.length > 1 ? [members] : [];
  });
}

const traits = new Int32Array(16);

/** Puts the state of interchangeable servers into descending order; all states that differ in them only become one. */
export function canonicalise(state: EnsembleState, symmetry: Symmetry): void {
  for (const members of symmetry) {
    const size = members.length;
    let sorted = true;
    for (let place = 0; place < size; place += 1) {
      const server = members[place] ?? 0;
      const trait =
        ((state.leader === server ? 1 : 0) << 4) |
        (((state.group >> server) & 1) << 3) |
        (((state.up >> server) & 1) << 2) |
        (((state.holders >> server) & 1) << 1) |
        ((state.blank >> server) & 1);
      let slot = place;
      for (; slot > 0 && (traits[slot - 1] ?? 0) < trait; slot -= 1) {
        traits[slot] = traits[slot - 1] ?? 0;
        sorted = false;
      }
      traits[slot] = trait;
    }
    if (!sorted) rewrite(state, members);
  }
}

function rewrite(state: EnsembleState, members: readonly number[]): void {
  let { group, up, holders, blank } = state;
  for (let place = 0; place < members.length; place += 1) {
    const server = members[place] ?? 0;
    const trait = traits[place] ?? 0;
    const bit = 1 << server;
    if ((trait & 16) !== 0) state.leader = server;
    group = (trait & 8) !== 0 ? group | bit : group & ~bit;
    up = (trait & 4) !== 0 ? up | bit : up & ~bit;
    holders = (trait & 2) !== 0 ? holders | bit : holders & ~bit;
    blank = (trait & 1) !== 0 ? blank | bit : blank & ~bit;
  }
  state.group = group;
  state.up = up;
  state.holders = holders;
  state.blank = blank;
}
