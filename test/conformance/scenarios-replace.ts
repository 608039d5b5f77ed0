// Which replacements of a member are tried: all places and leaders, the runbook's own one, and three members?

import type { Ensemble } from '../../src/model/ensemble.js';
import { members, type Scenario, steps } from './scenario.js';

const five = members('1:A 2:B 3:C 4:D 5:E');
const letters = ['A', 'B', 'C', 'D', 'E'] as const;

/** The newcomer F takes one member's id, the others keep theirs: the join matrix. Leader last. */
const matrix: readonly Scenario[] = letters.flatMap((replaced, place) =>
  letters
    .filter((leader) => leader !== replaced)
    .map((leader): Scenario => {
      const followers = letters.filter((letter) => letter !== replaced && letter !== leader);
      const id = place + 1;
      return {
        name: `matrix-id${id}-leader${letters.indexOf(leader) + 1}`,
        about: `id ${id} of five goes to a newcomer, followers ascending, the leader last`,
        facts: `E1; join matrix, i=${id}, L=${letters.indexOf(leader) + 1}`,
        from: five,
        to: replacing(replaced),
        leader: letters.indexOf(leader) + 1,
        events: steps(
          `stop ${replaced}`,
          'install F',
          ...[...followers, leader].map((letter) => `upgrade ${letter}`),
        ),
      };
    }),
);

const leaderReplaced: readonly Scenario[] = letters.map((replaced, place): Scenario => ({
  name: `leader-replaced-id${place + 1}`,
  about: 'the leader is the one that is replaced, the others ascending',
  facts: 'E1, replaced master is the leader, stop first',
  from: five,
  to: replacing(replaced),
  leader: place + 1,
  events: steps(
    `stop ${replaced}`,
    'install F',
    ...letters.filter((letter) => letter !== replaced).map((letter) => `upgrade ${letter}`),
  ),
}));

const otherOrders: readonly Scenario[] = [
  {
    name: 'replace-leader-first',
    about: 'id 2 of five, the leader upgraded before the followers',
    facts: 'E1, same, leader first',
    from: five,
    to: replacing('B'),
    leader: 5,
    events: steps('stop B', 'install F', 'upgrade E', 'upgrade A', 'upgrade C', 'upgrade D'),
  },
  {
    name: 'replace-newcomer-last',
    about: 'id 2 of five, the newcomer installed when everybody knows it',
    facts: 'E1, rest rolled first, new one installed last',
    from: five,
    to: replacing('B'),
    leader: 5,
    events: steps('stop B', 'upgrade A', 'upgrade C', 'upgrade D', 'upgrade E', 'install F'),
  },
  {
    name: 'replace-install-before-stop',
    about: 'id 2 of five, the newcomer runs while the old holder of its id still does',
    facts: 'E1, new installed BEFORE old stopped (replaced = follower)',
    from: five,
    to: replacing('B'),
    leader: 5,
    events: steps('install F', 'stop B', 'upgrade A', 'upgrade C', 'upgrade D', 'upgrade E'),
  },
  {
    name: 'replace-full-stop',
    about: 'id 2 of five, everybody stopped and started on the new list',
    facts: 'E1, all stopped, all started together; R5',
    from: five,
    to: replacing('B'),
    leader: 5,
    events: steps(
      'stop A + stop B + stop C + stop D + stop E',
      'upgrade A + upgrade C + upgrade D + upgrade E',
      'install F',
    ),
  },
];

/** A = 172.31.16.60, B = 172.31.18.152, C = 172.31.29.145, D = 172.31.29.82, E = 172.31.31.63, F = 172.31.22.240. */
const runbook = { from: five, to: members('1:A 2:B 3:F 4:C 5:D') };

const runbookReplacement: readonly Scenario[] = [
  {
    ...runbook,
    name: 'runbook-leader-keeps-id',
    about: 'two survivors change id; the leader keeps its own and is last',
    facts: 'E2, leader 16.60, new first, followers asc, leader last',
    leader: 1,
    // C and F both claim id 3 towards B, and the last one wins: B may lack a voice.
    race: true,
    events: steps('stop E', 'install F', 'upgrade B', 'upgrade C', 'upgrade D', 'upgrade A'),
  },
  {
    ...runbook,
    name: 'runbook-leader-renumbered',
    about: 'two survivors change id, the leader (4 to 5) among them, and is last',
    facts: 'E2, leader 29.82 (4->5), same order',
    leader: 4,
    race: true,
    events: steps('stop E', 'install F', 'upgrade A', 'upgrade B', 'upgrade C', 'upgrade D'),
  },
  {
    ...runbook,
    name: 'runbook-leader-renumbered-long-node-time',
    about: 'the same, each server down until the others have settled',
    facts: 'E2, leader 29.82 (4->5), d10',
    leader: 4,
    events: steps('stop E', 'install F', ...down('A'), ...down('B'), ...down('C'), ...down('D')),
  },
  {
    ...runbook,
    name: 'runbook-leader-first',
    about: 'two survivors change id; the leader keeps its own and goes first',
    facts: 'E2, leader (16.60) first',
    leader: 1,
    race: true,
    events: steps('stop E', 'install F', 'upgrade A', 'upgrade B', 'upgrade C', 'upgrade D'),
  },
  {
    ...runbook,
    name: 'runbook-shift-order',
    about: 'two survivors change id, each into one just vacated, the newcomer after them, the leader last',
    facts: 'E2, shift order, leader 16.60 last; R4',
    leader: 1,
    events: steps('stop E', 'upgrade D', 'upgrade C', 'install F', 'upgrade B', 'upgrade A'),
  },
  {
    ...runbook,
    name: 'runbook-shift-order-leader-renumbered',
    about: 'the same, but who leads is renumbered first',
    facts: 'E2, shift order, d10, leader 29.82 (upgraded first)',
    leader: 4,
    events: steps('stop E', ...down('D'), 'upgrade C', 'install F', 'upgrade A', 'upgrade B'),
  },
  {
    ...runbook,
    name: 'runbook-full-stop',
    about: 'two survivors change id while everybody is stopped',
    facts: 'E2, all stopped, all started; R5',
    leader: 4,
    events: steps(
      'stop A + stop B + stop C + stop D + stop E',
      'upgrade A + upgrade B + upgrade C + upgrade D',
      'install F',
    ),
  },
];

/** Three members, each down until the others have settled. */
const threeMembers: readonly Scenario[] = (['A', 'B', 'C'] as const).map((replaced, place): Scenario => {
  const leader = replaced === 'C' ? 'B' : 'C';
  const follower = ['A', 'B', 'C'].find((letter) => letter !== replaced && letter !== leader) ?? '';
  return {
    name: `three-id${place + 1}`,
    about: `id ${place + 1} of three goes to a newcomer`,
    facts: `X2, replaced id ${place + 1}`,
    from: members('1:A 2:B 3:C'),
    to: members(['A', 'B', 'C'].map((l, i) => `${i + 1}:${l === replaced ? 'D' : l}`).join(' ')),
    leader: leader === 'C' ? 3 : 2,
    events: steps(`stop ${replaced}`, 'install D', ...down(follower), ...down(leader)),
  };
});

/** Everything about replacements without faults. */
export const replacements: readonly Scenario[] = [
  ...runbookReplacement,
  ...threeMembers,
  ...otherOrders,
  ...leaderReplaced,
  ...matrix,
];

function replacing(replaced: string): Ensemble {
  return members(letters.map((letter, i) => `${i + 1}:${letter === replaced ? 'F' : letter}`).join(' '));
}

/** An upgrade that takes its time. */
function down(letter: string): readonly string[] {
  return [`stop ${letter}`, `upgrade ${letter}`];
}
