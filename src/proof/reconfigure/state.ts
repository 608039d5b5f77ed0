// How one state of an ensemble that changes its own list is packed into three 32-bit words.

import type { ServerSet } from '../zookeeper/roster.js';

/** More servers than this in one stage are not explored. */
export const mostListServers = 8;

/** More lists than this, one after the other, are not explored. */
export const mostLists = 4;

/** A version for each server, two bits each: `versionOf` reads it. */
export type Versions = number;

/** An ensemble at one moment, beside what follows from the point of its script. Lists are named by their place: 0, 1, … */
export interface ListState {
  /** The point of the script, an index. */
  point: number;
  /** Faults that have happened. */
  faults: number;
  /** Have a process. */
  up: ServerSet;
  /** Serve, with a vote or without: synced with the leader, itself included; empty when nobody leads. */
  group: ServerSet;
  /** Who leads; -1 when nobody does. */
  leader: number;
  /** On whose disks acknowledged writes may be. */
  holders: ServerSet;
  /** Have an empty disk, or one that never synced. */
  blank: ServerSet;
  /** By server, the list that it has in force. */
  active: Versions;
  /** Have seen the list after that one proposed. */
  seen: ServerSet;
  /** By server, the newest change of the list that its log has, of those that are in force or may still come. */
  logged: Versions;
  /** The newest list that was ever in force: the last leader's. */
  committed: number;
}

/** A state to fill in. */
export function emptyListState(): ListState {
  return {
    point: 0,
    faults: 0,
    up: 0,
    group: 0,
    leader: -1,
    holders: 0,
    blank: 0,
    active: 0,
    seen: 0,
    logged: 0,
    committed: 0,
  };
}

/** Makes `state` what `other` is. */
export function become(state: ListState, other: ListState): void {
  state.point = other.point;
  state.faults = other.faults;
  state.up = other.up;
  state.group = other.group;
  state.leader = other.leader;
  state.holders = other.holders;
  state.blank = other.blank;
  state.active = other.active;
  state.seen = other.seen;
  state.logged = other.logged;
  state.committed = other.committed;
}

/** One server's version. */
export function versionOf(versions: Versions, server: number): number {
  return (versions >>> (2 * server)) & 3;
}

/** The versions with one server's changed. */
export function withVersion(versions: Versions, server: number, version: number): Versions {
  return (versions & ~(3 << (2 * server))) | (version << (2 * server));
}

/** Packs: 8 bits a set, 16 for versions, 9 for the point. */
export function pack(state: ListState, words: Int32Array): void {
  words[0] = state.up | (state.group << 8) | (state.holders << 16) | (state.blank << 24);
  words[1] = state.active | (state.logged << 16);
  words[2] =
    state.seen |
    ((state.leader & 15) << 8) |
    (state.faults << 12) |
    (state.committed << 15) |
    (state.point << 17);
}

/** Reads what `pack` wrote. */
export function unpack(words: Int32Array, state: ListState): void {
  const [first = 0, second = 0, third = 0] = [words[0], words[1], words[2]];
  state.up = first & 255;
  state.group = (first >>> 8) & 255;
  state.holders = (first >>> 16) & 255;
  state.blank = first >>> 24;
  state.active = second & 0xffff;
  state.logged = second >>> 16;
  state.seen = third & 255;
  const leader = (third >>> 8) & 15;
  state.leader = leader === 15 ? -1 : leader;
  state.faults = (third >>> 12) & 7;
  state.committed = (third >>> 15) & 3;
  state.point = (third >>> 17) & 0x1ff;
}
