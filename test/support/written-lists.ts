// How is a script by reconfiguration written by hand? `join d, add d, remove b`, with what a gate waits for.

import { idOf, type Address } from '../../src/model/ensemble.js';
import { completionCheck } from '../../src/plan/can-complete.js';
import { predictReconfigureStep, type ReconfigureWorld } from '../../src/plan/predict-reconfigure.js';
import { scriptOf } from '../../src/plan/proved-schedule.js';
import { worldAtStart } from '../../src/plan/schedule-start.js';
import type { ServerState } from '../../src/plan/world.js';
import type { SeenWorld } from '../../src/proof/zookeeper/can-finish.js';
import type { Script, ScriptStepKind } from '../../src/proof/zookeeper/script.js';
import { list } from './written-script.js';

/** A stage by reconfiguration and its steps, as a person writes them down. */
export interface WrittenLists {
  /** `a b c`, or `1:a 2:b 5:c`. */
  readonly from: string;
  readonly to: string;
  readonly leader: Address | null;
  /** `join d, add d, remove b c`: a step for each server named. `stop b (a c)` says who is predicted to serve after it. */
  readonly steps: string;
  /** Members that start from an empty disk, beside the newcomers. */
  readonly rebuilt?: string;
  readonly down?: readonly Address[];
  readonly servers?: Readonly<Record<Address, Partial<ServerState>>>;
}

/** The world in which the written stage begins. */
export function writtenLists({
  from: old,
  to: wanted,
  leader,
  rebuilt = '',
  down = [],
  servers = {},
}: WrittenLists): ReconfigureWorld {
  const [from, to] = [list(old), list(wanted)];
  const newcomers = to.map((one) => one.address).filter((address) => idOf(from, address) === undefined);
  const fresh = [...newcomers, ...rebuilt.split(' ').filter((word) => word !== '')];
  const world = worldAtStart({ from, to, fresh, fullStop: false, family: '3.5.4', leader }, down);
  const states = world.servers.map((one) => ({ ...one, ...servers[one.address] }));
  return { ...world, servers: states, configuration: from };
}

/** The script, each gate waiting for those that are predicted to serve when nothing fails. */
export function writtenListScript(written: WrittenLists): Script {
  const world = writtenLists(written);
  let now = world;
  const steps = written.steps.split(',').flatMap((part) => {
    const [, deeds = '', named] = /^([^(]*)(?:\(([^)]*)\))?/.exec(part.trim()) ?? [];
    const [kind, ...hosts] = deeds.trim().split(/\s+/);
    return hosts.map((host) => {
      const step = { kind: kindOf(kind ?? ''), host };
      const { after, serving } = predictReconfigureStep(now, step.kind, host);
      now = after;
      return { ...step, serving: named?.split(' ') ?? serving };
    });
  });
  return scriptOf(world, steps);
}

/** Whether any order of steps completes the written stage from a world. */
export function replanLists(written: WrittenLists): (seen: SeenWorld) => boolean {
  const canComplete = completionCheck();
  const world = writtenLists(written);
  return (seen) => canComplete({ ...world, ...seen });
}

const kinds: readonly ScriptStepKind[] = [
  'stop',
  'fence',
  'start',
  'join',
  'add',
  'remove',
  'install',
  'upgrade',
  'restart',
];

function kindOf(word: string): ScriptStepKind {
  const kind = kinds.find((one) => one === word);
  if (kind === undefined) throw new Error(`${word} is no step`);
  return kind;
}
