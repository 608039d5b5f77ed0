// Would a wrong model be noticed: does what was recorded contradict it when one of its rules is broken?

import { afterEach, expect, test, vi } from 'vitest';
import type { ZooKeeperFamily } from '../../src/model/family.js';
import type { Roster, View } from '../../src/proof/zookeeper/roster.js';
import { contradictionsOf } from './judge.js';
import { readRecording, recordedVersions } from './recorded.js';
import type { Scenario } from './scenario.js';
import { scenarios } from './scenarios.js';

const mutation = vi.hoisted(() => ({ ofView: (view: View): View => view }));

vi.mock(import('../../src/proof/zookeeper/roster.js'), async (original) => {
  const actual = await original();
  return {
    ...actual,
    rosterOf: (transition): Roster => {
      const roster = actual.rosterOf(transition);
      const { from, to } = roster.views;
      return { ...roster, views: { from: mutation.ofView(from), to: mutation.ofView(to) } };
    },
  };
});

afterEach(() => {
  mutation.ofView = (view) => view;
});

const all = (1 << 14) - 1;
const everybody = { from: all, to: all };
const rows = Array.from({ length: 14 }, () => all);
const fromEverybody = { from: rows, to: rows };

const oneLess = (view: View): View => ({ ...view, quorum: Math.max(1, view.quorum - 1) });
const oneMore = (view: View): View => ({ ...view, quorum: view.quorum + 1 });
const hearing = (view: View): View => ({ ...view, hears: fromEverybody, reaches: fromEverybody });
const finding = (view: View): View => ({ ...view, finds: everybody });
const knowing = (view: View): View => ({ ...view, knows: everybody });

test.each([
  ['a quorum is one less', '3.4.8', 'staying-hold-back-leader-first', oneLess],
  ['a quorum is one less', '3.8.0', 'shifting-old-ones-first', oneLess],
  ['a quorum is one more', '3.4.8', 'staying-hold-back', oneMore],
  ['a quorum is one more', '3.8.0', 'shifting-full-stop', oneMore],
  ['everybody hears everybody', '3.4.8', 'matrix-id1-leader2', hearing],
  ['everybody finds every leader', '3.4.8', 'runbook-shift-order-leader-renumbered', finding],
  ['everybody finds every leader', '3.8.0', 'shifting-old-ones-first', finding],
  ['every acknowledgement counts', '3.8.0', 'x1-acknowledged-by-newcomers-only', knowing],
] as const)('that %s is noticed on %s in %s', async (_, version, name, mutate) => {
  expect(await contradictions(version, name)).toEqual([]);
  mutation.ofView = mutate;
  expect(await contradictions(version, name)).not.toEqual([]);
});

test.each([
  ['3.4.8', '3.5.4', 'x1-acknowledged-by-newcomers-only'],
  ['3.4.8', '3.5.4', 'matrix-id2-leader4'],
  ['3.8.0', '3.4.13', 'three-id1'],
  ['3.8.0', '3.4.6', 'replace-leader-first'],
] as const)('that %s is no %s is noticed in %s', async (version, family, name) => {
  expect(await contradictions(version, name, { family })).not.toEqual([]);
});

test('that an emptied disk was none is noticed', async () => {
  expect(await contradictions('3.8.0', 'e5b-two-empty-alone', { as: keepDisks })).not.toEqual([]);
});

function keepDisks({ events, ...rest }: Scenario): Scenario {
  return { ...rest, events: events.filter(({ kind }) => kind !== 'wipe') };
}

/** Where the recorded runs contradict the model; `family` and `as` tell it another story. */
async function contradictions(
  version: (typeof recordedVersions)[number]['exact'],
  name: string,
  other: { readonly family?: ZooKeeperFamily; readonly as?: (scenario: Scenario) => Scenario } = {},
): Promise<readonly string[]> {
  const scenario = scenarios.find((one) => one.name === name);
  const runs = (await readRecording(version))[name];
  const own = recordedVersions.find(({ exact }) => exact === version)?.family;
  if (scenario === undefined || runs === undefined || own === undefined)
    throw new Error(`${name} is recorded`);
  const told = other.as?.(scenario) ?? scenario;
  return runs.flatMap((run) => contradictionsOf(run, told, other.family ?? own));
}
