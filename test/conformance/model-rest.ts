// When must nothing more happen in a world by itself, and in which worlds does a moment end?

import { invariant } from '../../src/model/invariant.js';
import { elect } from '../../src/proof/zookeeper/election.js';
import { hearingAt, mustJoin, type Hearing } from '../../src/proof/zookeeper/possible-elections.js';
import { membersOf, type ServerSet } from '../../src/proof/zookeeper/roster.js';
import { followersOf, type Scene } from './model-scene.js';
import { emptyDisk, isBetter, keyOf, servingIn, type World } from './model-world.js';

const mostWorlds = 200_000;

/** All worlds that these lead to by themselves, these included. */
export function reachable(scene: Scene, worlds: readonly World[]): readonly World[] {
  const seen = new Map(worlds.map((world) => [keyOf(world), world]));
  for (const world of seen.values()) {
    for (const next of followersOf(scene, world)) {
      const key = keyOf(next);
      if (!seen.has(key)) seen.set(key, next);
    }
    invariant(seen.size <= mostWorlds, `a moment has at most ${mostWorlds} worlds`);
  }
  return [...seen.values()];
}

/**
 * Whether nothing more must happen, if everybody but `asleep` asks again and again: whoever must be able to join has,
 * and no election comes about whatever data the best of those that look has.
 */
export function isAtRest(scene: Scene, world: World, asleep: ServerSet): boolean {
  const hearing = hearingOf(scene);
  const looking = scene.awake & ~servingIn(world) & ~asleep;
  if (world.sides.some(({ group }) => (group & scene.hung) !== 0)) return false;
  for (const server of membersOf(looking))
    if (world.sides.some(({ leader, group }) => mustFollow(scene, hearing, world, server, leader, group)))
      return false;
  return !mustElect(scene, hearing, world, looking);
}

function hearingOf({ roster, to }: Scene): Hearing {
  return hearingAt(roster, to);
}

function mustFollow(
  scene: Scene,
  hearing: Hearing,
  world: World,
  server: number,
  leader: number,
  group: ServerSet,
): boolean {
  const refuses = (world.disks[server] ?? emptyDisk).epoch > (world.disks[leader] ?? emptyDisk).epoch;
  if (refuses || isContested(scene, hearing, server) || isContested(scene, hearing, leader)) return false;
  // Of two with one id the last one is heard: it counts for certain only when both follow.
  const running = scene.awake | scene.hung;
  const sure = membersOf(group).filter((member) => (namesakesOf(hearing, member, running) & ~group) === 0);
  const heard = sure.reduce((set, member) => set | (1 << member), 0);
  return mustJoin(hearing, server, leader, heard);
}

function mustElect(scene: Scene, hearing: Hearing, world: World, looking: ServerSet): boolean {
  if (looking === 0) return false;
  const servers = membersOf(looking);
  if (servers.some((server) => isContested(scene, hearing, server))) return false;
  const diskOf = (server: number): World['disks'][number] => world.disks[server] ?? emptyDisk;
  const best = servers.filter((server) => !servers.some((other) => isBetter(diskOf(other), diskOf(server))));
  const holders = { from: looking & ~scene.to, to: looking & scene.to };
  const filled = looking & ~world.blank;
  return best.every(
    (server) => elect(scene.roster, { holders, current: filled & (1 << server), filled }).leader >= 0,
  );
}

function isContested({ awake, hung }: Scene, hearing: Hearing, server: number): boolean {
  return namesakesOf(hearing, server, awake | hung) !== 0;
}

function namesakesOf(hearing: Hearing, server: number, running: ServerSet): ServerSet {
  return membersOf(running)
    .filter((other) => other !== server && hearing.ids[other] === hearing.ids[server])
    .reduce((set, other) => set | (1 << other), 0);
}
