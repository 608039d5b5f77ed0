// How is a script for the proof written by hand? `stop b, fence b, install n, upgrade a c`, with what a gate waits for.

import { ensembleOf, type Address, type Ensemble } from '../../src/model/ensemble.js';
import type { ZooKeeperFamily } from '../../src/model/family.js';
import { completionCheck } from '../../src/plan/can-complete.js';
import type { StepKind } from '../../src/plan/plan.js';
import { carryOut, describe, momentOf, worldOf, type Effect } from '../../src/plan/predict.js';
import { scriptOf } from '../../src/plan/proved-schedule.js';
import { worldAtStart } from '../../src/plan/schedule-start.js';
import type { ServerState, StageWorld } from '../../src/plan/world.js';
import { rosterOf } from '../../src/proof/zookeeper/roster.js';
import type { SeenWorld } from '../../src/proof/zookeeper/can-finish.js';
import type { Script } from '../../src/proof/zookeeper/script.js';

/** A stage and its steps, as a person writes them down. */
export interface Written {
  /** `a b c`, or `1:a 2:b 5:c`. */
  readonly from: string;
  readonly to: string;
  readonly leader: Address | null;
  readonly family: ZooKeeperFamily;
  /** `stop b, fence b, install n, upgrade a c`: a step for each server named. */
  readonly steps: string;
  /** Members that start from an empty disk, beside the newcomers: `b c`. */
  readonly rebuilt?: string;
  /** Servers that don't stand where a stage begins. */
  readonly servers?: Readonly<Record<Address, Partial<ServerState>>>;
}

/** A list of members: with ids from one on where none are written. */
export function list(text: string): Ensemble {
  return ensembleOf(
    words(text).map((word, index) => {
      const [id, address] = word.includes(':') ? word.split(':') : [`${index + 1}`, word];
      return { id: Number(id), address: address ?? '' };
    }),
  );
}

/** The world in which the written stage begins. */
export function writtenWorld(written: Written): StageWorld {
  const [from, to] = [list(written.from), list(written.to)];
  const newcomers = to.map((one) => one.address).filter((one) => !from.some((old) => old.address === one));
  const { leader, family } = written;
  const fresh = [...newcomers, ...words(written.rebuilt ?? '')];
  const world = worldAtStart({ from, to, fresh, fullStop: false, family, leader });
  const servers = world.servers.map((one) => ({ ...one, ...written.servers?.[one.address] }));
  return { ...world, servers };
}

/** A step, and what it does if nothing fails. */
export interface WrittenStep {
  readonly kind: StepKind;
  readonly host: Address;
  readonly effect: Effect;
}

/** The steps one after another, if nothing fails. */
export function writtenEffects(written: Written): readonly WrittenStep[] {
  const world = writtenWorld(written);
  const roster = rosterOf(world);
  let moment = momentOf(roster, world);
  return stepsOf(written.steps).map(({ kind, host }) => {
    const server = roster.addresses.indexOf(host);
    if (server < 0) throw new Error(`${host} is no server of ${written.from} -> ${written.to}`);
    const effect = carryOut(roster, moment, { kind, server }, 'exact', new Map());
    moment = effect.after;
    return { kind, host, effect };
  });
}

/** The script, each gate waiting for those that are predicted to serve when nothing fails. */
export function writtenScript(written: Written): Script {
  const world = writtenWorld(written);
  const roster = rosterOf(world);
  const steps = writtenEffects(written).map(({ kind, host, effect }) => {
    return { kind, host, serving: describe(roster, effect.after).serving };
  });
  return scriptOf(world, steps);
}

/** Whether any order of steps completes the written stage from a world: what a gate that can't pass is held against. */
export function replanOf(written: Written): (seen: SeenWorld) => boolean {
  const world = writtenWorld(written);
  const canComplete = completionCheck();
  return (seen) => canComplete({ ...world, ...seen });
}

/** Where a script leads to if nothing fails. */
export function endOf(written: Written): Pick<StageWorld, 'servers' | 'leader'> {
  const world = writtenWorld(written);
  const roster = rosterOf(world);
  const end = writtenEffects(written).at(-1)?.effect.after ?? momentOf(roster, world);
  return worldOf(roster, end);
}

const kinds: readonly StepKind[] = ['stop', 'fence', 'install', 'upgrade', 'start', 'restart'];

function stepsOf(text: string): readonly { readonly kind: StepKind; readonly host: Address }[] {
  return text.split(',').flatMap((part) => {
    const [verb, ...hosts] = words(part);
    const kind = kinds.find((one) => one === verb);
    if (verb === undefined) return [];
    if (kind === undefined) throw new Error(`${verb} is no step`);
    return hosts.map((host) => ({ kind, host }));
  });
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
