// Whom can a partition take from a leader, while two lists are in use?

import { expect, test } from 'vitest';
import { writtenWorld } from '../../../test/support/written-script.js';
import { possibleCuts } from './cuts.js';
import { countedBy, hearingAt } from './possible-elections.js';
import { addressesOf, rosterOf, type ServerSet } from './roster.js';

function cutsFrom(to: string, upgraded: (all: ServerSet) => ServerSet): readonly string[] {
  const world = writtenWorld({ from: 'a b c', to, leader: 'c', family: '3.5.4', steps: '' });
  const roster = rosterOf(world);
  const hearing = hearingAt(roster, upgraded(roster.all));
  const leader = roster.addresses.indexOf('c');
  const cuts = possibleCuts(hearing, countedBy(roster, hearing, leader), leader, roster.all);
  return cuts.map((cut) => addressesOf(roster, cut).join(' ')).sort();
}

test('with one list, single followers and those that leave a bare quorum', () => {
  expect(cutsFrom('a b c d e', (all) => all)).toEqual([
    'a',
    'a b',
    'a d',
    'a e',
    'b',
    'b d',
    'b e',
    'd',
    'd e',
    'e',
  ]);
});

test('with two lists, also those that leave a quorum of the leader and too few for a newcomer to join again', () => {
  const cuts = cutsFrom('a b c d e', (all) => all & 0b11000);
  expect(cuts).toEqual(expect.arrayContaining(['a d e', 'b d e', 'a d', 'a e', 'b d', 'b e']));
});
