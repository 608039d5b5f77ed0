// How may an ensemble stand at one moment of a scenario, as far as the model and what happened so far tell it?

import type { ServerSet } from '../../src/proof/zookeeper/roster.js';

/** A leader and those that serve under it, where the model's own state holds one such only: a split has two. */
export interface Side {
  readonly leader: number;
  readonly group: ServerSet;
  /** `holders` and `holdersList` of the model's state: who may have a write that this leader acknowledged. */
  readonly holders: ServerSet;
  readonly holdersList: 0 | 1;
}

/**
 * How far a disk has come, where the scenario tells: votes rank by epoch, then by what came within it (M.2). The model
 * leaves open who of those that vote has the better data; a story knows who was away while others wrote.
 */
export interface DiskState {
  /** Elections that this disk has seen, one after the other; 0 for an empty one. */
  readonly epoch: number;
  /** Who led in that epoch: what two leaders of one epoch wrote can't be compared. */
  readonly leader: number;
  /** The moment at which it last served, as an index. */
  readonly moment: number;
}

/** How surely something happened on the way to a world: not, perhaps, for certain. */
export type Certainty = 0 | 1 | 2;

/** One of the worlds in which a scenario may stand. Who runs, and with which list, is the same in all of them. */
export interface World {
  /** By leader; more than one after a split. */
  readonly sides: readonly Side[];
  /** Where nobody leads: of the last leader. */
  readonly past: Pick<Side, 'holders' | 'holdersList'>;
  /** Have an empty disk, or one that never synced. */
  readonly blank: ServerSet;
  readonly disks: readonly DiskState[];
  /** Have everything that was acknowledged up to the last moment. */
  readonly complete: ServerSet;
  readonly split: Certainty;
  readonly loss: Certainty;
}

/** An empty disk. */
export const emptyDisk: DiskState = { epoch: 0, leader: -1, moment: -1 };

/** Everybody that serves, under whichever leader. */
export function servingIn({ sides }: World): ServerSet {
  return sides.reduce((set, { group }) => set | group, 0);
}

/** Whether one disk is known to be the better one. */
export function isBetter(one: DiskState, other: DiskState): boolean {
  if (one.epoch !== other.epoch) return one.epoch > other.epoch;
  return one.leader === other.leader && one.moment > other.moment;
}

/** The same for equal worlds, and for those only. */
export function keyOf({ sides, past, blank, disks, complete, split, loss }: World): string {
  const sideKeys = sides.map((side) => `${side.leader}:${side.group}:${side.holders}:${side.holdersList}`);
  const diskKeys = disks.map((disk) => `${disk.epoch}:${disk.leader}:${disk.moment}`);
  const rest = [past.holders, past.holdersList, blank, complete, split, loss];
  return [sideKeys.join('+'), diskKeys.join(), rest.join()].join('|');
}

/** Worlds without those that come twice. */
export function distinctWorlds(worlds: readonly World[]): readonly World[] {
  return [...new Map(worlds.map((world) => [keyOf(world), world])).values()];
}
