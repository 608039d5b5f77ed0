// What does an event of a scenario make of the worlds in which the model may stand?

import type { Ensemble } from '../../src/model/ensemble.js';
import type { ZooKeeperFamily } from '../../src/model/family.js';
import { invariant } from '../../src/model/invariant.js';
import { at, membersOf, rosterOf, type ServerSet } from '../../src/proof/zookeeper/roster.js';
import { reachable } from './model-rest.js';
import { stepped, wiped, type Scene } from './model-scene.js';
import { distinctWorlds, emptyDisk, type World } from './model-world.js';
import { listOf, type Event, type Scenario } from './scenario.js';

/** A scenario under way in the model: all worlds in which it may stand. */
export interface Course {
  readonly scene: Scene;
  readonly worlds: readonly World[];
}

/** Where a scenario begins: all of its first list serve, and its leader leads. */
export function courseAtStart(scenario: Scenario, family: ZooKeeperFamily): Course {
  const { from } = scenario;
  const scene = sceneOf(from, scenario.between ?? scenario.to, family);
  const { roster } = scene;
  const group = roster.views.from.members;
  const leader = roster.addresses.findIndex((_, server) => roster.ids.from[server] === scenario.leader);
  const holdersList = roster.unchanged ? 1 : 0;
  const disk = { epoch: 1, leader, moment: -1 };
  const world: World = {
    sides: [{ leader, group, holders: group, holdersList }],
    past: { holders: 0, holdersList: 0 },
    blank: roster.all & ~group,
    disks: roster.addresses.map((_, server) => ((group & (1 << server)) === 0 ? emptyDisk : disk)),
    complete: group,
    split: 0,
    loss: 0,
  };
  return { scene: { ...scene, awake: group }, worlds: [world] };
}

function sceneOf(from: Ensemble, to: Ensemble, family: ZooKeeperFamily): Scene {
  const transition = { from, to, family, fresh: [] };
  const roster = rosterOf(transition);
  return { transition, roster, to: roster.unchanged ? roster.all : 0, awake: 0, hung: 0 };
}

/** With a list on the way: from the first event with the last list on, that one is the old list. */
function turnedTo(scenario: Scenario, course: Course, event: Event): Course {
  const { between } = scenario;
  const { scene } = course;
  if (between === undefined || !('list' in event) || event.list !== 'to') return course;
  if (scene.transition.from === between) return course;
  invariant((scene.awake & ~scene.to) === 0, `${scenario.name}: everybody holds the list on the way`);
  const next = sceneOf(between, scenario.to, scene.transition.family);
  const places = scene.roster.addresses.map((address) => next.roster.addresses.indexOf(address));
  invariant(!places.includes(-1), `${scenario.name}: nobody leaves on the way`);
  const moved = (set: ServerSet): ServerSet =>
    membersOf(set).reduce((all, server) => all | (1 << at(places, server)), 0);
  const place = (server: number): number => (server < 0 ? server : at(places, server));
  const strangers = next.roster.all & ~moved(scene.roster.all);
  const worlds = course.worlds.map((world): World => ({
    ...world,
    sides: world.sides.map(({ leader, group, holders }) => ({
      leader: place(leader),
      group: moved(group),
      holders: moved(holders),
      holdersList: 0 as const,
    })),
    past: { holders: moved(world.past.holders), holdersList: 0 },
    blank: moved(world.blank) | strangers,
    disks: next.roster.addresses.map((_, server) => {
      const disk = world.disks[places.indexOf(server)] ?? emptyDisk;
      return { ...disk, leader: place(disk.leader) };
    }),
    complete: moved(world.complete),
  }));
  return { scene: { ...next, awake: moved(scene.awake), hung: moved(scene.hung) }, worlds };
}

/** The worlds after an event; whatever may happen by itself before it may have happened. */
export function carryOut(scenario: Scenario, course: Course, event: Event): Course {
  const { scene, worlds } = turnedTo(scenario, course, event);
  if (!('server' in event)) return { scene, worlds };
  const server = scene.roster.addresses.indexOf(event.server);
  invariant(server >= 0, `${event.server} is in one of the lists`);
  const bit = 1 << server;
  const down = { ...scene, awake: scene.awake & ~bit, hung: scene.hung & ~bit };
  const up = { ...down, awake: scene.awake | bit };
  const before = reachable(scene, worlds);
  const ended = (kind: 'stop' | 'restart'): readonly World[] =>
    reachable(
      down,
      each(before, (world) => stepped(scene, world, { kind, server, phase: 'act' })),
    );
  switch (event.kind) {
    case 'stop':
    case 'crash':
      return { scene: down, worlds: ended('stop') };
    case 'install':
    case 'upgrade': {
      const list = listOf(scenario, event.list);
      invariant(list === scene.transition.to, `${scenario.name}: ${event.server} gets the new list`);
      const next = { ...up, to: scene.to | bit };
      const { kind } = event;
      if (kind === 'install')
        return {
          scene: next,
          worlds: each(before, (world) => stepped(scene, world, { kind, server, phase: 'act' })),
        };
      const between = (scene.awake & bit) === 0 && (scene.hung & bit) === 0 ? before : ended('restart');
      return {
        scene: next,
        worlds: each(between, (world) => stepped(down, world, { kind, server, phase: 'down' })),
      };
    }
    case 'start':
      return {
        scene: up,
        worlds: each(before, (world) => stepped(scene, world, { kind: 'start', server, phase: 'act' })),
      };
    case 'restart':
      return {
        scene: up,
        worlds: each(ended('restart'), (world) =>
          stepped(down, world, { kind: 'restart', server, phase: 'down' }),
        ),
      };
    case 'wipe':
      return { scene, worlds: each(before, (world) => wiped(world, server)) };
    case 'hang':
      return { scene: { ...down, hung: scene.hung | bit }, worlds: before };
    case 'wake':
      return { scene: up, worlds: before };
  }
}

function each(worlds: readonly World[], change: (world: World) => World): readonly World[] {
  return distinctWorlds(worlds.map(change));
}
