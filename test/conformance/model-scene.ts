// What can follow a world, by the proof's own model of an ensemble?

import { stateWords } from '../../src/proof/explorer/state-store.js';
import type { EventKind, ModelEvent } from '../../src/proof/zookeeper/event.js';
import { ensembleModel, type BrokenRule, type EnsembleModel } from '../../src/proof/zookeeper/model.js';
import {
  addressesOf,
  membersOf,
  type Roster,
  type ServerSet,
  type Transition,
} from '../../src/proof/zookeeper/roster.js';
import type { ScriptStepKind } from '../../src/proof/zookeeper/script.js';
import { emptyState, pack, unpack, type EnsembleState } from '../../src/proof/zookeeper/state.js';
import { emptyDisk, isBetter, servingIn, type DiskState, type Side, type World } from './model-world.js';

/** What is the same in all worlds of a moment. */
export interface Scene {
  readonly transition: Transition;
  readonly roster: Roster;
  /** Have the new list on disk. */
  readonly to: ServerSet;
  /** Have a process that does not hang. */
  readonly awake: ServerSet;
  readonly hung: ServerSet;
}

/** What the model emitted. */
interface Emitted {
  readonly event: Readonly<ModelEvent>;
  readonly after: Readonly<EnsembleState>;
  readonly broken: BrokenRule | null;
}

/** A step of a script, and how far it has been done. */
interface UnderWay {
  readonly kind: ScriptStepKind;
  readonly server: number;
  readonly phase: 'act' | 'down';
}

const models = new WeakMap<Transition, Map<string, EnsembleModel>>();
const nobody: World['past'] = { holders: 0, holdersList: 0 };
const pointOf = { done: 1, act: 1, down: 2 };

/** The worlds that follow by themselves: somebody joins, is elected, or gives up somebody that hangs. */
export function followersOf(scene: Scene, world: World): readonly World[] {
  const projections = world.sides.length === 0 ? [null] : world.sides;
  return projections.flatMap((side, index) => {
    const emitted = expand(scene, world, side, null);
    return [
      ...emitted.flatMap((one) => {
        if (one.event.kind === 'join' && side !== null) return joined(world, side, one);
        // Those that look are the same, whichever side one looks at.
        return one.event.kind === 'elect' && index === 0 ? elected(scene, world, one) : [];
      }),
      ...(side === null || (side.group & scene.hung) === 0 ? [] : [withoutHung(scene, world, side)]),
    ];
  });
}

/** What a script's step makes of a world; the list on the server's disk changes with the scene. */
export function stepped(scene: Scene, world: World, step: UnderWay): World {
  const bit = 1 << step.server;
  const side = world.sides.find(({ group }) => (group & bit) !== 0) ?? world.sides[0] ?? null;
  const kinds: readonly EventKind[] = ['stop', 'wipe-and-start', 'go-down', 'come-up'];
  const done = expand(scene, world, side, step).find(({ event }) => kinds.includes(event.kind));
  if (done === undefined) throw new Error(`the model has no ${step.kind} of ${step.server}`);
  const { after } = done;
  const next = { ...world, blank: after.blank };
  const emptied = step.kind === 'install' ? wiped(next, step.server) : next;
  return side === null ? emptied : withSide(emptied, side, after);
}

/** A disk is emptied, and its server is down. */
export function wiped(world: World, server: number): World {
  return {
    ...world,
    blank: world.blank | (1 << server),
    complete: world.complete & ~(1 << server),
    disks: world.disks.map((disk, index) => (index === server ? emptyDisk : disk)),
  };
}

function expand(scene: Scene, world: World, side: Side | null, step: UnderWay | null): readonly Emitted[] {
  const model = modelOf(scene, step);
  const serving = servingIn(world);
  const others = serving & ~(side?.group ?? 0);
  const hanging = (side?.group ?? 0) & scene.hung;
  const { holders, holdersList } = side ?? world.past;
  const state = new Int32Array(stateWords);
  const next = new Int32Array(stateWords);
  const emitted: Emitted[] = [];
  const before: EnsembleState = {
    point: step === null ? pointOf.done : pointOf[step.phase],
    faults: 0,
    up: (scene.awake & ~others) | hanging,
    group: side?.group ?? 0,
    leader: side?.leader ?? -1,
    holders,
    holdersList,
    blank: world.blank,
  };
  pack(before, state);
  model.expand(state, next, () => {
    const after = emptyState();
    unpack(next, after);
    emitted.push({ event: { ...model.event }, after, broken: model.broken() });
  });
  return emitted;
}

function modelOf({ transition, roster, to }: Scene, step: UnderWay | null): EnsembleModel {
  const known = models.get(transition) ?? new Map<string, EnsembleModel>();
  models.set(transition, known);
  const key = `${to} ${step?.kind ?? ''} ${step?.server ?? ''}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const script = {
    ...transition,
    leader: null,
    serving: [],
    servers: roster.addresses.map((address, server) => ({
      address,
      holds: (to & (1 << server)) !== 0 ? ('to' as const) : ('from' as const),
      running: false,
      fenced: false,
      installed: true,
    })),
    steps:
      step === null
        ? []
        : addressesOf(roster, 1 << step.server).map((host) => ({ kind: step.kind, host, serving: [] })),
  };
  const model = ensembleModel(script, { faults: 0, merge: false, beyond: true, canFinish: () => true });
  known.set(key, model);
  return model;
}

function joined(world: World, side: Side, { event, after }: Emitted): readonly World[] {
  const disk = world.disks[side.leader] ?? emptyDisk;
  // Whoever has seen a later epoch refuses itself, for ever (M.4).
  if ((world.disks[event.server] ?? emptyDisk).epoch > disk.epoch) return [];
  const bit = 1 << event.server;
  const gains = (world.complete & (1 << side.leader)) !== 0 ? bit : 0;
  const next = {
    ...world,
    blank: after.blank,
    complete: (world.complete & ~bit) | gains,
    disks: world.disks.map((one, server) => (server === event.server ? disk : one)),
  };
  return [withSide(next, side, after)];
}

function elected(scene: Scene, world: World, { event, after, broken }: Emitted): readonly World[] {
  const { server: leader, servers: group, vetted } = event;
  if (!mayWin(scene, world, leader, vetted | group)) return [];
  const diskOf = (server: number): DiskState => world.disks[server] ?? emptyDisk;
  const crowd = world.disks.filter((_, server) => ((vetted | group) & (1 << server)) !== 0);
  const epoch = 1 + Math.max(diskOf(leader).epoch, ...crowd.map((disk) => disk.epoch));
  const disk: DiskState = { epoch, leader, moment: -1 };
  const misses = (world.complete & (vetted | group) & ~world.blank) === 0;
  const side: Side = { leader, group, holders: after.holders, holdersList: after.holdersList };
  return [
    {
      ...world,
      sides: [...world.sides, side].sort((a, b) => a.leader - b.leader),
      past: nobody,
      blank: after.blank,
      disks: world.disks.map((one, server) => ((group & (1 << server)) !== 0 ? disk : one)),
      complete: misses ? world.complete & ~group : world.complete | group,
      split: broken === 'split-brain' && world.split === 0 ? 1 : world.split,
      loss: broken === null ? world.loss : misses ? 2 : world.loss === 0 ? 1 : world.loss,
    },
  ];
}

/** Whether nobody that takes part is known to outrank this leader; empty disks are outranked by the higher id alone. */
function mayWin({ roster, to }: Scene, world: World, leader: number, crowd: ServerSet): boolean {
  const own = world.disks[leader] ?? emptyDisk;
  const idOf = (server: number): number =>
    ((to & (1 << server)) === 0 ? roster.ids.from : roster.ids.to)[server] ?? 0;
  return world.disks.every((disk, server) => {
    if ((crowd & (1 << server)) === 0 || server === leader) return true;
    return !isBetter(disk, own) && (own.epoch > 0 || idOf(server) < idOf(leader));
  });
}

function withoutHung(scene: Scene, world: World, side: Side): World {
  const hanging = membersOf(side.group & scene.hung);
  return hanging.reduce<World>(
    (next, server) => stepped(scene, next, { kind: 'stop', server, phase: 'act' }),
    world,
  );
}

function withSide(world: World, side: Side, after: Readonly<EnsembleState>): World {
  const others = world.sides.filter((one) => one !== side);
  const { leader, group, holders, holdersList } = after;
  const sides = leader < 0 ? others : [...others, { leader, group, holders, holdersList }];
  return {
    ...world,
    sides: sides.sort((a, b) => a.leader - b.leader),
    past: sides.length === 0 ? { holders: side.holders, holdersList: side.holdersList } : nobody,
  };
}
