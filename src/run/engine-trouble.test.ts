// Does a run stop with the right reason, touch nothing more, and go on once the trouble is over?

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleTrial, host } from '../../test/support/model-plans.js';
import {
  afterAction,
  done,
  expectEnd,
  standing,
  type Trial,
  type Trials,
  trialsFolder,
} from '../../test/support/model-run.js';
import type { FailureCode } from './failure.js';

let trials: Trials;

beforeAll(async () => {
  trials = await trialsFolder();
});

afterAll(() => trials.end());

/** Replaces host 2 of three by host 25, under the leader 3: stop 2, fence 2, install 25, upgrade 1, upgrade 3 on 3.8. */
const replacement = (version = '3.8.0'): Promise<Trial> =>
  exampleTrial(trials, 'one of three replaced', version);

interface Misbehaviour {
  readonly what: string;
  readonly version?: string;
  /** Sets the trouble up, before the run. */
  readonly begin: (trial: Trial) => void;
  readonly code: FailureCode;
  /** The last action before the run stopped. */
  readonly after: string;
  readonly mend: (trial: Trial) => void;
}

const misbehaviours: readonly Misbehaviour[] = [
  {
    what: 'a member that dies while a gate holds',
    begin: (trial) =>
      afterAction(trial, 'install 10.0.0.25', () => trial.cluster.servers.halt(host(1)), 1500),
    code: 'member-down',
    after: 'install 10.0.0.25',
    mend: (trial) => trial.cluster.servers.boot(host(1)),
  },
  {
    what: 'a member that dies between two looks',
    begin: (trial) => afterAction(trial, 'install 10.0.0.25', () => trial.cluster.servers.halt(host(1))),
    code: 'member-down',
    after: 'install 10.0.0.25',
    mend: (trial) => trial.cluster.servers.boot(host(1)),
  },
  {
    what: 'a member that runs and never serves',
    begin: (trial) => {
      afterAction(trial, 'install 10.0.0.25', () => {
        trial.cluster.trouble.service = (seen) =>
          seen.address === host(1) ? { ...seen, mode: null, epoch: null } : seen;
      });
    },
    code: 'gate-limit',
    // It may be restarted itself; nobody else may.
    after: 'upgrade 10.0.0.1',
    mend: (trial) => (trial.cluster.trouble.service = (seen) => seen),
  },
  {
    what: 'writes that do not come back',
    begin: (trial) => (trial.cluster.trouble.brokenWrites = host(1)),
    code: 'gate-limit',
    after: 'nothing',
    mend: (trial) => (trial.cluster.trouble.brokenWrites = null),
  },
  {
    what: 'more followers than there can be',
    begin: (trial) => {
      afterAction(trial, 'install 10.0.0.25', () => {
        trial.cluster.trouble.service = (seen) =>
          seen.mode === 'leader' ? { ...seen, syncedFollowers: 4 } : seen;
      });
    },
    code: 'intruder',
    after: 'install 10.0.0.25',
    mend: (trial) => (trial.cluster.trouble.service = (seen) => seen),
  },
  {
    what: 'two leaders that stay',
    begin: (trial) => {
      afterAction(trial, 'install 10.0.0.25', () => {
        trial.cluster.trouble.service = (seen) =>
          seen.address === host(1) ? { ...seen, mode: 'leader' } : seen;
      });
    },
    code: 'two-leaders',
    after: 'install 10.0.0.25',
    mend: (trial) => (trial.cluster.trouble.service = (seen) => seen),
  },
  {
    what: 'a follower that differs, and that the stage has not restarted',
    begin: (trial) => afterAction(trial, 'install 10.0.0.25', () => differ(trial, host(1))),
    code: 'diverged',
    after: 'install 10.0.0.25',
    mend: (trial) => agree(trial),
  },
  {
    what: 'two servers that differ',
    begin: (trial) =>
      afterAction(trial, 'upgrade 10.0.0.1', () => {
        differ(trial, host(1));
        differ(trial, host(25));
      }),
    code: 'diverged',
    after: 'upgrade 10.0.0.1',
    mend: (trial) => agree(trial),
  },
  {
    what: 'a leader that differs',
    begin: (trial) => afterAction(trial, 'upgrade 10.0.0.1', () => differ(trial, host(3))),
    code: 'diverged',
    after: 'upgrade 10.0.0.1',
    mend: (trial) => agree(trial),
  },
  {
    what: 'a list that somebody else wrote, and a server restarted on it',
    begin: (trial) =>
      afterAction(trial, 'install 10.0.0.25', () => {
        const server = trial.cluster.servers.server(host(1));
        server.list = trial.plan.from.slice(0, 2);
        server.configuredAt = trial.cluster.servers.now;
      }),
    code: 'unexpected-configuration',
    after: 'install 10.0.0.25',
    version: '3.4.8',
    mend: (trial) => {
      const server = trial.cluster.servers.server(host(1));
      server.list = server.process?.list ?? null;
      server.configuredAt = 0;
    },
  },
  {
    what: 'another list than the file says',
    begin: (trial) => {
      afterAction(
        trial,
        'install 10.0.0.25',
        () => {
          trial.cluster.trouble.service = (seen) =>
            seen.address === host(1) && seen.ensemble
              ? { ...seen, ensemble: seen.ensemble.slice(0, 2) }
              : seen;
        },
        1500,
      );
    },
    code: 'wrong-member',
    after: 'install 10.0.0.25',
    mend: (trial) => (trial.cluster.trouble.service = (seen) => seen),
  },
  {
    what: 'a host that can’t be asked',
    begin: (trial) =>
      afterAction(trial, 'install 10.0.0.25', () => trial.cluster.trouble.silent.add(host(1))),
    code: 'host-unknown',
    after: 'install 10.0.0.25',
    mend: (trial) => trial.cluster.trouble.silent.clear(),
  },
  {
    what: 'a budget that is spent',
    begin: (trial) =>
      afterAction(trial, 'install 10.0.0.25', () => (trial.cluster.trouble.canary = { unavailableMs: 1e6 })),
    code: 'budget-spent',
    after: 'install 10.0.0.25',
    mend: (trial) => (trial.cluster.trouble.canary = {}),
  },
  {
    what: 'a read that does not find an acknowledged write',
    begin: (trial) =>
      afterAction(trial, 'install 10.0.0.25', () => (trial.cluster.trouble.canary = { readsMissing: 1 })),
    code: 'lost-writes',
    after: 'install 10.0.0.25',
    mend: (trial) => (trial.cluster.trouble.canary = {}),
  },
  {
    what: 'writes that stand still',
    begin: (trial) =>
      afterAction(
        trial,
        'install 10.0.0.25',
        () => (trial.cluster.trouble.canary = { sinceLastWriteMs: 60_000 }),
      ),
    code: 'gate-limit',
    after: 'install 10.0.0.25',
    mend: (trial) => (trial.cluster.trouble.canary = {}),
  },
  {
    what: 'an action that fails',
    begin: (trial) => {
      trial.cluster.trouble.mishap = ({ kind }) => (kind === 'install' ? { deeds: 0, ends: 'failed' } : null);
    },
    code: 'action-failed',
    after: 'install 10.0.0.25',
    mend: (trial) => (trial.cluster.trouble.mishap = () => null),
  },
];

function differ(trial: Trial, address: string): void {
  trial.cluster.servers.server(address).diverged = true;
}

function agree(trial: Trial): void {
  for (const server of trial.cluster.servers.servers.values()) server.diverged = false;
}

describe('a run in trouble', () => {
  test.each(misbehaviours)('$what stops it ($code), and it goes on once that is mended', async (given) => {
    const trial = await replacement(given.version);
    given.begin(trial);
    const end = await trial.start();
    expect(end).toMatchObject({ kind: 'stopped', failure: { code: given.code } });
    expect(done(trial).at(-1) ?? 'nothing').toBe(given.after);
    expect(await trial.state()).toMatchObject({ status: 'stopped', failure: { code: given.code } });
    const stood = standing(trial);
    expect(await trial.resume()).toMatchObject({ kind: 'stopped' });
    expect(standing(trial)).toEqual(stood);
    given.mend(trial);
    expect(await trial.resume()).toEqual({ kind: 'finished' });
    expectEnd(trial);
  });
});
