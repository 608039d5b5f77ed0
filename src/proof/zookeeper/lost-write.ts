// Who has the write that an election loses, and by whose list were they enough?

import type { Happening } from './course-of-events.js';
import type { Course } from './course.js';
import { at, count, membersOf, type ServerSet, type View } from './roster.js';

/** The holders that the plainest story has: as many as the list of the last leader asks for, none of them a voter. */
export interface LostWrite {
  readonly holders: ServerSet;
  /** The list of the leader that had it acknowledged. */
  readonly view: View;
  /** Whether every holder still runs with the old list. */
  readonly onOldList: boolean;
}

/**
 * The write that the last of these happenings, an election, loses. Those that serve still have it for certain; and the
 * leader's own copy makes the plainest story.
 */
export function lostWriteOf({ roster, points }: Course, { event, before }: Happening): LostWrite {
  const view = before.holdersList === 0 ? roster.views.from : roster.views.to;
  const vetted = event.vetted & ~before.blank;
  const counted = roster.family === '3.5.4' ? view.knows.from | view.knows.to : roster.all;
  const rank = (server: number): number =>
    (server === before.leader ? 0 : 2) + ((before.group & (1 << server)) === 0 ? 1 : 0);
  const holders = membersOf(before.holders & ~vetted & counted)
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, view.quorum)
    .reduce((set, server) => set | (1 << server), 0);
  const onOldList = (at(points, before.point).to & holders) === 0 && count(holders) > 0;
  return { holders, view, onOldList };
}
