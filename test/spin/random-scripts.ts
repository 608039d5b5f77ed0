// Which small scripts are the two models compared on? Good orders from the planner, and bad ones of many kinds.

import { ensembleOf, type Address, type Ensemble, type Member } from '../../src/model/ensemble.js';
import type { ZooKeeperFamily } from '../../src/model/family.js';
import { predict, predictStep } from '../../src/plan/predict.js';
import { schedule } from '../../src/plan/schedule.js';
import { worldAtStart } from '../../src/plan/schedule-start.js';
import type { StageWorld } from '../../src/plan/world.js';
import type { Script, ScriptStep } from '../../src/proof/zookeeper/script.js';
import { chanceOf, type Chance } from './chance.js';
import { shuffledOrder, type Deed } from './shuffled-order.js';

/** A script, how many faults it is tried with, and in words what it is. */
export interface Sample {
  readonly title: string;
  readonly script: Script;
  readonly faults: number;
}

/** Different scripts of at most five servers, without an end; the same ones for the same seed. */
export function* randomScripts(seed: number): Generator<Sample> {
  const chance = chanceOf(seed);
  const known = new Set<string>();
  for (;;) {
    const sample = randomScript(chance);
    const key = JSON.stringify([sample.script, sample.faults]);
    if (!known.has(key)) yield sample;
    known.add(key);
  }
}

const families = ['3.4.6', '3.4.13', '3.5.4'] as const satisfies readonly ZooKeeperFamily[];
const kinds = ['replace', 'rebuild', 'grow', 'shrink', 'renumber'] as const;

function randomScript(chance: Chance): Sample {
  const kind = chance.one([...kinds, 'replace', 'replace', 'rebuild', 'rebuild', 'grow'] as const);
  const start = randomWorld(chance, kind);
  const good = chance.in(6) ? schedule(start) : null;
  const all = good ?? followed(start, shuffledOrder(chance, start), chance);
  const passed = chance.in(3) ? chance.below(Math.max(1, all.length)) : 0;
  const world = worldAfter(start, all.slice(0, passed));
  const steps = all.slice(passed);
  const spoilt = chance.in(3) ? spoil(chance, steps) : { steps, how: 'as it is' };
  const faults = chance.one([0, 1, 1, 2, 2, 2, 2]);
  const { serving, leader } = predict(world);
  const order = good === null ? 'shuffled' : 'planned';
  const down = world.servers.filter((one) => one.holds !== 'nothing' && !one.running).length;
  return {
    title: `${kind} on ${world.family}, ${order}, ${spoilt.how}, from step ${passed + 1}, ${down} down, ${faults} faults`,
    script: {
      from: world.from,
      to: world.to,
      fresh: world.fresh,
      family: world.family,
      servers: world.servers,
      leader,
      serving,
      steps: spoilt.steps.map(({ kind: deed, host, serving: after }) => ({
        kind: deed,
        host,
        serving: after,
      })),
    },
    faults,
  };
}

/** A stage at its start: everybody runs, or one is down, or so many are that nobody leads. */
function randomWorld(chance: Chance, kind: (typeof kinds)[number]): StageWorld {
  const { from, to, fresh } = randomChange(chance, kind);
  const down = chance.in(4) ? chance.some(from, chance.one([1, 1, 2])) : [];
  const up = from.filter((member) => !down.includes(member));
  const leads = up.length > from.length / 2 ? chance.one(up).address : null;
  const fullStop = kind === 'renumber' && chance.in(2);
  const start = worldAtStart({ from, to, fresh, fullStop, family: chance.one(families), leader: leads });
  const servers = start.servers.map((server) => ({
    ...server,
    running: server.running && !down.some(({ address }) => address === server.address),
  }));
  return { ...start, servers };
}

interface Lists {
  readonly from: Ensemble;
  readonly to: Ensemble;
  readonly fresh: readonly Address[];
}

function randomChange(chance: Chance, kind: (typeof kinds)[number]): Lists {
  const size = chance.one(
    kind === 'shrink' ? [2, 3, 3, 4, 5] : kind === 'grow' ? [1, 2, 3, 3, 4] : [2, 3, 3, 4],
  );
  const ids = chance.some([1, 2, 3, 4, 5, 6, 7, 8], size + 2);
  const from = ids.slice(0, size).map((id, index): Member => ({ id, address: `s${index + 1}` }));
  const newcomers = ids.slice(size).map((id, index): Member => ({ id, address: `n${index + 1}` }));
  const of = (to: readonly Member[], fresh: readonly Address[]): Lists => ({
    from: ensembleOf(from),
    to: ensembleOf(to),
    fresh,
  });
  switch (kind) {
    case 'rebuild':
      return of(
        from,
        chance.some(from, size > 2 ? chance.one([1, 2, 2]) : 1).map((member) => member.address),
      );
    case 'grow': {
      const added = newcomers.slice(0, size === 4 ? 1 : chance.one([1, 2, 2, 2]));
      return of(
        [...from, ...added],
        added.map((member) => member.address),
      );
    }
    case 'shrink':
      return of(from.slice(0, size - (size > 2 ? chance.one([1, 2, 2]) : 1)), []);
    case 'replace': {
      const kept = size > 2 && size < 4 && !chance.in(3) ? size - 2 : size - 1;
      const next = from.map(({ id, address }, index) => ({
        // A successor takes the id, or another one that nobody has.
        id: index < kept || !chance.in(4) ? id : (newcomers[index - kept]?.id ?? id),
        address: index < kept ? address : `n${index - kept + 1}`,
      }));
      return of(
        next,
        next.slice(kept).map((member) => member.address),
      );
    }
    case 'renumber': {
      // The ids move on by one, as those of a sorted list do, with a newcomer in place of the first or with none.
      const moved = from.map((member, index) => ({
        ...member,
        id: from[(index + 1) % size]?.id ?? member.id,
      }));
      const swap = chance.in(2) ? moved : [...moved.slice(1), { id: moved[0]?.id ?? 9, address: 'n1' }];
      return of(
        swap,
        swap.filter((member) => member.address === 'n1').map((member) => member.address),
      );
    }
    default:
      throw new Error('no such change');
  }
}

/** The steps with what the planner predicts to serve after each; now and then everybody who should run instead. */
function followed(world: StageWorld, deeds: readonly Deed[], chance: Chance): readonly ScriptStep[] {
  const asPredicted = !chance.in(8);
  let now = world;
  return deeds.map(({ kind, host }): ScriptStep => {
    const seen = predictStep(now, kind, host);
    now = seen.after;
    const running = now.servers.filter((server) => server.running).map((server) => server.address);
    return { kind, host, serving: asPredicted ? seen.serving : running };
  });
}

/** Where a stage stands after these steps, if nothing else happens. */
function worldAfter(start: StageWorld, steps: readonly ScriptStep[]): StageWorld {
  return steps.reduce(
    (world, { kind, host }) => (kind === 'restart' ? world : predictStep(world, kind, host).after),
    start,
  );
}

/** A planned or shuffled order with one thing wrong. */
function spoil(chance: Chance, steps: readonly ScriptStep[]): { steps: readonly ScriptStep[]; how: string } {
  const how = chance.one([
    'fences dropped',
    'gates one step late',
    'a wrong gate',
    'a step left out',
    'a restart',
  ]);
  const at = chance.below(Math.max(1, steps.length));
  switch (how) {
    case 'fences dropped':
      return { steps: steps.filter((step) => step.kind !== 'fence'), how };
    case 'gates one step late':
      return {
        steps: steps.map((step, index) => ({ ...step, serving: steps[index - 1]?.serving ?? step.serving })),
        how,
      };
    case 'a wrong gate':
      return {
        steps: steps.map((step, index) =>
          index === at ? { ...step, serving: step.serving.slice(1) } : step,
        ),
        how,
      };
    case 'a step left out':
      return { steps: steps.filter((_, index) => index !== at), how };
    case 'a restart': {
      const host = steps[at]?.serving[0];
      if (host === undefined) return { steps, how: 'as it is' };
      const restart: ScriptStep = { kind: 'restart', host, serving: steps[at]?.serving ?? [] };
      return { steps: [...steps.slice(0, at + 1), restart, ...steps.slice(at + 1)], how };
    }
    default:
      throw new Error('no such spoiling');
  }
}
