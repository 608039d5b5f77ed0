// Which stages lead to the target when the running ensemble changes its list by itself, and when it can't.

import {
  addressOf,
  idOf,
  renumbered,
  sameEnsemble,
  type Address,
  type Ensemble,
  ensembleOf,
} from '../model/ensemble.js';
import { type Change, type Goal, missingFrom, resolveChange } from '../model/change.js';
import { familyOf } from '../model/family.js';
import type { BuiltStages, Setting } from './build-stages.js';
import { withStage } from './build-stages.js';
import { explainStage } from './explain-stage.js';
import type { Finding, Proof, Stage, StageKind, Step } from './plan.js';
import { provedSchedule, type ProvedSchedule } from './proved-schedule.js';
import type { PlanRequest } from './request.js';
import type { Transition } from './search.js';
import { worldAtStart } from './schedule-start.js';
import { stillDown } from './still-down.js';
import { inWords } from './wording.js';

/**
 * The change with a new id for each newcomer, where ids are free: so the old member can stay until the new one has its
 * vote. A target that names ids keeps them.
 */
export function withFreeIds(request: PlanRequest): Change {
  const { change, idPolicy, current } = request;
  if (request.reconfigure !== true || idPolicy !== 'explicit' || change.kind === 'target-with-ids')
    return change;
  // What is wrong with the change is told in the words in which it was given.
  if (!resolveChange(current, idPolicy, change).ok) return change;
  if (change.kind === 'target') {
    const [remove, add] = [
      missingFrom(
        change.addresses.map((address, index) => ({ id: index, address })),
        current,
      ),
      change.addresses.filter((address) => idOf(current, address) === undefined),
    ];
    return { kind: 'edits', replace: [], remove, add, rebuild: [] };
  }
  return {
    ...change,
    replace: [],
    remove: [...change.replace.map((item) => item.old), ...change.remove],
    add: [...change.replace.map((item) => item.new), ...change.add],
  };
}

/** Why a change that was to go by reconfiguration can't; [] when it can, or was not to. */
export function reconfigureObstacles(request: PlanRequest, { target, rebuilds }: Goal): readonly Finding[] {
  if (request.reconfigure !== true || sameEnsemble(request.current, target)) return [];
  const moved = renumbered(request.current, target);
  const reasons = [
    ...(familyOf(request.zookeeper) === '3.5.4'
      ? []
      : [`ZooKeeper ${request.zookeeper} has no reconfiguration`]),
    ...(request.idPolicy === 'explicit' ? [] : ['the ids follow the sorted addresses, so they are not free']),
    ...(moved.length === 0 ? [] : [`${inWords(moved)} would change the id`]),
    ...(Math.min(request.current.length, target.length) > 1
      ? []
      : ['a single server runs without an ensemble, and an ensemble can’t reconfigure itself down to one']),
    ...(rebuilds.length === 0 || request.current.length > 1
      ? []
      : ['nobody else has the data of a single server']),
  ];
  return reasons.map((reason) => ({
    rule: 'not-by-reconfiguration',
    severity: 'error',
    subject: 'the change',
    message: `This change can’t be made by reconfiguration: ${reason}.`,
    remedy:
      'Plan it by restarts, for servers that run with reconfigEnabled=false; or name a target that keeps every id, where ids are free (idPolicy: explicit).',
  }));
}

/**
 * The stages: rebuilds first, then growth, then replacements (members that are down first, the leader last), then
 * shrinking; at most two servers come or go in one stage. The first passage without a schedule is told.
 */
export function reconfigureStages(current: Ensemble, goal: Goal, setting: Setting): BuiltStages {
  const stages: Stage[] = [];
  let proof: Proof = { verdict: 'safe', faults: setting.faults, states: 0, counterexample: null };
  let { leader } = setting;
  for (const [index, passage] of passagesOf(current, goal, setting).entries()) {
    const down = stillDown(setting.down, stages);
    const number = index + 1;
    const { found, stage } =
      passage.kind === 'rebuild'
        ? rebuildStage(passage, { ...setting, leader, down })
        : reconfigureStage(passage, { ...setting, leader, down });
    if (found.kind !== 'proved') {
      const refuted = found.kind === 'none' ? null : withStage(proof, number, found);
      return { kind: 'unscheduled', transition: passage, number, refuted };
    }
    proof = withStage(proof, number, found);
    const steps = found.steps.map((step, at): Step => ({ id: `${number}.${at + 1}`, ...step }));
    stages.push({ ...stage, number, steps });
    leader = steps.at(-1)?.leader ?? leader;
  }
  return { kind: 'built', stages, proof };
}

/** A stage without its place, and the schedule that was found for it. */
interface Drafted {
  readonly stage: Omit<Stage, 'number' | 'steps'>;
  readonly found: ProvedSchedule;
}

/** A rebuild changes no list: it goes by a stop and a start, as ever. */
function rebuildStage({ kind, from, to, fresh }: Transition, setting: Setting): Drafted {
  const { family, leader, down, faults, replicated } = setting;
  const world = worldAtStart({ from, to, fresh, fullStop: false, family, leader }, down);
  const reason = explainStage({
    transitions: [{ kind, from, to, fresh }],
    index: 0,
    fullStop: false,
    ...setting,
  });
  return {
    stage: { ...stageOf(from, to, fresh), kind, method: 'restart', reason },
    found: provedSchedule(world, faults, replicated),
  };
}

function reconfigureStage({ kind, from, to, fresh }: Transition, setting: Setting): Drafted {
  const { family, leader, down, faults, replicated } = setting;
  const world = worldAtStart({ from, to, fresh, fullStop: false, family, leader }, down);
  return {
    stage: { ...stageOf(from, to, fresh), kind, method: 'reconfigure', reason: reasonOf(from, to, leader) },
    found: provedSchedule({ ...world, configuration: from }, faults, replicated),
  };
}

function stageOf(
  from: Ensemble,
  to: Ensemble,
  fresh: readonly Address[],
): Pick<Stage, 'from' | 'ensemble' | 'renumbered' | 'fresh' | 'fullStop'> {
  return { from, ensemble: to, renumbered: [], fresh, fullStop: false };
}

function passagesOf(current: Ensemble, { target, rebuilds }: Goal, setting: Setting): readonly Transition[] {
  const passages: Transition[] = [];
  let now = current;
  const pass = (kind: StageKind, gone: readonly Address[], come: readonly Address[]): void => {
    const joined = target.filter((member) => come.includes(member.address));
    const to = ensembleOf([...now.filter((member) => !gone.includes(member.address)), ...joined]);
    passages.push({ kind, from: now, to, fresh: come });
    now = to;
  };
  for (const host of rebuilds) passages.push({ kind: 'rebuild', from: now, to: now, fresh: [host] });
  const newcomers = missingFrom(current, target);
  const leavers = inOrder(missingFrom(target, current), setting);
  const heirs = leavers.map((old) => heirOf(current, target, old));
  const spare = newcomers.filter((address) => !heirs.includes(address));
  const paired = leavers.map((old, index) => [old, heirs[index] ?? spare.shift() ?? null] as const);
  for (const group of pairs(spare)) pass('grow', [], group);
  for (const [old, next] of paired) if (next !== null) pass('replace', [old], [next]);
  for (const group of pairs(paired.filter(([, next]) => next === null).map(([old]) => old)))
    pass('shrink', group, []);
  return passages;
}

/** The newcomer that is to have this member's id. */
function heirOf(current: Ensemble, target: Ensemble, old: Address): Address | undefined {
  return addressOf(target, idOf(current, old) ?? 0);
}

function inOrder(leavers: readonly Address[], { leader, down }: Setting): readonly Address[] {
  const rank = (address: Address): number => (down.includes(address) ? 0 : address === leader ? 2 : 1);
  return [...leavers].sort((a, b) => rank(a) - rank(b));
}

function pairs(items: readonly Address[]): readonly (readonly Address[])[] {
  return items.flatMap((_, index) => (index % 2 === 0 ? [items.slice(index, index + 2)] : []));
}

function named(list: Ensemble, addresses: readonly Address[]): string {
  return inWords(addresses.map((address) => `${address} (id ${idOf(list, address)})`));
}

function reasonOf(from: Ensemble, to: Ensemble, leader: Address | null): string {
  const [come, gone] = [missingFrom(from, to), missingFrom(to, from)];
  const moves = [
    ...(come.length === 0 ? [] : [`${named(to, come)} ${come.length === 1 ? 'comes' : 'come'} in`]),
    ...(gone.length === 0 ? [] : [`${named(from, gone)} ${gone.length === 1 ? 'leaves' : 'leave'}`]),
  ];
  const last = leader !== null && gone.includes(leader) ? ` ${leader} leads today, so it goes last.` : '';
  return `${moves.join(', ')}: the running ensemble changes its own list, and no member that stays restarts.${last}`;
}
