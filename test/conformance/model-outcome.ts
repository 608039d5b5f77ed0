// What does the model say of a scenario?

import type { ZooKeeperFamily } from '../../src/model/family.js';
import { invariant } from '../../src/model/invariant.js';
import { at, membersOf, type ServerSet } from '../../src/proof/zookeeper/roster.js';
import { carryOut, courseAtStart, type Course } from './model-events.js';
import { isAtRest, reachable } from './model-rest.js';
import { distinctWorlds, servingIn, type Certainty, type World } from './model-world.js';
import type { Likelihood, ModelMoment, ModelOutcome, RealMoment } from './outcome.js';
import type { Letter, Scenario } from './scenario.js';

/**
 * What the model says of a scenario on servers of this family, given what was `seen` of a run. All worlds that may be are
 * followed at once: between two events anything may happen by itself that the model lets happen; at a moment's end, what
 * must happen has, but for those that were seen asleep. From each moment only those worlds go on in which just those
 * serve and lead that did. The letters are the servers' addresses.
 */
export function modelOutcome(
  scenario: Scenario,
  family: ZooKeeperFamily,
  seen: readonly RealMoment[],
): ModelOutcome {
  const moments: ModelMoment[] = [];
  let course = courseAtStart(scenario, family);
  for (const event of scenario.events) {
    if (event.kind === 'settle') {
      const { moment, worlds } = endMoment(course, moments.length, seen[moments.length]);
      moments.push(moment);
      course = { ...course, worlds };
    } else {
      course = carryOut(scenario, course, event);
    }
  }
  return {
    moments,
    split: likelihood(course.worlds.map(({ split }) => split)),
    // What nobody serves is not missed by anybody.
    loss: likelihood(course.worlds.map(({ sides, loss }) => (sides.length === 0 ? 0 : loss))),
  };
}

function endMoment(
  { scene, worlds }: Course,
  index: number,
  seen: RealMoment | undefined,
): { readonly moment: ModelMoment; readonly worlds: readonly World[] } {
  const { addresses } = scene.roster;
  const setOf = (wanted: readonly Letter[]): ServerSet =>
    addresses.reduce((set, letter, server) => (wanted.includes(letter) ? set | (1 << server) : set), 0);
  const letters = (set: ServerSet): readonly Letter[] =>
    membersOf(set)
      .map((server) => at(addresses, server))
      .sort();
  // Whoever was in the middle of something may have been asleep, or anywhere.
  const settled = seen === undefined || seen.restless ? undefined : seen;
  const asleep = settled === undefined ? ~0 : setOf(settled.asleep);
  const resting = reachable(scene, worlds).filter((world) => isAtRest(scene, world, asleep));
  invariant(resting.length > 0, 'in some world nothing more must happen');
  const fitting = resting.filter(
    (world) =>
      settled === undefined ||
      (servingIn(world) === setOf(settled.serving) && leadersIn(world) === setOf(settled.leaders)),
  );
  return {
    moment: {
      mustServe: letters(resting.map(servingIn).reduce((common, set) => common & set, scene.roster.all)),
      mayServe: letters(resting.map(servingIn).reduce((any, set) => any | set, 0)),
      mayLead: letters(resting.map(leadersIn).reduce((any, set) => any | set, 0)),
      mayBeLeaderless: resting.some(({ sides }) => sides.length === 0),
      fits: fitting.length > 0,
    },
    worlds: distinctWorlds((fitting.length > 0 ? fitting : resting).map((world) => written(world, index))),
  };
}

function leadersIn({ sides }: World): ServerSet {
  return sides.reduce((set, { leader }) => set | (1 << leader), 0);
}

/** Everybody that serves has written meanwhile, and whoever serves has it. */
function written(world: World, moment: number): World {
  const serving = servingIn(world);
  const isSplit = world.sides.length > 1;
  return {
    ...world,
    sides: world.sides.map((side) => ({ ...side, holders: side.group })),
    disks: world.disks.map((disk, server) => ((serving & (1 << server)) === 0 ? disk : { ...disk, moment })),
    complete: serving === 0 ? world.complete : serving,
    split: isSplit ? 2 : world.split,
    loss: isSplit ? 2 : world.loss,
  };
}

function likelihood(certainties: readonly Certainty[]): Likelihood {
  if (certainties.every((certainty) => certainty === 0)) return 'never';
  return certainties.every((certainty) => certainty === 2) ? 'certain' : 'possible';
}
