// How one state of a replicated log is packed into three 32-bit words.

import type { ServerSet } from '../zookeeper/roster.js';

/** A log at one moment, beside what follows from the point of its script. Sets of at most 14 masters. */
export interface LogState {
  /** The point of the script, an index. */
  point: number;
  faults: number;
  up: ServerSet;
  /** Whose replicas are VOTING, running or not; all others are EMPTY. */
  voting: ServerSet;
  /** Whether the write that is followed has been made. */
  wrote: boolean;
  /** Whose replicas have it. */
  has: ServerSet;
  /** Voters that ran when it was made, and since: it is under way to them. */
  pending: ServerSet;
  /** The master that made it, while it has led ever since and no gate has passed; else -1. */
  writer: number;
  /** Whether that master went down before the next gate, so that another one has to be elected. */
  orphaned: boolean;
}

/** A state to fill in. */
export function emptyLog(): LogState {
  return {
    point: 0,
    faults: 0,
    up: 0,
    voting: 0,
    wrote: false,
    has: 0,
    pending: 0,
    writer: -1,
    orphaned: false,
  };
}

/** Makes `state` what `other` is. */
export function become(state: LogState, other: LogState): void {
  state.point = other.point;
  state.faults = other.faults;
  state.up = other.up;
  state.voting = other.voting;
  state.wrote = other.wrote;
  state.has = other.has;
  state.pending = other.pending;
  state.writer = other.writer;
  state.orphaned = other.orphaned;
}

/** Packs: 14 bits a set, 9 for the point, 3 for the faults. */
export function pack(state: LogState, words: Int32Array): void {
  words[0] = state.up | (state.voting << 14);
  words[1] = state.has | (state.point << 18) | (state.faults << 27);
  words[2] =
    (state.wrote ? 1 : 0) | (state.orphaned ? 2 : 0) | (state.pending << 2) | ((state.writer & 15) << 16);
}

/** Reads what `pack` wrote. */
export function unpack(words: Int32Array, state: LogState): void {
  const [first = 0, second = 0, third = 0] = [words[0], words[1], words[2]];
  state.up = first & 0x3fff;
  state.voting = (first >>> 14) & 0x3fff;
  state.has = second & 0x3fff;
  state.point = (second >>> 18) & 0x1ff;
  state.faults = (second >>> 27) & 7;
  state.wrote = (third & 1) === 1;
  state.orphaned = (third & 2) === 2;
  state.pending = (third >>> 2) & 0x3fff;
  const writer = (third >>> 16) & 15;
  state.writer = writer === 15 ? -1 : writer;
}
