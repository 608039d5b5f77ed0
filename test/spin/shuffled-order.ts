// In which orders would somebody touch the servers of a stage who does not know the rules?

import { idOf, sameEnsemble, type Address, type Ensemble } from '../../src/model/ensemble.js';
import type { StageWorld } from '../../src/plan/world.js';
import type { Chance } from './chance.js';

/** What is done to which host. */
export interface Deed {
  readonly kind: 'stop' | 'fence' | 'install' | 'upgrade' | 'start';
  readonly host: Address;
}

/**
 * All that a stage needs, in an order that needn't be wise: a stop comes before its fence, and, mostly, before whoever
 * takes the id over is installed.
 */
export function shuffledOrder(chance: Chance, world: StageWorld): readonly Deed[] {
  const tasks = chance.some(chance.in(5) ? tasksOf(world) : chained(world, tasksOf(world)), 99);
  switch (chance.one(['shuffled', 'mixed', 'newcomers first', 'followers first', 'in the end'])) {
    case 'shuffled':
      return tasks.flat();
    case 'mixed':
      return mixed(chance, tasks);
    case 'newcomers first':
      return sorted(tasks, ({ kind }) => (kind === 'install' ? 0 : 1));
    case 'followers first':
      return sorted(tasks, ({ host }) => (host === world.leader ? 1 : 0));
    case 'in the end':
      return sorted(tasks, ({ kind }) => (kind === 'install' ? 2 : kind === 'stop' ? 1 : 0));
    default:
      throw new Error('no such order');
  }
}

/** What belongs together, in its order: a stop and its fence. */
function tasksOf({ from, to, fresh, servers }: StageWorld): readonly (readonly Deed[])[] {
  return servers.flatMap(({ address: host, running }): readonly (readonly Deed[])[] => {
    if (idOf(to, host) === undefined)
      return [
        running
          ? [
              { kind: 'stop', host },
              { kind: 'fence', host },
            ]
          : [{ kind: 'fence', host }],
      ];
    if (fresh.includes(host))
      return [
        running
          ? [
              { kind: 'stop', host },
              { kind: 'install', host },
            ]
          : [{ kind: 'install', host }],
      ];
    if (!sameEnsemble(from, to)) return [[{ kind: 'upgrade', host }]];
    return running ? [] : [[{ kind: 'start', host }]];
  });
}

/** The installation of a newcomer put behind the end of the leaver whose id it takes. */
function chained(
  { from, to }: StageWorld,
  tasks: readonly (readonly Deed[])[],
): readonly (readonly Deed[])[] {
  const claim = ([deed]: readonly Deed[], list: Ensemble): number | undefined =>
    deed === undefined ? undefined : idOf(list, deed.host);
  const leaverOf = (task: readonly Deed[]): readonly Deed[] | undefined =>
    task[0]?.kind !== 'install'
      ? undefined
      : tasks.find((one) => claim(one, to) === undefined && claim(one, from) === claim(task, to));
  const leavers = tasks.map(leaverOf);
  return tasks.filter((task) => !leavers.includes(task)).map((task) => [...(leaverOf(task) ?? []), ...task]);
}

function sorted(tasks: readonly (readonly Deed[])[], rank: (deed: Deed) => number): readonly Deed[] {
  const rankOf = ([first]: readonly Deed[]): number => (first === undefined ? 0 : rank(first));
  return [...tasks].sort((a, b) => rankOf(a) - rankOf(b)).flat();
}

function mixed(chance: Chance, tasks: readonly (readonly Deed[])[]): readonly Deed[] {
  const rest = tasks.map((task) => [...task]);
  const order: Deed[] = [];
  for (;;) {
    const task = chance.some(
      rest.filter((one) => one.length > 0),
      1,
    )[0];
    const deed = task?.shift();
    if (deed === undefined) return order;
    order.push(deed);
  }
}
