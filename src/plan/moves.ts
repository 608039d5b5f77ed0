// Which membership transitions are possible from an ensemble: each becomes a stage.

import { quorumOf } from '../model/ensemble.js';
import { countOf, hostsIn, vacant, type Board, type Seats } from './board.js';
import type { StageKind } from './plan.js';

/** Where the search stands. */
export interface Position {
  readonly seats: Seats;
  /** Who sits, as a mask. */
  readonly members: number;
  readonly size: number;
  /** Hosts that left, joined or were rebuilt since the start: their disks are no longer what they were. */
  readonly used: number;
}

/** One transition. A rebuild has the same host in both lists. */
export interface Move {
  readonly kind: StageKind;
  readonly seats: Seats;
  readonly leaving: number;
  readonly joining: number;
}

/** Hosts whose disk has been part of the ensemble, now or before: to install them is to wipe them. */
export function everMembers(board: Board, position: Position): number {
  return board.members | position.used;
}

/**
 * All moves from a position. A stable move changes one seat, or appends or removes one or two members: of three or more,
 * two empty disks are a minority, so they can't elect each other and forget everything (from one to three it is the
 * schedule that holds the second newcomer back). Two are needed, since DC/OS has no even sizes.
 *
 * A single server is never replaced or rebuilt: nobody else has its data.
 */
export function movesFrom(board: Board, position: Position): readonly Move[] {
  const stable = board.policy === 'sorted' ? sortedMoves(board, position) : explicitMoves(board, position);
  const { allowOutage, allowRenumber } = board.consents;
  const stops = allowOutage || allowRenumber ? renumberings(board, position) : [];
  return [...rebuilds(board, position), ...stable, ...stops];
}

function rebuilds(board: Board, { seats, members, size, used }: Position): readonly Move[] {
  if (size < 2) return [];
  return hostsIn(board.rebuilds & members & ~used).map((host) => ({
    kind: 'rebuild',
    seats,
    leaving: 1 << host,
    joining: 1 << host,
  }));
}

/** Hosts that may come in: newcomers and spares, and with `allowCascade` also those of them that were in before. */
function joinable(board: Board, position: Position): number {
  const fresh = board.consents.allowCascade ? ~0 : ~everMembers(board, position);
  return (board.wanted | board.spares) & fresh & ~position.members;
}

/** Hosts that may go. One that must be there in the end could come back only as a cascade. */
function leavable(board: Board, position: Position): number {
  return position.members & (board.consents.allowCascade ? ~0 : ~board.wanted);
}

function sortedMoves(board: Board, position: Position): readonly Move[] {
  const { seats, size } = position;
  const [join, leave] = [joinable(board, position), leavable(board, position)];
  const moves: Move[] = [];
  const replaceable = size > 1 ? size : 0;
  for (let seat = 0; seat < replaceable; seat++) {
    const old = seats[seat] ?? vacant;
    if ((leave & (1 << old)) === 0) continue;
    const [low, high] = [seats[seat - 1] ?? vacant, seat + 1 < size ? (seats[seat + 1] ?? vacant) : 31];
    for (const host of hostsIn(join & between(low, high))) {
      moves.push({ kind: 'replace', seats: seats.with(seat, host), leaving: 1 << old, joining: 1 << host });
    }
  }
  const last = seats[size - 1] ?? vacant;
  if (board.sizeAllowed(size + 1) || board.sizeAllowed(size + 2)) {
    for (const group of onesAndPairs(hostsIn(join & between(last, 31)))) {
      if (!board.sizeAllowed(size + group.length)) continue;
      const grown = group.reduce((list, host, index) => list.with(size + index, host), seats);
      moves.push({ kind: 'grow', seats: grown, leaving: 0, joining: maskOf(group) });
    }
  }
  for (const count of [1, 2]) {
    const group = seats.slice(Math.max(0, size - count), size);
    if (!board.sizeAllowed(size - count) || (maskOf(group) & ~leave) !== 0) continue;
    const shrunk = seats.map((host, seat) => (seat >= size - count ? vacant : host));
    moves.push({ kind: 'shrink', seats: shrunk, leaving: maskOf(group), joining: 0 });
  }
  return moves;
}

/** Under `explicit`, a host of the target only ever takes the id that it has there; a spare takes any. */
function explicitMoves(board: Board, position: Position): readonly Move[] {
  const { seats, size } = position;
  const [join, leave] = [joinable(board, position), leavable(board, position)];
  const comers = (seat: number): readonly number[] =>
    hostsIn(join).filter((host) => board.targetSeat[host] === seat || board.targetSeat[host] === vacant);
  const moves: Move[] = [];
  const openings: (readonly [seat: number, host: number])[] = [];
  for (const [seat, old] of seats.entries()) {
    for (const host of old === vacant || (size > 1 && (leave & (1 << old)) !== 0) ? comers(seat) : []) {
      if (old === vacant) openings.push([seat, host]);
      else
        moves.push({ kind: 'replace', seats: seats.with(seat, host), leaving: 1 << old, joining: 1 << host });
    }
  }
  for (const group of onesAndPairs(openings)) {
    const hosts = new Set(group.map(([, host]) => host));
    const places = new Set(group.map(([seat]) => seat));
    if (!board.sizeAllowed(size + group.length) || hosts.size + places.size < 2 * group.length) continue;
    const grown = group.reduce((list, [seat, host]) => list.with(seat, host), seats);
    moves.push({ kind: 'grow', seats: grown, leaving: 0, joining: maskOf([...hosts]) });
  }
  for (const group of onesAndPairs(hostsIn(leave))) {
    if (!board.sizeAllowed(size - group.length)) continue;
    const shrunk = seats.map((host) => (group.includes(host) ? vacant : host));
    moves.push({ kind: 'shrink', seats: shrunk, leaving: maskOf(group), joining: 0 });
  }
  return moves;
}

/**
 * Renumberings, with a full stop or where a proof allows it without. Those that keep their disks must be a quorum of the new ensemble, so that no quorum can
 * be without their data, and must meet every quorum of the old one, so that they hold every acknowledged write.
 * Straight to the target is never worse than a detour; changes of one or two
 * members are for when it is too far, and bring in nobody who would have to leave again.
 */
function renumberings(board: Board, position: Position): readonly Move[] {
  const direct = renumbering(board, position, board.target);
  if (direct) return [direct];
  if (board.policy === 'explicit') return [];
  const stayers = hostsIn(position.members);
  const gone = onesAndPairs(hostsIn(leavable(board, position)));
  const come = onesAndPairs(hostsIn(joinable(board, position) & board.wanted));
  const lists = [
    ...gone.map((group) => stayers.filter((host) => !group.includes(host))),
    ...come.map((group) => [...stayers, ...group]),
    ...gone.flatMap((out) =>
      out.length > 1
        ? []
        : come.flatMap((into) =>
            into.length > 1 ? [] : [[...stayers.filter((host) => host !== out[0]), ...into]],
          ),
    ),
  ];
  return lists.flatMap((list) => {
    if (!board.sizeAllowed(list.length)) return [];
    const ordered = list.sort((a, b) => a - b);
    return (
      renumbering(
        board,
        position,
        board.ids.map((_, seat) => ordered[seat] ?? vacant),
      ) ?? []
    );
  });
}

function renumbering(board: Board, position: Position, seats: Seats): Move | undefined {
  const after = maskOf(seats.filter((host) => host !== vacant));
  const [leaving, joining] = [position.members & ~after, after & ~position.members];
  const renumbers = seats.some(
    (host, seat) =>
      host !== vacant && (position.members & (1 << host)) !== 0 && position.seats[seat] !== host,
  );
  const allowed =
    (leaving & ~leavable(board, position)) === 0 && (joining & ~joinable(board, position)) === 0;
  const kept = countOf(position.members & after);
  const durable = kept >= quorumOf(countOf(after)) && kept + quorumOf(position.size) > position.size;
  return renumbers && allowed && durable ? { kind: 'renumber', seats, leaving, joining } : undefined;
}

/** Hosts whose index lies strictly between two others. */
function between(low: number, high: number): number {
  return (-1 << (low + 1)) & ~(-1 << high);
}

function maskOf(hosts: readonly number[]): number {
  return hosts.reduce((mask, host) => mask | (1 << host), 0);
}

function onesAndPairs<T>(items: readonly T[]): readonly (readonly T[])[] {
  return [
    ...items.map((item) => [item]),
    ...items.flatMap((item, index) => items.slice(index + 1).map((other) => [item, other])),
  ];
}
