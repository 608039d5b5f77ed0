// Which stages lead from one ensemble to another at the least cost.

import {
  boardOf,
  countOf,
  ensembleAt,
  hostsIn,
  seatsOf,
  type Board,
  type BoardRequest,
  type Seats,
} from './board.js';
import type { Address, Ensemble } from '../model/ensemble.js';
import { movesFrom, type Move, type Position } from './moves.js';
import type { StageKind } from './plan.js';
import { priorityQueue } from './priority-queue.js';
import { costOf, leastCosts, weightOf, type Costs } from './stage-cost.js';

/** A stage before it has a schedule. */
export interface Transition {
  readonly kind: StageKind;
  readonly from: Ensemble;
  readonly to: Ensemble;
  /** Hosts that start from an empty disk in this stage, in id order. */
  readonly fresh: readonly Address[];
}

/** The cheapest way, with what it costs. */
export interface Route {
  readonly transitions: readonly Transition[];
  readonly costs: Costs;
}

interface Node {
  readonly position: Position;
  readonly paid: number;
  /** Paid, and at least still to pay. */
  readonly total: number;
  /** The seats worked on so far, in order: decides among equals, so that every run gives the same plan. */
  readonly trail: string;
  readonly move: Move | null;
  readonly parent: Node | null;
}

/**
 * The cheapest route from the current ensemble to the target, or null when there is none within the consents: A* over
 * ensembles. Members in sorted order are tokens on a line that can't pass each other, so what is still to pay is known
 * almost exactly, and hardly anything but the best routes is looked at.
 *
 * @param avoid transitions that the route may not contain, since no schedule is known for them
 * @throws InvariantError when more hosts take part than the limits allow
 */
export function searchRoute(request: BoardRequest, avoid: readonly Transition[] = []): Route | null {
  const board = boardOf(request);
  const avoided = new Set(
    avoid.map(({ kind, from, to }) => edgeKey(kind, seatsOf(board, from), seatsOf(board, to))),
  );
  if (isBlocked(board)) return null;
  const start: Position = {
    seats: board.start,
    members: board.members,
    size: countOf(board.members),
    used: 0,
  };
  const least = leastCosts(board, start);
  if (!least) return null;
  const open = priorityQueue<Node>(
    (a, b) => a.total - b.total || (a.trail < b.trail ? -1 : a.trail > b.trail ? 1 : 0),
  );
  open.push({ position: start, paid: 0, total: weightOf(least), trail: '', move: null, parent: null });
  const closed = new Set<string>();
  const seen = new Map<string, number>();
  for (let node = open.pop(); node; node = open.pop()) {
    const key = keyOf(node.position);
    if (closed.has(key)) continue;
    closed.add(key);
    if (isGoal(board, node.position)) return routeTo(board, node);
    for (const next of successors(board, node, avoided)) {
      const nextKey = keyOf(next.position);
      if (closed.has(nextKey) || (seen.get(nextKey) ?? Infinity) < next.total) continue;
      seen.set(nextKey, next.total);
      open.push(next);
    }
  }
  return null;
}

function successors(board: Board, node: Node, avoided: ReadonlySet<string>): readonly Node[] {
  return movesFrom(board, node.position).flatMap((move) => {
    if (avoided.size > 0 && avoided.has(edgeKey(move.kind, node.position.seats, move.seats))) return [];
    const position = after(node.position, move);
    const least = leastCosts(board, position);
    if (!least) return [];
    const paid = node.paid + weightOf(costOf(board, node.position, move));
    const trail = node.trail + trailOf(node.position, move);
    return [{ position, paid, total: paid + weightOf(least), trail, move, parent: node }];
  });
}

function edgeKey(kind: StageKind, from: Seats, to: Seats): string {
  return `${kind} ${from.join()} ${to.join()}`;
}

function after(position: Position, move: Move): Position {
  return {
    seats: move.seats,
    members: (position.members & ~move.leaving) | move.joining,
    size: position.size - countOf(move.leaving) + countOf(move.joining),
    used: position.used | move.leaving | move.joining,
  };
}

function isGoal(board: Board, position: Position): boolean {
  return (
    (board.rebuilds & ~position.used) === 0 &&
    position.seats.every((host, seat) => host === board.target[seat])
  );
}

function keyOf({ seats, used }: Position): string {
  return String.fromCharCode(...seats.map((host) => host + 1), used & 0x7fff, used >>> 15);
}

/** One character for the first seat worked on, one each for who leaves and who joins, by their lowest and highest hosts. */
function trailOf(position: Position, move: Move): string {
  const seat = position.seats.findIndex(
    (host, index) => host !== move.seats[index] || (move.kind === 'rebuild' && move.leaving === 1 << host),
  );
  return String.fromCharCode(
    seat + 1,
    move.joining & 0x7fff,
    move.joining >>> 15,
    move.leaving & 0x7fff,
    move.leaving >>> 15,
  );
}

/**
 * Whether a target of a single new server can't come first for want of hosts that sort after it: it must have joined
 * beside others, and only the last ids can be removed. Seen here, since the search would look at everything to find out.
 */
function isBlocked(board: Board): boolean {
  if (board.policy !== 'sorted' || board.consents.allowOutage) return false;
  if (countOf(board.wanted) !== 1 || (board.wanted & board.members) !== 0) return false;
  const beside = board.sizeAllowed(2) ? 1 : 2;
  const larger = countOf((board.members | board.spares) & ~(board.wanted | (board.wanted - 1)));
  return larger < beside;
}

function routeTo(board: Board, goal: Node): Route {
  const transitions: Transition[] = [];
  const costs: Costs[] = [];
  for (let node = goal; node.move && node.parent; node = node.parent) {
    const { move, parent } = node;
    costs.unshift(costOf(board, parent.position, move));
    const joining = hostsIn(move.joining).map((host) => board.addresses[host]);
    const to = ensembleAt(board, move.seats);
    transitions.unshift({
      kind: move.kind,
      from: ensembleAt(board, parent.position.seats),
      to,
      fresh: to.map((member) => member.address).filter((address) => joining.includes(address)),
    });
  }
  return { transitions, costs: costs.reduce(addCosts, noCosts) };
}

const noCosts: Costs = { stops: 0, rebuilt: 0, rounds: 0, exposure: 0, elections: 0, stages: 0, late: 0 };

function addCosts(a: Costs, b: Costs): Costs {
  return {
    stops: a.stops + b.stops,
    rebuilt: a.rebuilt + b.rebuilt,
    rounds: a.rounds + b.rounds,
    exposure: a.exposure + b.exposure,
    elections: a.elections + b.elections,
    stages: a.stages + b.stages,
    late: a.late + b.late,
  };
}
