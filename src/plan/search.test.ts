import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addressOf,
  describeEnsemble,
  idOf,
  renumbered,
  sameEnsemble,
  sortedEnsemble,
  type Ensemble,
} from '../model/ensemble.js';
import { sizeAllowed, type BoardRequest } from './board.js';
import { searchRoute, type Transition } from './search.js';
import { cheapestNaively } from '../../test/fixtures/naive-search.js';
import { searchRequests } from '../../test/fixtures/search-requests.js';

/** A loaded machine may take its time, in ms. */
const patience = 120_000;

const nothingAllowed = { allowCascade: false, allowRenumber: false, allowOutage: false };

/** What is wrong with a route as such, whatever it costs: the runbook's three rules, and that the stages join up. */
function routeFaults(request: BoardRequest, transitions: readonly Transition[]): readonly string[] {
  const faults: string[] = [];
  const everSeen = new Set(request.current.map((member) => member.address));
  let here = request.current;
  for (const { kind, from, to, fresh } of transitions) {
    const text = `${kind} ${describeEnsemble(from)} -> ${describeEnsemble(to)}`;
    const hosts = to.map((member) => member.address);
    if (!sameEnsemble(from, here)) faults.push(`does not start where the last one ended: ${text}`);
    if (request.policy === 'sorted' && !sameEnsemble(to, sortedEnsemble(hosts)))
      faults.push(`ids out of order: ${text}`);
    if (new Set(to.map((member) => member.id)).size < to.length) faults.push(`an id twice: ${text}`);
    if (kind !== 'renumber' && renumbered(from, to).length > 0) faults.push(`an id changes: ${text}`);
    if (kind === 'renumber' && !request.consents.allowOutage) faults.push(`a stop without consent: ${text}`);
    if (!sizeAllowed(request.platform, to.length)) faults.push(`size: ${text}`);
    const joined = hosts.filter((host) => idOf(from, host) === undefined);
    const back = joined.filter((host) => everSeen.has(host));
    if (back.length > 0 && !request.consents.allowCascade) faults.push(`a cascade without consent: ${text}`);
    if (kind !== 'rebuild' && joined.join() !== fresh.join()) faults.push(`fresh hosts: ${text}`);
    for (const host of joined) everSeen.add(host);
    here = to;
  }
  if (!sameEnsemble(here, request.target))
    faults.push(`does not end at the target: ${describeEnsemble(here)}`);
  return faults;
}

describe('searchRoute', () => {
  test(
    'every route keeps the three rules and ends at the target, for all sizes and both policies',
    () => {
      fc.assert(
        fc.property(searchRequests(9, 3), (request) => {
          const route = searchRoute(request);
          if (route) expect(routeFaults(request, route.transitions)).toEqual([]);
        }),
        { numRuns: 150 },
      );
    },
    patience,
  );

  test(
    'is never beaten by trying everything',
    () => {
      fc.assert(
        fc.property(searchRequests(3, 1), (request) => {
          expect(searchRoute(request)?.costs ?? null).toEqual(cheapestNaively(request));
        }),
        { numRuns: 100 },
      );
    },
    patience,
  );

  test('disjoint lists of equal length always have a route, with exactly one stage a master', () => {
    const lists = fc
      .tuple(fc.integer({ min: 2, max: 9 }), fc.uniqueArray(fc.ipV4(), { minLength: 18, maxLength: 18 }))
      .map(([size, hosts]) => [hosts.slice(0, size), hosts.slice(size, 2 * size)] as const);
    fc.assert(
      fc.property(lists, ([before, after]) => {
        const route = searchRoute({
          ...plainRequest,
          current: sortedEnsemble(before),
          target: sortedEnsemble(after),
        });
        expect(route?.transitions.map((transition) => transition.kind)).toEqual(before.map(() => 'replace'));
        expect(route?.transitions.flatMap((transition) => transition.fresh).sort()).toEqual(
          [...after].sort(),
        );
      }),
    );
  });

  test('of the 120 orders of the worked example 60 are valid, and the planned one is the first by leader and ids', () => {
    const current = sortedEnsemble([
      '10.10.0.236',
      '100.10.0.66',
      '10.10.0.158',
      '100.10.0.158',
      '10.10.0.149',
    ]);
    const target = sortedEnsemble([
      '100.10.0.85',
      '100.10.0.147',
      '10.10.0.230',
      '10.10.0.184',
      '10.10.0.233',
    ]);
    const valid = permutations([1, 2, 3, 4, 5]).filter((order) => isStable(current, target, order));
    expect(valid).toHaveLength(60);
    expect(valid.every((order) => order.indexOf(2) < order.indexOf(1))).toBe(true);
    for (const leader of [null, ...current.map((member) => member.address)]) {
      const id = leader === null ? undefined : idOf(current, leader);
      const lateness = (order: readonly number[]): number => (id === undefined ? 0 : -order.indexOf(id));
      const best = [...valid].sort(
        (a, b) => lateness(a) - lateness(b) || Number(a.join('')) - Number(b.join('')),
      )[0];
      const route = searchRoute({ ...plainRequest, current, target, leader });
      expect(route?.transitions.map((transition) => idOf(transition.to, transition.fresh[0] ?? ''))).toEqual(
        best,
      );
    }
  });

  test('a member that is down is dealt with first', () => {
    const current = sortedEnsemble(['10.0.0.1', '10.0.0.2', '10.0.0.3']);
    const target = sortedEnsemble(['10.0.0.15', '10.0.0.25', '10.0.0.35']);
    const route = searchRoute({ ...plainRequest, current, target, down: ['10.0.0.3'] });
    expect(route?.transitions[0]?.fresh).toEqual(['10.0.0.35']);
  });
});

const plainRequest = {
  platform: 'zookeeper' as const,
  policy: 'sorted' as const,
  rebuilds: [],
  spares: [],
  down: [],
  leader: null,
  consents: nothingAllowed,
};

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) =>
    permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]),
  );
}

function isStable(current: Ensemble, target: Ensemble, order: readonly number[]): boolean {
  let here = current;
  return order.every((id) => {
    const hosts = here.map((member) => (member.id === id ? (addressOf(target, id) ?? '') : member.address));
    const next = sortedEnsemble(hosts);
    const stable = renumbered(here, next).length === 0;
    here = next;
    return stable;
  });
}
