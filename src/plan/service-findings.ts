// During which steps are too few masters' services up for Mesos to write? A restarted master's wait for ZooKeeper.

import { type Address, type Ensemble, idOf, quorumOf } from '../model/ensemble.js';
import type { Finding, Stage, Step } from './plan.js';
import { inWords } from './wording.js';

/**
 * When the services of a master that was restarted may start (`packages/bootstrap` in dcos/dcos): when every server of
 * its own list serves, when a majority of it does, or when its own server does.
 */
export type ServiceGate = 'all' | 'majority' | 'own';

/** One warning for the steps after which Mesos has fewer masters than its quorum, where there are any. */
export function serviceFindings(stages: readonly Stage[], gate: ServiceGate): readonly Finding[] {
  const gaps = gapsIn(stages, gate);
  if (gaps.length === 0) return [];
  return [
    {
      rule: 'services-wait',
      severity: 'warning',
      subject: inWords([...new Set(gaps.map((step) => step.host))]),
      message: `Mesos has no quorum after ${gaps.length === 1 ? 'step' : 'steps'} ${inWords(gaps.map((step) => step.id))}: ${why[gate]}. Tasks go on; nothing new is started meanwhile.`,
      remedy: 'Let no long pause come inside these steps: agents wait ten minutes for a master.',
    },
  ];
}

const why: Readonly<Record<ServiceGate, string>> = {
  all: 'the services of a restarted master wait until every ZooKeeper of its list serves',
  majority: 'the services of a restarted master wait until a majority of its list serves',
  own: 'the services of a restarted master wait until its own ZooKeeper serves',
};

/**
 * The steps after which Mesos can't write, although it could in the beginning. Told over all stages: behind a member that
 * is replaced in a later one, services wait from one stage into the next.
 */
function gapsIn(stages: readonly Stage[], gate: ServiceGate): readonly Step[] {
  const [first] = stages;
  if (first === undefined) return [];
  const lists = new Map<Address, Ensemble>(first.from.map((member) => [member.address, first.from]));
  // A member that is down from the beginning is none whose services run.
  const serving = first.steps[0]?.serving ?? [];
  const touched = first.steps.map((step) => step.host);
  const up = new Set(
    first.from
      .map((member) => member.address)
      .filter((address) => serving.includes(address) || touched.includes(address)),
  );
  return stages.flatMap((stage) =>
    stage.steps.filter((step) => {
      take(step, stage, lists, up);
      for (const [address, list] of lists)
        if (step.serving.includes(address) && isOpen(gate, list, step.serving)) up.add(address);
      return up.size < quorumNow(lists, up, stage);
    }),
  );
}

/** What a step does to the services of its host: they stop with it, and start again once they may. */
function take(step: Step, stage: Stage, lists: Map<Address, Ensemble>, up: Set<Address>): void {
  switch (step.kind) {
    case 'stop':
    case 'fence':
    case 'remove':
      up.delete(step.host);
      if (idOf(stage.ensemble, step.host) === undefined) lists.delete(step.host);
      break;
    case 'install':
    case 'upgrade':
    case 'join':
    case 'add':
      up.delete(step.host);
      lists.set(step.host, stage.ensemble);
      break;
    case 'start':
    case 'restart':
      up.delete(step.host);
      break;
  }
}

function isOpen(gate: ServiceGate, list: Ensemble, serving: readonly Address[]): boolean {
  const there = list.filter((member) => serving.includes(member.address)).length;
  switch (gate) {
    case 'all':
      return there === list.length;
    case 'majority':
      return there >= quorumOf(list.length);
    case 'own':
      return true;
  }
}

/** The smallest quorum that a master which is up has configured; that of the stage's first list when none is. */
function quorumNow(lists: ReadonlyMap<Address, Ensemble>, up: ReadonlySet<Address>, { from }: Stage): number {
  const quorums = [...up].map((address) => quorumOf((lists.get(address) ?? from).length));
  return Math.min(...(quorums.length === 0 ? [quorumOf(from.length)] : quorums));
}
