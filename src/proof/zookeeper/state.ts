// How one state of an ensemble is packed into three 32-bit words.

import type { ServerSet } from './roster.js';

/** An ensemble at one moment, beside what follows from the point of its script. Sets of at most 14 servers. */
export interface EnsembleState {
  /** The point of the script, an index. */
  point: number;
  /** Faults that have happened. */
  faults: number;
  /** Run: have a process, whatever it does. */
  up: ServerSet;
  /** Serve: synced with the leader, itself included; empty when nobody leads. */
  group: ServerSet;
  /** Who leads; -1 when nobody does. */
  leader: number;
  /**
   * On whose disks acknowledged writes may be: each is on as many of these as the last leader needed, nobody knows on
   * which.
   */
  holders: ServerSet;
  /** Whether the last leader held the new list: whose quorum the holders' count is held against. */
  holdersList: 0 | 1;
  /** Have an empty disk, or one that never synced: they vote without a memory. */
  blank: ServerSet;
}

/** A state to fill in. */
export function emptyState(): EnsembleState {
  return { point: 0, faults: 0, up: 0, group: 0, leader: -1, holders: 0, holdersList: 0, blank: 0 };
}

/** Makes `state` what `other` is. Field by field, since this is done a million times a second. */
export function become(state: EnsembleState, other: EnsembleState): void {
  state.point = other.point;
  state.faults = other.faults;
  state.up = other.up;
  state.group = other.group;
  state.leader = other.leader;
  state.holders = other.holders;
  state.holdersList = other.holdersList;
  state.blank = other.blank;
}

/** Packs: 14 bits a set, 9 for the point, 4 for the leader, 3 for the faults. */
export function pack(state: EnsembleState, words: Int32Array): void {
  words[0] =
    state.group |
    ((state.leader & 15) << 14) |
    (state.point << 18) |
    (state.faults << 27) |
    (state.holdersList << 30);
  words[1] = state.up | (state.holders << 14);
  words[2] = state.blank;
}

/** Reads what `pack` wrote. */
export function unpack(words: Int32Array, state: EnsembleState): void {
  const first = words[0] ?? 0;
  const second = words[1] ?? 0;
  state.group = first & 0x3fff;
  const leader = (first >>> 14) & 15;
  state.leader = leader === 15 ? -1 : leader;
  state.point = (first >>> 18) & 0x1ff;
  state.faults = (first >>> 27) & 7;
  state.holdersList = ((first >>> 30) & 1) === 1 ? 1 : 0;
  state.up = second & 0x3fff;
  state.holders = (second >>> 14) & 0x3fff;
  state.blank = (words[2] ?? 0) & 0x3fff;
}
