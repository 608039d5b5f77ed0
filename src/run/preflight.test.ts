// Is a run refused, before anything is changed, when the cluster is not the one that the plan was made for?

import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleTrial, host } from '../../test/support/model-plans.js';
import {
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

/** Host 2 of three is replaced by host 25, under the leader 3. */
const refusals: readonly {
  readonly what: string;
  readonly code: FailureCode;
  readonly says: RegExp;
  readonly spoil: (trial: Trial) => void;
}[] = [
  {
    what: 'servers of another family of versions',
    code: 'not-as-planned',
    says: /run ZooKeeper 3\.4\.8.*other rules than 3\.8\.0/,
    spoil: ({ cluster }) =>
      (cluster.trouble.service = (seen) => ({ ...seen, version: seen.version && '3.4.8' })),
  },
  {
    what: 'data on the newcomer',
    code: 'leftover-data',
    says: /10\.0\.0\.25 holds the data/,
    spoil: ({ cluster }) => (cluster.servers.server(host(25)).hasFiles = true),
  },
  {
    what: 'a newcomer that runs already',
    code: 'leftover-data',
    says: /10\.0\.0\.25/,
    spoil: ({ cluster, plan }) => {
      cluster.servers.configure(host(25), plan.to);
      cluster.servers.boot(host(25));
    },
  },
  {
    what: 'a newcomer that can’t be asked',
    code: 'host-unknown',
    says: /10\.0\.0\.25 can't be asked/,
    spoil: ({ cluster }) => cluster.trouble.silent.add(host(25)),
  },
  {
    what: 'servers that keep their list themselves',
    code: 'not-as-planned',
    says: /reconfigEnabled=true/,
    spoil: ({ cluster }) => (cluster.trouble.service = (seen) => ({ ...seen, listVersion: '0x100000000' })),
  },
  {
    what: 'a member that can’t be asked',
    code: 'host-unknown',
    says: /10\.0\.0\.1 can't be asked/,
    spoil: ({ cluster }) => cluster.trouble.silent.add(host(1)),
  },
  {
    what: 'a member that is down',
    code: 'member-down',
    says: /10\.0\.0\.1 is down/,
    spoil: ({ cluster }) => cluster.servers.halt(host(1)),
  },
  {
    what: 'a member that holds the list of the first stage already',
    code: 'not-as-planned',
    says: /10\.0\.0\.1 already holds the list of stage 1/,
    spoil: ({ cluster, plan }) => {
      cluster.servers.configure(host(1), plan.to);
      cluster.servers.halt(host(1));
      cluster.servers.boot(host(1));
    },
  },
  {
    what: 'a member with a list of neither side',
    code: 'unexpected-configuration',
    says: /10\.0\.0\.1 is not configured/,
    spoil: ({ cluster, plan }) =>
      (cluster.trouble.service = (seen) =>
        seen.address === host(1) ? { ...seen, ensemble: plan.from.slice(0, 2) } : seen),
  },
  {
    what: 'two leaders',
    code: 'two-leaders',
    says: /two servers lead/,
    spoil: ({ cluster }) =>
      (cluster.trouble.service = (seen) => (seen.address === host(1) ? { ...seen, mode: 'leader' } : seen)),
  },
];

test.each(refusals)('$what: $code, and nothing was changed', async ({ code, says, spoil }) => {
  const trial = await exampleTrial(trials, 'one of three replaced', '3.8.0');
  spoil(trial);
  const stood = standing(trial);
  const end = await trial.start();
  expect(end).toMatchObject({ kind: 'refused', failure: { code } });
  expect(end.kind === 'refused' && end.failure.message).toMatch(says);
  // There is no run to go on with.
  expect(end.kind === 'refused' && end.failure.next.join()).not.toContain('then resume');
  expect(done(trial)).toEqual([]);
  expect(standing(trial)).toEqual(stood);
  expect(trial.cluster.held.by).toBeNull();
  expect(existsSync(trial.folder.path)).toBe(false);
});

test('a cluster as planned is not refused, nor one whose lost member makes way', async () => {
  for (const name of ['one of three replaced', 'a lost member replaced'] as const) {
    const trial = await exampleTrial(trials, name, '3.8.0');
    expect(await trial.start()).toEqual({ kind: 'finished' });
    expectEnd(trial);
  }
});
