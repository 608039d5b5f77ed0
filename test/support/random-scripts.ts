// Which small scripts is the proof tried with? Good orders and bad ones, written so that a failure is easy to read.

import fc from 'fast-check';
import { schedule } from '../../src/plan/schedule.js';
import { families } from './measured-schedules.js';
import { writtenWorld, type Written } from './written-script.js';

/** How large a random script may be. */
export interface Bounds {
  /** Members of the old list, from two on. */
  readonly members: number;
  /** Servers of both lists together. */
  readonly servers: number;
  readonly steps: number;
}

/**
 * A replacement, growth, shrinkage, rebuild or renumbering of two and more members `a b c …` by newcomers `m n`, in an order
 * of steps that the planner gives, or in any.
 */
export function randomScripts({ members, servers, steps }: Bounds): fc.Arbitrary<Written> {
  return fc
    .record({
      size: fc.integer({ min: 2, max: members }),
      leaving: fc.nat(2),
      joining: fc.nat(2),
      ids: fc.constantFrom('kept', 'kept', 'moved'),
      order: fc.array(fc.nat(99), { minLength: 16, maxLength: 16 }),
      places: fc.shuffledSubarray([1, 2, 3, 4, 5, 6], { minLength: 6 }),
      leader: fc.nat(),
      rebuilds: fc.boolean(),
      extra: fc.constantFrom('', 'restart', 'unfenced'),
      planned: fc.boolean(),
      length: fc.integer({ min: 1, max: steps }),
      family: fc.constantFrom(...families),
    })
    .map((drawn): Written => {
      const old = ['a', 'b', 'c', 'd'].slice(0, drawn.size);
      const order = [...old].sort((x, y) => rank(drawn.places, old, x) - rank(drawn.places, old, y));
      const leavers = order.slice(0, Math.min(drawn.leaving, drawn.size - 1));
      const survivors = old.filter((one) => !leavers.includes(one));
      const newcomers = ['m', 'n'].slice(0, Math.min(drawn.joining, servers - drawn.size));
      const vacant = [...leavers.map((one) => old.indexOf(one) + 1), 5, 6];
      const kept = [
        ...survivors.map((one) => `${old.indexOf(one) + 1}:${one}`),
        ...newcomers.map((one, index) => `${vacant[index]}:${one}`),
      ];
      const moved = [...survivors, ...newcomers].map((one, index) => `${drawn.places[index]}:${one}`);
      const rebuilt = drawn.rebuilds ? survivors.slice(0, 1) : [];
      const written = {
        from: old.join(' '),
        to: (drawn.ids === 'kept' ? kept : moved).join(' '),
        leader: old[drawn.leader % drawn.size] ?? 'a',
        family: drawn.family,
        rebuilt: rebuilt.join(' '),
      };
      const chains = [
        ...leavers.map((one) =>
          drawn.extra === 'unfenced' ? [`stop ${one}`] : [`stop ${one}`, `fence ${one}`],
        ),
        ...newcomers.map((one) => [`install ${one}`]),
        ...survivors.map((one) =>
          rebuilt.includes(one) ? [`stop ${one}`, `install ${one}`] : [`upgrade ${one}`],
        ),
        ...(drawn.extra === 'restart' ? survivors.slice(0, 1).map((one) => [`restart ${one}`]) : []),
      ];
      const planned = drawn.planned ? plannedSteps({ ...written, steps: '' }) : null;
      const all = planned ?? interleaved(chains, drawn.order);
      return { ...written, steps: all.slice(0, drawn.length).join(', ') };
    });
}

function rank(places: readonly number[], all: readonly string[], one: string): number {
  return places[all.indexOf(one)] ?? 0;
}

function plannedSteps(written: Written): readonly string[] | null {
  const steps = schedule(writtenWorld(written));
  return steps?.map(({ kind, host }) => `${kind} ${host}`) ?? null;
}

/** Each chain in its order, one step of some chain at a time. */
function interleaved(chains: readonly (readonly string[])[], order: readonly number[]): readonly string[] {
  const rest = chains.map((chain) => [...chain]);
  const steps: string[] = [];
  for (const draw of order) {
    const open = rest.filter((chain) => chain.length > 0);
    const step = open[draw % Math.max(1, open.length)]?.shift();
    if (step !== undefined) steps.push(step);
  }
  return steps;
}
