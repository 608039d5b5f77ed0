// Which schedules with empty or stale disks, or with a removed member that came back, were run against real servers?

import type { ZooKeeperFamily } from '../../src/model/family.js';
import type { MeasuredSchedule } from './measured-schedules.js';

/** These were run on 3.4.8 and 3.8.0 only. */
const families: readonly ZooKeeperFamily[] = ['3.4.6', '3.5.4'];

const same = { from: 'a b c', to: 'a b c', leader: 'c' };
const cameBack =
  'two faults: stopped servers come back unasked right before their disks are emptied (our own script refuses then)';

/** E5a, E5b, X3 and full stops of three. */
export const emptyDisks: readonly MeasuredSchedule[] = [
  ...(
    [
      ['1', 'a', 'n b c d e', 'e', 'b c d e'],
      ['5', 'e', 'a b c d n', 'd', 'a b c d'],
    ] as const
  ).map(([id, dead, to, leader, upgrades]): MeasuredSchedule => ({
    title: `E5a five masters, id ${id} lost with its disk, another one killed during an upgrade`,
    from: 'a b c d e',
    to,
    leader,
    servers: { [dead]: { running: false, fenced: true } },
    steps: `install n, upgrade ${upgrades}`,
    lost: 'nothing',
    falls: 'never',
  })),
  {
    ...same,
    title: 'E5b two replaced at once by empty ones, the third stays up',
    rebuilt: 'a b',
    steps: 'stop a b, install a b',
    lost: 'nothing',
    falls: 'lost-write at 2',
    why: cameBack,
  },
  {
    ...same,
    title: 'E5b two empty come up while the third is restarted',
    rebuilt: 'a b',
    steps: 'stop a b c, install a b, start c',
    lost: { faults: 0, families },
    falls: 'lost-write at 0',
  },
  {
    ...same,
    title: 'E5b one empty and one stale while the only up-to-date one restarts',
    rebuilt: 'a',
    servers: { b: { running: false } },
    steps: 'stop a c, start b, install a, start c',
    lost: { faults: 0, families },
    falls: 'lost-write at 0',
  },
  {
    ...same,
    title: 'E5b control: one empty, waited for, then the others',
    rebuilt: 'a',
    steps: 'stop a, install a, restart b c',
    lost: 'nothing',
    falls: 'lost-write at 2',
    why: 'two faults: a comes back before its disk is emptied, and b crashes: writes on a and b are on no disk that runs',
  },
  {
    title: 'X3 the replaced one (id 1) is not fenced and is switched on again',
    from: 'a b c',
    to: 'n b c',
    leader: 'c',
    steps: 'stop a, install n, upgrade b c',
    lost: 'nothing',
    falls: 'two-holders at 1',
    why: 'on 3.8.0 it was let in as a third follower, on 3.4.8 it waited; a second holder of one id is refused either way',
  },
  {
    title: 'X3b the replaced one (id 3) is not fenced and is switched on again',
    from: 'a b c',
    to: 'a b n',
    leader: 'b',
    steps: 'stop c, install n, upgrade a b',
    // Its coming back, and the death of both real followers.
    lost: { faults: 3, families },
    falls: 'two-holders at 1',
  },
  {
    title: 'E4 stop the three, start the three on the new list, then the new ones, ids kept',
    from: 'a b c',
    to: 'a b c d e',
    leader: 'c',
    steps: 'stop a b c, upgrade c b a, install d e',
    lost: 'nothing',
    falls: 'never',
  },
  {
    title: 'E4 stop the three, start the three on the new list, then the new ones, renumbering',
    from: '27.182 27.57 31.133',
    to: '27.182 27.57 30.129 30.220 31.133',
    leader: '31.133',
    steps: 'stop 27.182 27.57 31.133, upgrade 31.133 27.57 27.182, install 30.129 30.220',
    lost: 'nothing',
    falls: 'never',
  },
];
