// What is wrong with a plan file beside its proof: what can't be carried out, and what can't be explored?

import { idOf, type Address } from '../model/ensemble.js';
import { checkPlan } from './check-plan.js';
import type { Finding, Plan, Stage } from './plan.js';

/** The faults for which no run would begin with this plan. */
export function structureFindings(plan: Plan): readonly Finding[] {
  return checkPlan(plan).map((message) => ({
    rule: 'malformed-plan',
    severity: 'error',
    subject: 'plan',
    message: `${message.charAt(0).toUpperCase()}${message.slice(1)}.`.replace(/\.\.$/, '.'),
    remedy: '`apply` and `rehearse` refuse this plan. Correct it, or make it again with `succession plan`.',
  }));
}

/** What keeps a stage from being explored at all: hosts that it does not have. */
export function stageObstacles(stage: Stage, leader: Address | null): readonly Finding[] {
  const known = (address: Address): boolean =>
    idOf(stage.from, address) !== undefined || idOf(stage.ensemble, address) !== undefined;
  const strangers = [
    ...(leader === null || known(leader)
      ? []
      : [`${leader} is said to lead at its start, and is in neither of its lists`]),
    ...stage.fresh
      .filter((host) => !known(host))
      .map((host) => `\`fresh\` names ${host}, which is in neither list`),
    ...stage.steps.flatMap(({ id, kind, host, serving }) => [
      ...(known(host) ? [] : [`step ${id} works on ${host}, which is in neither list`]),
      ...serving
        .filter((address) => !known(address))
        .map((address) => `step ${id} expects ${address} to serve, which is in neither list`),
      ...((kind === 'install' || kind === 'upgrade') &&
      idOf(stage.ensemble, host) === undefined &&
      known(host)
        ? [`step ${id} gives ${host} a list that it is not in`]
        : []),
    ]),
  ];
  return strangers.map((what) => ({
    rule: 'stranger',
    severity: 'error',
    subject: `stage ${stage.number}`,
    message: `Stage ${stage.number} can't be explored: ${what}.`,
    remedy: 'Name hosts of `from` and `ensemble` only.',
  }));
}
