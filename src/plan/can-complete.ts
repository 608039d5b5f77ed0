// Is there any order at all that completes a stage from here, whatever it costs?

import { momentOf, type Moment } from './predict.js';
import type { MarginMemory } from './predict-margin.js';
import { rosterOf, type Roster } from '../proof/zookeeper/roster.js';
import { fullStopMoves } from './schedule-full-stop.js';
import { isComplete, movesFrom } from './schedule-rules.js';
import { momentKey } from './schedule-search.js';
import type { StageWorld } from './world.js';

/** Answers the same question for many worlds of one stage; what is found out for one serves the next. */
export function completionCheck(): (world: StageWorld) => boolean {
  const leads = new Map<string, boolean>();
  const memory: MarginMemory = new Map();
  return (world) => {
    const roster = rosterOf(world);
    const moment = momentOf(roster, world);
    return world.fullStop ? fullStopMoves(roster, moment) !== null : leadsOn(roster, moment, memory, leads);
  };
}

/** Depth first: steps that take nobody down come first, since they seldom lead astray. */
function leadsOn(roster: Roster, moment: Moment, memory: MarginMemory, known: Map<string, boolean>): boolean {
  if (isComplete(roster, moment)) return true;
  const key = momentKey(moment);
  const before = known.get(key);
  if (before !== undefined) return before;
  known.set(key, false);
  const moves = [...movesFrom(roster, moment, memory, 'lenient')].sort(
    (a, b) => b.effect.margin - a.effect.margin,
  );
  const answer = moves.some((move) => leadsOn(roster, move.effect.after, memory, known));
  known.set(key, answer);
  return answer;
}
