// Which expansions and which shrinkings are tried: the runbook's own one, with ids that shift and with ids that stay?

import { members, type Scenario, steps } from './scenario.js';

const three = members('1:A 2:B 3:C');

/** A = 172.31.27.182, B = 172.31.27.57, C = 172.31.31.133 (3 to 5), D = 172.31.30.129 (takes 3), E = 172.31.30.220. */
const shifting = { from: three, to: members('1:A 2:B 3:D 4:E 5:C') };

const shiftingExpansion: readonly Scenario[] = [
  {
    ...shifting,
    name: 'shifting-followers-first',
    about: 'the runbook: both newcomers, the followers, the leader',
    facts: 'E3, seed, followers first',
    leader: 3,
    fast: true,
    // Where the newcomers sleep, the new side begins only when the old quorum ends: it loses as much, without a split.
    race: true,
    events: steps('install D', 'install E', 'upgrade A', 'upgrade B', 'upgrade C'),
  },
  {
    ...shifting,
    name: 'shifting-leader-first',
    about: 'both newcomers, the leader, the followers',
    facts: 'E3, seed, leader (31.133) first',
    leader: 3,
    race: true,
    events: steps('install D', 'install E', 'upgrade C', 'upgrade A', 'upgrade B'),
  },
  {
    ...shifting,
    name: 'shifting-hold-back-leader-renumbered',
    about: 'one newcomer, the followers, the other newcomer, the leader, which is renumbered',
    facts: 'E4 (b), leader = 31.133',
    leader: 3,
    race: true,
    events: steps('install D', 'upgrade A', 'upgrade B', 'install E', 'upgrade C'),
  },
  {
    ...shifting,
    name: 'shifting-hold-back-last',
    about: 'one newcomer, the followers, the leader, which is renumbered, the other newcomer',
    facts: "E4 (b'), leader = 31.133",
    leader: 3,
    race: true,
    events: steps('install D', 'upgrade A', 'upgrade B', 'upgrade C', 'install E'),
  },
  {
    ...shifting,
    name: 'shifting-hold-back-leader-keeps-id',
    about: 'one newcomer, the followers, the other newcomer, the leader, which keeps its id',
    facts: 'E4 (b), leader moved to 27.182 first',
    leader: 1,
    events: steps('install D', 'upgrade B', 'upgrade C', 'install E', 'upgrade A'),
  },
  {
    ...shifting,
    name: 'shifting-shift-hold',
    about: 'the renumbered one into the free id, then the newcomer into its old one, the leader keeps its id',
    facts: 'E4, shift-hold; R4',
    leader: 1,
    events: steps('upgrade C', 'install D', 'upgrade B', 'upgrade A', 'install E'),
  },
  {
    ...shifting,
    name: 'shifting-one-by-one',
    about: 'four members first, then five; who leads is renumbered twice',
    facts: 'E4 (a), leader = 31.133 (renumbered)',
    between: members('1:A 2:B 3:D 4:C'),
    leader: 3,
    race: true,
    events: steps(
      'install D between',
      'upgrade A between',
      'upgrade B between',
      'upgrade C between',
      'install E',
      'upgrade A',
      'upgrade B',
      'upgrade D',
      'upgrade C',
    ),
  },
  {
    ...shifting,
    name: 'shifting-old-ones-first',
    about: 'all old ones, then the newcomers',
    facts: 'E4, old ones first (seed)',
    leader: 3,
    events: steps('upgrade A', 'upgrade B', 'upgrade C', 'install D', 'install E'),
  },
  {
    ...shifting,
    name: 'shifting-full-stop',
    about: 'everybody stopped and started on the new list, then the newcomers',
    facts: 'E4, stop the three, start the three on the new list; R5',
    leader: 3,
    events: steps('stop A + stop B + stop C', 'upgrade A + upgrade B + upgrade C', 'install D + install E'),
  },
];

const staying = { from: three, to: members('1:A 2:B 3:C 4:D 5:E') };

const stayingExpansion: readonly Scenario[] = [
  {
    ...staying,
    name: 'staying-followers-first',
    about: 'both newcomers, the followers, the leader',
    facts: 'E3, stable, followers first, no fault',
    leader: 3,
    events: steps('install D', 'install E', 'upgrade A', 'upgrade B', 'upgrade C'),
  },
  {
    ...staying,
    name: 'staying-leader-first',
    about: 'both newcomers, the leader, the followers',
    facts: 'E3, stable, leader first (d0)',
    leader: 3,
    race: true,
    events: steps('install D', 'install E', 'upgrade C', 'upgrade A', 'upgrade B'),
  },
  {
    ...staying,
    name: 'staying-leader-first-long-node-time',
    about: 'the same, the leader down until the others have settled',
    facts: 'E3, stable, leader first, d10',
    leader: 3,
    events: steps('install D', 'install E', 'stop C', 'upgrade C', 'upgrade A', 'upgrade B'),
  },
  {
    ...staying,
    name: 'staying-hold-back',
    about: 'one newcomer, the followers, the other newcomer, the leader',
    facts: 'E4 (b)',
    leader: 3,
    fast: true,
    events: steps('install D', 'upgrade A', 'upgrade B', 'install E', 'upgrade C'),
  },
  {
    ...staying,
    name: 'staying-hold-back-last',
    about: 'one newcomer, the followers, the leader, the other newcomer',
    facts: "E4 (b')",
    leader: 3,
    events: steps('install D', 'upgrade A', 'upgrade B', 'upgrade C', 'install E'),
  },
  {
    ...staying,
    name: 'staying-hold-back-leader-first',
    about: 'one newcomer, the leader, a follower, the other newcomer, the other follower',
    facts: 'E4 (b) leader first',
    leader: 3,
    events: steps('install D', 'upgrade C', 'upgrade A', 'install E', 'upgrade B'),
  },
  {
    ...staying,
    name: 'staying-one-by-one',
    about: 'four members first, then five, the leader last each time',
    facts: 'E4 (a)',
    between: members('1:A 2:B 3:C 4:D'),
    leader: 3,
    events: steps(
      'install D between',
      'upgrade A between',
      'upgrade B between',
      'upgrade C between',
      'install E',
      'upgrade A',
      'upgrade B',
      'upgrade C',
      'upgrade D',
    ),
  },
  {
    ...staying,
    name: 'staying-old-ones-first',
    about: 'all old ones, then the newcomers',
    facts: 'E4, old ones first, then both new (stable)',
    leader: 3,
    events: steps('upgrade A', 'upgrade B', 'upgrade C', 'install D', 'install E'),
  },
  {
    ...staying,
    name: 'staying-full-stop',
    about: 'everybody stopped and started on the new list, then the newcomers',
    facts: 'E4, stop the three, start the three on the new list; R5',
    leader: 3,
    events: steps('stop A + stop B + stop C', 'upgrade A + upgrade B + upgrade C', 'install D + install E'),
  },
];

const shrinking = { from: members('1:A 2:B 3:C 4:D 5:E'), to: three };

const reduction: readonly Scenario[] = [
  {
    ...shrinking,
    name: 'shrink-leavers-stopped-first',
    about: 'five to three: both leavers stopped, then the followers, the leader last',
    facts: 'R1, R9',
    leader: 3,
    events: steps('stop E', 'stop D', 'upgrade A', 'upgrade B', 'upgrade C'),
  },
  {
    ...shrinking,
    name: 'shrink-leavers-stopped-last',
    about: 'five to three: two survivors upgraded while the leavers and the leader still are three of five',
    facts: 'R1, M.6 T1',
    leader: 5,
    // The new side begins before the old quorum ends, or just then: it loses as much, with or without a split.
    race: true,
    events: steps('upgrade A', 'upgrade B', 'upgrade C', 'stop D', 'stop E'),
  },
  {
    ...shrinking,
    name: 'shrink-full-stop',
    about: 'five to three while everybody is stopped',
    facts: 'R5',
    leader: 5,
    events: steps('stop A + stop B + stop C + stop D + stop E', 'upgrade A + upgrade B + upgrade C'),
  },
];

/** Everything that changes the size, without faults. */
export const resizings: readonly Scenario[] = [...shiftingExpansion, ...stayingExpansion, ...reduction];
