// What does a step do to its server, and what follows for the group?

import type { Course, Point } from './course.js';
import type { EventKind } from './event.js';
import { at, count } from './roster.js';
import type { EnsembleState } from './state.js';

/** Does what a step does first; a step that takes its server down for a moment brings it up by another event. */
export function act(after: EnsembleState, { kind, target }: Point): EventKind {
  switch (kind) {
    case 'stop':
      after.point += 2;
      after.up &= ~target;
      return 'stop';
    case 'fence':
      after.point += 2;
      return 'fence';
    case 'install':
      after.point += 2;
      after.up |= target;
      after.blank |= target;
      after.group &= ~target;
      return 'wipe-and-start';
    case 'start':
      after.point += 2;
      after.up |= target;
      return 'come-up';
    case 'upgrade':
    case 'restart':
    case null:
      after.point += 1;
      after.up &= ~target;
      return 'go-down';
  }
}

/** Those that run no longer follow nobody; a leader without a quorum of its list gives up. */
export function settle(after: EnsembleState, { roster, points }: Course): void {
  after.group &= after.up;
  if (after.leader < 0) return;
  const bit = 1 << after.leader;
  const { to } = at(points, after.point);
  const view = (to & bit) === 0 ? roster.views.from : roster.views.to;
  const counted =
    roster.family === '3.5.4' ? (view.knows.from & ~to) | (view.knows.to & to) | bit : roster.all;
  if ((after.group & bit) !== 0 && count(after.group & counted) >= view.quorum) return;
  after.group = 0;
  after.leader = -1;
}
