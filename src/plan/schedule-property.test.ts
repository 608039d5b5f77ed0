// Does every schedule keep the rules, finish, and cost least? Held against a naive checker and a naive search.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressOf, ensembleOf, idOf, quorumOf, sameEnsemble, type Ensemble } from '../model/ensemble.js';
import type { ZooKeeperFamily } from '../model/family.js';
import type { StepKind } from './plan.js';
import {
  carryOut,
  describe as serviceOf,
  momentOf,
  predict,
  predictStep,
  worldOf,
  type Moment,
  type Prediction,
} from './predict.js';
import { rosterOf, type Roster } from '../proof/zookeeper/roster.js';
import { schedule, type PlannedStep } from './schedule.js';
import { worldAtStart } from './schedule-start.js';
import type { ServerState, StageWorld } from './world.js';

type Service = Pick<Prediction, 'serving' | 'leader'>;

type Change =
  | { readonly kind: 'replace' | 'rebuild'; readonly slot: number }
  | { readonly kind: 'grow' | 'shrink'; readonly by: number };

function stageOf(size: number, change: Change, leader: number, family: ZooKeeperFamily): StageWorld {
  const from = ensembleOf(
    Array.from({ length: size }, (_, index) => ({ id: index + 1, address: `s${index + 1}` })),
  );
  const [to, fresh] = changed(from, change);
  return worldAtStart({ from, to, fresh, fullStop: false, family, leader: `s${leader}` });
}

function changed(from: Ensemble, change: Change): readonly [Ensemble, readonly string[]] {
  switch (change.kind) {
    case 'replace':
      return [
        from.map((member) => (member.id === change.slot ? { ...member, address: 'new' } : member)),
        ['new'],
      ];
    case 'rebuild':
      return [from, [`s${change.slot}`]];
    case 'grow': {
      const ids = Array.from({ length: change.by }, (_, index) => from.length + 1 + index);
      return [[...from, ...ids.map((id) => ({ id, address: `s${id}` }))], ids.map((id) => `s${id}`)];
    }
    case 'shrink':
      return [from.slice(0, from.length - change.by), []];
    default:
      throw new Error('no such change');
  }
}

/** Stages as plans have them: one seat changes, or one or two members come or go at the end. */
function stages(largest: number): fc.Arbitrary<StageWorld> {
  const family = fc.constantFrom<ZooKeeperFamily>('3.4.6', '3.4.13', '3.5.4');
  return fc.integer({ min: 1, max: largest }).chain((size) => {
    const seat = fc.integer({ min: 1, max: size });
    const step = fc.integer({ min: 1, max: 2 });
    const changes: fc.Arbitrary<Change>[] = [];
    if (size > 1) changes.push(seat.map((slot) => ({ kind: 'replace', slot })));
    if (size > 1) changes.push(seat.map((slot) => ({ kind: 'rebuild', slot })));
    if (size < largest) changes.push(step.filter((by) => size + by <= 9).map((by) => ({ kind: 'grow', by })));
    if (size > 1) changes.push(step.filter((by) => by < size).map((by) => ({ kind: 'shrink', by })));
    return fc
      .tuple(fc.oneof(...changes), seat, family)
      .map(([change, leader, version]) => stageOf(size, change, leader, version));
  });
}

const stateOf = (world: StageWorld, address: string): ServerState => {
  const state = world.servers.find((server) => server.address === address);
  if (state === undefined) throw new Error(`no server ${address}`);
  return state;
};
const isMember = (list: Ensemble, address: string): boolean => idOf(list, address) !== undefined;

/** Which rule a step breaks, or null. Written from the rules alone, on worlds instead of sets. */
function broken(
  world: StageWorld,
  now: Service,
  kind: StepKind,
  host: string,
  after: Service & { readonly servers: readonly ServerState[] },
): string | null {
  const { from, to, fresh } = world;
  const state = stateOf(world, host);
  const others = world.servers.filter((server) => server.address !== host);
  const comesNew =
    !state.running && kind !== 'stop' && kind !== 'fence' && (!isMember(from, host) || fresh.includes(host));

  const lookingNew = others.filter(
    ({ address, running, installed }) =>
      running &&
      installed &&
      (fresh.includes(address) || !isMember(from, address)) &&
      !now.serving.includes(address),
  );
  if (lookingNew.length > 0 && (comesNew || (kind === 'upgrade' && state.running)))
    return 'an empty server waits';

  if (comesNew) {
    const before = addressOf(from, idOf(to, host) ?? 0);
    if (before !== undefined && !isMember(to, before)) {
      const leaver = stateOf(world, before);
      if (leaver.running || !leaver.fenced) return 'the old holder of the id could run';
    }
    if (!after.serving.includes(host)) return 'a newcomer does not join at once';
    if (after.leader === host) return 'an empty server leads';
  }
  if (kind !== 'stop' && kind !== 'fence' && !sameEnsemble(from, to)) {
    const possible = after.servers.filter(
      ({ running, fenced, holds }) => running || (!fenced && holds !== 'nothing'),
    );
    const old = possible.filter(({ holds }) => holds === 'from').length;
    const renewed = possible.some(({ holds }) => holds === 'to');
    const quorums = quorumOf(from.length) + quorumOf(to.length);
    if (renewed && old > 0 && possible.length >= quorums) return 'two quorums are possible';
  }
  if (state.running && kind !== 'fence' && (now.leader === null || now.serving.includes(host))) {
    const absent = others.find(({ address, running }) => {
      if (!isMember(from, address) || !isMember(to, address)) return false;
      return now.leader === null ? !running : !now.serving.includes(address);
    });
    if (absent !== undefined) return `${absent.address} is missing already`;
  }
  if (kind === 'fence' && state.running) return 'a running server is fenced';
  return null;
}

function isDone(world: StageWorld): boolean {
  return world.servers.every(({ address, holds, running, fenced, installed }) =>
    isMember(world.to, address)
      ? running && installed && (holds === 'to' || (holds === 'from' && sameEnsemble(world.from, world.to)))
      : !running && fenced,
  );
}

/** Replays a schedule; the worlds between its steps, the last one included. */
function replay(start: StageWorld, steps: readonly PlannedStep[]): StageWorld[] {
  let world = start;
  return steps.map((step) => {
    const seen = predictStep(world, step.kind, step.host);
    const rule = broken(world, predict(world), step.kind, step.host, {
      ...seen,
      servers: seen.after.servers,
    });
    expect(rule, `${step.kind} ${step.host}`).toBeNull();
    expect({
      serving: seen.serving,
      leader: seen.leader,
      margin: seen.margin,
      elections: seen.elections,
    }).toEqual({
      serving: step.serving,
      leader: step.leader,
      margin: step.margin,
      elections: step.elections,
    });
    expect(step.reason).not.toBe('');
    world = seen.after;
    return world;
  });
}

function scheduled(world: StageWorld): readonly PlannedStep[] {
  const steps = schedule(world);
  if (steps === null) throw new Error(`no schedule from ${JSON.stringify(world)}`);
  return steps;
}

/** The worlds that an interrupted step may leave: the host is down, with its old list or its new one. */
function halfDone(world: StageWorld, { kind, host }: PlannedStep): readonly StageWorld[] {
  if (kind === 'fence') return [];
  const state = stateOf(world, host);
  const left: Partial<ServerState>[] = [{ running: false }];
  if (kind === 'upgrade') left.push({ running: false, holds: 'to' });
  if (kind === 'install') left.push({ running: false, holds: 'to', installed: true });
  return left.map((change) => {
    const servers = world.servers.map((server) => (server === state ? { ...server, ...change } : server));
    const down = { ...world, servers, leader: world.leader === host ? null : world.leader };
    return { ...down, leader: predict(down).leader };
  });
}

test('every stage has a schedule that keeps the rules and completes it', () => {
  fc.assert(
    fc.property(stages(9), (world) => {
      const worlds = replay(world, scheduled(world));
      expect(isDone(worlds.at(-1) ?? world)).toBe(true);
    }),
    { numRuns: 60 },
  );
}, 60_000);

test('from every world between two steps, and from half a step, a schedule completes the stage', () => {
  fc.assert(
    fc.property(stages(6), (world) => {
      const steps = scheduled(world);
      const befores = [world, ...replay(world, steps)];
      for (const [index, step] of steps.entries()) {
        const before = befores[index] ?? world;
        for (const start of [before, ...halfDone(before, step)]) {
          const worlds = replay(start, scheduled(start));
          expect(isDone(worlds.at(-1) ?? start)).toBe(true);
        }
      }
    }),
    { numRuns: 25 },
  );
}, 60_000);

function kindFor(
  world: StageWorld,
  { address, running, fenced, installed, holds }: ServerState,
): StepKind | null {
  if (!isMember(world.to, address)) return running ? 'stop' : fenced ? null : 'fence';
  if (!installed) return running ? 'stop' : 'install';
  if (running && holds !== 'to' && !sameEnsemble(world.from, world.to)) return 'upgrade';
  return null;
}

describe('no order that keeps the rules costs less', () => {
  type Cost = readonly [outages: number, bare: number, elections: number];
  const add = (cost: Cost, { margin, elections }: { margin: number; elections: number }): Cost => [
    cost[0] + (margin < 0 ? 1 : 0),
    cost[1] + (margin === 0 ? 1 : 0),
    cost[2] + elections,
  ];
  const isLess = (a: Cost, b: Cost): boolean =>
    a[0] !== b[0] ? a[0] < b[0] : a[1] !== b[1] ? a[1] < b[1] : a[2] < b[2];

  /** Tries everything, one step a server, a fence right after its stop. */
  function least(
    stage: StageWorld,
    roster: Roster,
    moment: Moment,
    spent: Cost,
    best: Cost | null,
  ): Cost | null {
    const world = { ...stage, ...worldOf(roster, moment) };
    if (isDone(world)) return best === null || isLess(spent, best) ? spent : best;
    const unfenced = world.servers.filter(
      ({ address, running, fenced }) => !isMember(world.to, address) && !running && !fenced,
    );
    let found = best;
    for (const state of unfenced.length > 0 ? unfenced : world.servers) {
      const kind = kindFor(world, state);
      if (kind === null) continue;
      const server = roster.addresses.indexOf(state.address);
      const effect = carryOut(roster, moment, { kind, server }, 'exact', new Map());
      const after = { ...serviceOf(roster, effect.after), ...worldOf(roster, effect.after) };
      if (broken(world, serviceOf(roster, moment), kind, state.address, after) !== null) continue;
      found = least(stage, roster, effect.after, add(spent, effect), found);
    }
    return found;
  }

  const changes: readonly Change[] = [
    ...[1, 2, 3].flatMap((slot): Change[] => [
      { kind: 'replace', slot },
      { kind: 'rebuild', slot },
    ]),
    { kind: 'grow', by: 1 },
    { kind: 'grow', by: 2 },
    { kind: 'shrink', by: 1 },
    { kind: 'shrink', by: 2 },
  ];
  const cases = (['3.4.6', '3.4.13', '3.5.4'] as const).flatMap((family) =>
    changes.flatMap((change) => [1, 2, 3].map((leader) => ({ family, change, leader }))),
  );
  test.each(cases)('three servers, $family, $change, leader $leader', ({ family, change, leader }) => {
    const world = stageOf(3, change, leader, family);
    const ours = scheduled(world).reduce<Cost>(add, [0, 0, 0]);
    const roster = rosterOf(world);
    expect(ours).toEqual(least(world, roster, momentOf(roster, world), [0, 0, 0], null));
  });
});
