// Which schedules were run against real servers, what did they lose, and what does the proof say of each?

import type { ZooKeeperFamily } from '../../src/model/family.js';
import type { BrokenRule } from '../../src/proof/zookeeper/model.js';
import type { Written } from './written-script.js';

/** The smallest number of faults, of 0, 1 and 2, with which a rule breaks, and which one; `never` within these. */
type Falls = 'never' | `${BrokenRule} at ${0 | 1 | 2}`;

/** A schedule that was run, with addresses by their last two octets (172.31.16.60 is `16.60`). */
export interface MeasuredSchedule extends Omit<Written, 'family'> {
  readonly title: string;
  /** What was measured: `nothing`, or with how many injected faults, and on which versions, writes were lost. */
  readonly lost:
    'not run' | 'nothing' | { readonly faults: number; readonly families: readonly ZooKeeperFamily[] };
  readonly falls: Falls | Readonly<Record<ZooKeeperFamily, Falls>>;
  /** Where the proof refutes what lost nothing: what the runs were spared. */
  readonly why?: string;
}

export const families: readonly ZooKeeperFamily[] = ['3.4.6', '3.4.13', '3.5.4'];
const on34: readonly ZooKeeperFamily[] = ['3.4.6', '3.4.13'];

const five = '16.60 18.152 29.145 29.82 31.63';
const replaced = '16.60 22.240 29.145 29.82 31.63';
const renumbered = '16.60 18.152 22.240 29.145 29.82';
const three = '27.182 27.57 31.133';
const seedFive = '27.182 27.57 30.129 30.220 31.133';
const stableFive = '27.182 27.57 31.133 32.10 32.20';

const twins = 'both servers with one id ran, and the others heard only one of them at a time';
const oneCrash =
  'one crash of the leader while the newcomer follows: its acknowledgement counts on 3.4, and the other two elect';
const silent =
  'nobody was slow: a write on the old leader and one follower is missed when the other one elects with both newcomers';

/** E1, X2 and E2: one master is replaced. */
export const replacements: readonly MeasuredSchedule[] = [
  ...(
    [
      ['followers first, leader last', '31.63', 'upgrade 16.60 29.145 29.82 31.63'],
      ['descending, leader last', '16.60', 'upgrade 31.63 29.82 29.145 16.60'],
      ['leader first', '31.63', 'upgrade 31.63 16.60 29.145 29.82'],
      ['the replaced one leads', '18.152', 'upgrade 16.60 29.145 29.82 31.63'],
    ] as const
  ).map(([title, leader, upgrades]): MeasuredSchedule => ({
    title: `E1 stop, fence, install, then ${title}`,
    from: five,
    to: replaced,
    leader,
    steps: `stop 18.152, fence 18.152, install 22.240, ${upgrades}`,
    lost: 'nothing',
    falls: 'never',
  })),
  ...(['31.63', '18.152'] as const).map((leader): MeasuredSchedule => ({
    title: `E1 the new one before the old one is stopped, led by ${leader}`,
    from: five,
    to: replaced,
    leader,
    steps: 'install 22.240, stop 18.152, fence 18.152, upgrade 16.60 29.145 29.82 31.63',
    lost: 'nothing',
    falls: 'two-holders at 0',
    why: twins,
  })),
  {
    title: 'E1 the rest first, the new one last',
    from: five,
    to: replaced,
    leader: '31.63',
    steps: 'stop 18.152, fence 18.152, upgrade 16.60 29.145 29.82 31.63, install 22.240',
    lost: 'nothing',
    falls: 'never',
  },
  {
    title: 'E1 all stopped, all started',
    from: five,
    to: replaced,
    leader: '31.63',
    steps:
      'stop 18.152 16.60 29.145 29.82 31.63, fence 18.152, upgrade 16.60 29.145 29.82 31.63, install 22.240',
    lost: 'nothing',
    falls: 'never',
  },
  ...(
    [
      ['1', '16.60', '15.10 18.152 29.145 29.82 31.63', 'upgrade 18.152 29.145 29.82 31.63', '31.63'],
      ['5', '31.63', '16.60 18.152 29.145 29.82 32.10', 'upgrade 16.60 18.152 29.145 29.82', '29.82'],
    ] as const
  ).map(([id, old, to, upgrades, leader]): MeasuredSchedule => ({
    title: `E1 replaced id ${id}`,
    from: five,
    to,
    leader,
    steps: `stop ${old}, fence ${old}, install ${id === '1' ? '15.10' : '32.10'}, ${upgrades}`,
    lost: 'nothing',
    falls: 'never',
  })),
  ...(
    [
      ['1', 'a', 'n b c', 'c', 'b c'],
      ['2', 'b', 'a n c', 'c', 'a c'],
      ['3', 'c', 'a b n', 'b', 'a b'],
    ] as const
  ).map(([id, old, to, leader, upgrades]): MeasuredSchedule => ({
    title: `X2 three masters, replaced id ${id}`,
    from: 'a b c',
    to,
    leader,
    steps: `stop ${old}, fence ${old}, install n, upgrade ${upgrades}`,
    lost: 'nothing',
    falls: 'never',
  })),
  {
    title: 'X2 three masters, the new one before the old one is stopped',
    from: 'a b c',
    to: 'n b c',
    leader: 'c',
    steps: 'install n, stop a, fence a, upgrade b c',
    lost: 'nothing',
    falls: 'two-holders at 0',
    why: twins,
  },
  ...(
    [
      ['led by 16.60, leader last', '16.60', '18.152 29.145 29.82 16.60'],
      ['led by 29.82, leader last', '29.82', '16.60 18.152 29.145 29.82'],
      ['leader first', '16.60', '16.60 18.152 29.145 29.82'],
    ] as const
  ).map(([title, leader, upgrades]): MeasuredSchedule => ({
    title: `E2 renumbering, new one first, ${title}`,
    from: five,
    to: renumbered,
    leader,
    steps: `stop 31.63, fence 31.63, install 22.240, upgrade ${upgrades}`,
    lost: 'nothing',
    falls: 'two-holders at 0',
    why: `22.240 starts with id 3, which 29.145 still has: ${twins}`,
  })),
  ...(['16.60', '29.82'] as const).map((leader): MeasuredSchedule => ({
    title: `E2 shift order, led by ${leader}`,
    from: five,
    to: renumbered,
    leader,
    steps: 'stop 31.63, fence 31.63, upgrade 29.82 29.145, install 22.240, upgrade 18.152 16.60',
    lost: 'nothing',
    falls: 'never',
  })),
  {
    title: 'E2 all stopped, all started',
    from: five,
    to: renumbered,
    leader: '16.60',
    steps:
      'stop 31.63 29.82 29.145 18.152 16.60, fence 31.63, upgrade 29.82 29.145 18.152 16.60, install 22.240',
    lost: 'nothing',
    falls: 'never',
  },
];

const grown = { from: three, to: stableFive, leader: '31.133' };
const seed = { from: three, to: seedFive, leader: '31.133' };

/** E3, X1, X5 and E4: three masters become five. */
export const expansions: readonly MeasuredSchedule[] = [
  {
    ...seed,
    title: 'E3 the runbook: both new first, followers first',
    steps: 'install 30.129 30.220, upgrade 27.182 27.57 31.133',
    lost: { faults: 0, families },
    falls: 'two-holders at 0',
  },
  {
    ...seed,
    title: 'E3 the runbook with ids that nobody else has',
    to: '1:27.182 2:27.57 4:30.129 5:30.220 6:31.133',
    steps: 'install 30.129 30.220, upgrade 27.182 27.57 31.133',
    lost: 'not run',
    falls: 'split-brain at 0',
  },
  {
    ...seed,
    title: 'E3 the runbook, leader first',
    steps: 'install 30.129 30.220, upgrade 31.133 27.182 27.57',
    lost: 'nothing',
    falls: 'two-holders at 0',
    why: 'the empty impostor voted in the election of the old list as its id 3, and tied it to the old side',
  },
  {
    ...grown,
    title: 'E3 stable ids, both new first, leader first',
    steps: 'install 32.10 32.20, upgrade 31.133 27.182 27.57',
    lost: { faults: 0, families },
    falls: 'lost-write at 0',
  },
  {
    ...grown,
    title: 'E3 and X5 stable ids, both new first, followers first',
    steps: 'install 32.10 32.20, upgrade 27.182 27.57 31.133',
    lost: { faults: 1, families },
    falls: 'lost-write at 0',
  },
  {
    ...grown,
    title: 'X1 both newcomers follow',
    steps: 'install 32.10 32.20',
    lost: { faults: 2, families: on34 },
    falls: { '3.4.6': 'lost-write at 1', '3.4.13': 'lost-write at 1', '3.5.4': 'never' },
  },
  {
    title: 'E4 (a) one by one, from three to four, leader last',
    from: 'a b c',
    to: 'a b c d',
    leader: 'c',
    steps: 'install d, upgrade a b c',
    lost: 'nothing',
    falls: { '3.4.6': 'lost-write at 1', '3.4.13': 'lost-write at 1', '3.5.4': 'never' },
    why: oneCrash,
  },
  {
    title: 'E4 (a) one by one, from three to four, leader first',
    from: 'a b c',
    to: 'a b c d',
    leader: 'c',
    steps: 'install d, upgrade c a b',
    lost: 'nothing',
    falls: { '3.4.6': 'lost-write at 0', '3.4.13': 'lost-write at 0', '3.5.4': 'never' },
    why: 'the leader was upgraded at rest: with a write on it and the newcomer alone, the other two elect without it',
  },
  ...(['a b c d', 'd a b c'] as const).map((order): MeasuredSchedule => ({
    title: `E4 (a) one by one, from four to five, upgraded in the order ${order}`,
    from: 'a b c d',
    to: 'a b c d e',
    leader: 'd',
    steps: `install e, upgrade ${order}`,
    lost: 'nothing',
    falls: 'never',
  })),
  {
    ...grown,
    title: 'E4 (b) hold-back: the last new one while one server has the old list',
    steps: 'install 32.10, upgrade 27.182 27.57, install 32.20, upgrade 31.133',
    lost: 'nothing',
    falls: 'lost-write at 0',
    why: silent,
  },
  {
    ...grown,
    title: "E4 (b') hold-back: the last new one once nobody has the old list",
    steps: 'install 32.10, upgrade 27.182 27.57 31.133, install 32.20',
    lost: 'nothing',
    falls: { '3.4.6': 'lost-write at 1', '3.4.13': 'lost-write at 1', '3.5.4': 'never' },
    why: oneCrash,
  },
  {
    ...grown,
    title: 'E4 (b) hold-back, leader first',
    steps: 'install 32.10, upgrade 31.133 27.182, install 32.20, upgrade 27.57',
    lost: 'nothing',
    falls: 'lost-write at 0',
    why: silent,
  },
  {
    ...grown,
    title: 'E4 old ones first, then both new',
    steps: 'upgrade 27.182 27.57 31.133, install 32.10 32.20',
    lost: 'nothing',
    falls: 'never',
  },
  ...(
    [
      ["(b') led by 31.133", '31.133', 'install 30.129, upgrade 27.182 27.57 31.133, install 30.220'],
      ['(b) led by 31.133', '31.133', 'install 30.129, upgrade 27.182 27.57, install 30.220, upgrade 31.133'],
      ['(b) led by 27.182', '27.182', 'install 30.129, upgrade 27.57 31.133, install 30.220, upgrade 27.182'],
    ] as const
  ).map(([title, leader, steps]): MeasuredSchedule => ({
    ...seed,
    title: `E4 renumbering, ${title}`,
    leader,
    steps,
    lost: 'nothing',
    falls: 'two-holders at 0',
    why: `30.129 starts with id 3, which 31.133 still has: ${twins}`,
  })),
  {
    ...seed,
    title: 'E4 renumbering, shift-hold: 31.133 moves first, the leader keeps its id and goes last',
    leader: '27.182',
    steps: 'upgrade 31.133, install 30.129, upgrade 27.57 27.182, install 30.220',
    lost: 'nothing',
    falls: 'lost-write at 2',
    why: 'two faults: the newcomer helps the old list elect and dies, with a write on it and one of two others',
  },
  {
    ...seed,
    title: 'E4 renumbering, old ones first',
    steps: 'upgrade 27.182 27.57 31.133, install 30.129 30.220',
    lost: 'nothing',
    falls: 'never',
  },
];
