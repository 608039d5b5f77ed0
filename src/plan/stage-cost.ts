// What a membership transition costs, and what is at least still to be paid: how plans are compared.

import { countOf, vacant, type Board } from './board.js';
import { quorumOf } from '../model/ensemble.js';
import { everMembers, type Move, type Position } from './moves.js';

/**
 * Costs in the order in which they matter; a smaller earlier one always wins:
 * - `stops`: stages that change ids, each a full stop unless a proof allows it without;
 * - `rebuilt`: hosts installed although they were members before; a requested rebuild is none;
 * - `rounds`: stages that change the list, since each touches every server and every agent;
 * - `exposure`: over all stages, members that are missing below the larger of both ends, or down and not yet dealt with,
 *   and newcomers beyond the first, since each is a voter without memory;
 * - `elections`: an estimate, one a round, for the upgrade of the leader, and one more when today's leader is taken out.
 *   The schedule of each stage gives the real figure;
 * - `stages`;
 * - `late`: stages after the one that takes out today's leader, since it should come last.
 */
export interface Costs {
  readonly stops: number;
  readonly rebuilt: number;
  readonly rounds: number;
  readonly exposure: number;
  readonly elections: number;
  readonly stages: number;
  readonly late: number;
}

/** Costs as one number, so that comparing is one comparison: 5, 6, 6, 9, 7, 6 and 6 bits of the 53 that are exact. */
export function weightOf(costs: Costs): number {
  return (
    costs.late +
    costs.stages * 2 ** 6 +
    costs.elections * 2 ** 12 +
    costs.exposure * 2 ** 19 +
    costs.rounds * 2 ** 28 +
    costs.rebuilt * 2 ** 34 +
    costs.stops * 2 ** 40
  );
}

/** What one move costs from a position. */
export function costOf(board: Board, before: Position, move: Move): Costs {
  const rebuild = move.kind === 'rebuild';
  const sizeAfter = before.size - countOf(move.leaving) + countOf(move.joining);
  const neglected = board.down & before.members & ~before.used & ~move.leaving;
  const crowd = Math.max(0, countOf(move.joining) - 1);
  const leaderLeaves = (board.leader & ~before.used & move.leaving) !== 0;
  return {
    stops: move.kind === 'renumber' ? 1 : 0,
    rebuilt: rebuild ? 0 : countOf(move.joining & everMembers(board, before)),
    rounds: rebuild ? 0 : 1,
    exposure: Math.max(0, board.fullSize - Math.min(before.size, sizeAfter)) + countOf(neglected) + crowd,
    elections: (rebuild ? 0 : 1) + (leaderLeaves ? 1 : 0),
    stages: 1,
    late: (board.leader & before.used) === 0 ? 0 : 1,
  };
}

/**
 * The least that any way from here to the target can cost, or null when there is none. Stable moves put at most one
 * occupied seat right each, or two that are filled or vacated; a host on a wrong seat must leave and come back, unless
 * everything stops once.
 */
export function leastCosts(board: Board, position: Position): Costs | null {
  const { seats, members, used } = position;
  let [differ, empty, extra, misplaced] = [0, 0, 0, 0];
  for (let seat = 0; seat < seats.length; seat++) {
    const [now, then] = [seats[seat] ?? vacant, board.target[seat] ?? vacant];
    if (now !== vacant && board.targetSeat[now] !== vacant && board.targetSeat[now] !== seat) misplaced++;
    if (now === then) continue;
    if (now === vacant) empty++;
    else if (then === vacant) extra++;
    else differ++;
  }
  const returning = countOf(board.wanted & ~members & everMembers(board, position));
  if (!board.consents.allowCascade && returning > 0) return null;
  const mustStop = misplaced > 0 && !board.consents.allowCascade;
  if (mustStop && !board.consents.allowOutage && !board.consents.allowRenumber) return null;
  const rounds = mustStop ? roundsWithStop(board, position) : differ + Math.ceil((empty + extra) / 2);
  const stages = rounds + countOf(board.rebuilds & members & ~used);
  return {
    stops: mustStop ? 1 : 0,
    rebuilt: mustStop ? 0 : misplaced + returning,
    rounds,
    exposure: mustStop ? 0 : Math.floor(empty / 2) + shortfall(board, position, rounds),
    elections: rounds,
    stages,
    late: (board.leader & used) === 0 ? 0 : stages,
  };
}

/**
 * Members that will be missing at least: in the next round those that are missing now, in the last one those that are
 * missing in the target. (Whoever takes the fewest rounds also fills empty seats in pairs.)
 */
function shortfall(board: Board, position: Position, rounds: number): number {
  const [now, then] = [position.size, countOf(board.wanted)].map((size) =>
    Math.max(0, board.fullSize - size),
  );
  if (rounds === 0 || now === undefined || then === undefined) return 0;
  return rounds === 1 ? Math.max(now, then) : now + then;
}

/**
 * The stop itself, and before it the rounds that bring in enough of the target's members: one a round, or two while
 * there is room to grow.
 */
function roundsWithStop(board: Board, position: Position): number {
  const lacking = quorumOf(countOf(board.wanted)) - countOf(board.wanted & position.members);
  if (lacking <= 0) return 1;
  const room = Math.floor((9 - position.size) / 2);
  return 1 + Math.max(Math.ceil(lacking / 2), lacking - room);
}
