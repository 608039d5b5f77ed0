// Which faults are tried: crashes and hangs half-way, lost disks, servers that come back from the past?

import { members, type Scenario, steps } from './scenario.js';

const three = members('1:A 2:B 3:C');
const staying = { from: three, to: members('1:A 2:B 3:C 4:D 5:E') };

const duringExpansion: readonly Scenario[] = [
  {
    ...staying,
    name: 'x5-followers-first-leader-crashes',
    about:
      'both newcomers run; the old leader crashes after the first upgrade, and comes back on its old list',
    facts: 'X5, crash',
    leader: 3,
    events: steps('install D', 'install E', 'upgrade A', 'crash C + start C', 'upgrade B', 'upgrade C'),
  },
  {
    ...staying,
    name: 'x5-followers-first-leader-hangs-briefly',
    about: 'the same, but it hangs until the others have acknowledged some writes without it',
    facts: 'X5, hangs 15 s',
    leader: 3,
    race: true,
    events: steps(
      'install D',
      'install E',
      'upgrade A',
      'hang C + write 50 + wake C',
      'upgrade B',
      'upgrade C',
    ),
  },
  {
    ...staying,
    name: 'x5-followers-first-leader-hangs',
    about: 'the same, but it hangs until the others have settled',
    facts: 'X5, hangs',
    leader: 3,
    race: true,
    events: steps('install D', 'install E', 'upgrade A', 'hang C', 'wake C', 'upgrade B', 'upgrade C'),
  },
  {
    ...staying,
    name: 'x5-hold-back-leader-crashes',
    about:
      'one newcomer runs; the old leader crashes after the first upgrade, and comes back on its old list',
    facts: 'E4 (b) under X5 faults, crash-restart',
    leader: 3,
    race: true,
    events: steps('install D', 'upgrade A', 'crash C + start C', 'upgrade B', 'install E', 'upgrade C'),
  },
  {
    ...staying,
    name: 'x5-hold-back-leader-hangs',
    about: 'the same, but it hangs until the others have settled',
    facts: 'E4 (b) under X5 faults, hang',
    leader: 3,
    events: steps('install D', 'upgrade A', 'hang C', 'wake C', 'upgrade B', 'install E', 'upgrade C'),
  },
  {
    ...staying,
    name: 'x1-acknowledged-by-newcomers-only',
    about: 'newcomers follow a leader on the old list, the other old ones are dead, then come back alone',
    facts: 'X1',
    leader: 3,
    events: steps(
      'install D',
      'install E',
      'crash A + crash B',
      'write 100',
      'crash C + crash D + crash E',
      'start A + start B',
    ),
  },
];

const five = members('1:A 2:B 3:C 4:D 5:E');

const duringReplacement: readonly Scenario[] = [
  {
    name: 'e5a-id1-second-failure',
    about: 'id 1 died; while a follower is being upgraded another one is killed',
    facts: 'E5a, lost id 1 (low)',
    from: five,
    to: members('1:F 2:B 3:C 4:D 5:E'),
    leader: 5,
    events: steps(
      'crash A',
      'install F',
      'stop B',
      'crash C',
      'upgrade B',
      'upgrade C',
      'upgrade D',
      'upgrade E',
    ),
  },
  {
    name: 'e5a-id5-second-failure',
    about: 'id 5 died; while a follower is being upgraded another one is killed',
    facts: 'E5a, lost id 5 (high)',
    from: five,
    to: members('1:A 2:B 3:C 4:D 5:F'),
    leader: 4,
    events: steps(
      'crash E',
      'install F',
      'stop A',
      'crash B',
      'upgrade A',
      'upgrade B',
      'upgrade C',
      'upgrade D',
    ),
  },
  {
    name: 'replace-leader-crashes-half-way',
    about: 'id 2 of five; the leader crashes after the first upgrade and comes back on its old list',
    facts: 'E1, M.7 (vote for an unknown id)',
    from: five,
    to: members('1:A 2:F 3:C 4:D 5:E'),
    leader: 5,
    events: steps(
      'stop B',
      'install F',
      'upgrade A',
      'crash E + start E',
      'upgrade C',
      'upgrade D',
      'upgrade E',
    ),
  },
  {
    name: 'replace-follower-crashes-half-way',
    about: 'id 2 of five; a follower crashes after the first upgrade and comes back on its old list',
    facts: 'E1, R9',
    from: five,
    to: members('1:A 2:F 3:C 4:D 5:E'),
    leader: 5,
    events: steps(
      'stop B',
      'install F',
      'upgrade A',
      'crash C',
      'start C',
      'upgrade C',
      'upgrade D',
      'upgrade E',
    ),
  },
];

const sameThree = { from: three, to: three, leader: 3 };

const emptyDisks: readonly Scenario[] = [
  {
    ...sameThree,
    name: 'e5b-two-empty-one-full',
    about: 'two of three come back empty while the full one stays up',
    facts: 'E5b, two replaced at once by empty ones, third stays up',
    events: steps('stop A + stop B', 'wipe A + wipe B + start A + start B'),
  },
  {
    ...sameThree,
    name: 'e5b-two-empty-alone',
    about: 'two of three come back empty while the full one is down',
    facts: 'E5b, two empty come up while the third is being restarted',
    events: steps('stop A + stop B + stop C', 'wipe A + wipe B + start A + start B', 'start C'),
  },
  {
    ...sameThree,
    name: 'e5b-two-empty-survivor-knows-later-epoch',
    about: 'the same after some elections, so that the full one has seen a later epoch',
    facts: 'E5b, same, but the survivor had seen epoch 4',
    events: steps(
      'restart C',
      'restart B',
      'restart C',
      'stop A + stop B + stop C',
      'wipe A + wipe B + start A + start B',
      'start C',
    ),
  },
  {
    ...sameThree,
    name: 'e5b-one-empty-one-stale',
    about: 'an empty one and one that missed the last writes meet while the only full one is down',
    facts: 'E5b, one empty + one stale',
    events: steps('stop A + write 200', 'stop B + stop C', 'wipe B + start A + start B', 'start C'),
  },
  {
    ...sameThree,
    name: 'e5b-control',
    about: 'one empty one, waited for, then the others restarted',
    facts: 'E5b, control',
    events: steps('stop A + wipe A + start A', 'restart B', 'restart C'),
  },
];

const zombies: readonly Scenario[] = [
  {
    name: 'x3-zombie-low-id',
    about: 'id 1 of three was replaced; its old holder is switched on again',
    facts: 'X3, id 1',
    from: three,
    to: members('1:D 2:B 3:C'),
    leader: 3,
    events: steps('stop A', 'install D', 'upgrade B', 'upgrade C', 'start A'),
  },
  {
    name: 'x3-zombie-high-id',
    about: 'id 3 of three was replaced; its old holder is switched on again, counts, and is switched off',
    facts: 'X3b, id 3 with leader 2',
    from: three,
    to: members('1:A 2:B 3:D'),
    leader: 2,
    events: steps(
      'stop C',
      'upgrade A',
      'upgrade B',
      'install D',
      'start C',
      'crash A + crash D',
      'write 100',
      'crash B + stop C',
      'start A + start D',
    ),
  },
  {
    name: 'x3-zombie-of-the-leader',
    about: 'id 3 of three was replaced, and its new holder leads; the old one is switched on again',
    facts: 'X3, not while the leader is the new holder of its own id',
    from: three,
    to: members('1:A 2:B 3:D'),
    leader: 2,
    events: steps('stop C', 'install D', 'upgrade A', 'upgrade B', 'start C'),
  },
];

/** Everything with a fault in it. */
export const faults: readonly Scenario[] = [
  ...duringExpansion,
  ...emptyDisks,
  ...zombies,
  ...duringReplacement,
];
