// Does a change of the list within the running ensemble reach its end, or its beginning again, wherever the run dies?

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { edits } from '../../test/support/edits.js';
import { Crash } from '../../test/support/model-platform.js';
import { ensemble, host } from '../../test/support/model-plans.js';
import {
  afterAction,
  done,
  expectEnd,
  standing,
  standingAt,
  type Trial,
  type Trials,
  trialsFolder,
} from '../../test/support/model-run.js';
import type { Change } from '../model/change.js';
import type { Address, Ensemble } from '../model/ensemble.js';
import { makePlan } from '../plan/make-plan.js';

let trials: Trials;

beforeAll(async () => {
  trials = await trialsFolder();
});

afterAll(() => trials.end());

interface Example {
  readonly current: Ensemble;
  readonly change: Change;
  readonly leader: Address;
  readonly down?: readonly Address[];
}

const examples = {
  'a follower replaced': {
    current: ensemble(3),
    change: edits({ replace: [{ old: host(2), new: host(4) }] }),
    leader: host(3),
  },
  'the leader replaced': {
    current: ensemble(3),
    change: edits({ replace: [{ old: host(3), new: host(4) }] }),
    leader: host(3),
  },
  'three to five': { current: ensemble(3), change: edits({ add: [host(4), host(5)] }), leader: host(3) },
  'five to three': { current: ensemble(5), change: edits({ remove: [host(4), host(5)] }), leader: host(5) },
  'a dead member replaced': {
    current: ensemble(3),
    change: edits({ replace: [{ old: host(2), new: host(4) }] }),
    leader: host(3),
    down: [host(2)],
  },
  'an id that changes hands': {
    current: ensemble(3),
    change: {
      kind: 'target-with-ids',
      members: [
        { id: 1, address: host(1) },
        { id: 2, address: host(9) },
        { id: 3, address: host(3) },
      ],
    },
    leader: host(3),
  },
} as const satisfies Readonly<Record<string, Example>>;

type Name = keyof typeof examples;
const names = Object.keys(examples) as readonly Name[];

function trialOf(name: Name): Promise<Trial> {
  const example: Example = examples[name];
  const result = makePlan({
    platform: 'zookeeper',
    idPolicy: 'explicit',
    zookeeper: '3.8.0',
    cluster: null,
    createdBy: 'test',
    consents: { allowCascade: false, allowRenumber: false, allowOutage: false },
    spares: [],
    candidates: [],
    reconfigure: true,
    ...example,
  });
  if (result.kind !== 'planned') throw new Error(JSON.stringify(result));
  return trials.of(result.plan, { down: example.down ?? [] });
}

/** Runs and resumes until the end, also after actions that failed; what was wrong with the way or the end, or null. */
async function faultOf(trial: Trial): Promise<string | null> {
  let end = await trial.start();
  for (let sessions = 1; sessions < 200; sessions += 1) {
    const failed = end.kind === 'stopped' && end.failure.code === 'action-failed';
    if (end.kind !== 'crashed' && !failed) break;
    end = await trial.resume();
  }
  if (end.kind !== 'finished' && end.kind !== 'already-over') return JSON.stringify(end);
  if (trial.breaches.length > 0) return trial.breaches.join('; ');
  const [seen, wanted] = [standing(trial), standingAt(trial, trial.plan.to)].map((one) =>
    JSON.stringify(one),
  );
  return seen === wanted ? null : `${seen} instead of ${wanted}`;
}

describe.each(names)('%s', (name) => {
  test('goes as planned, and nobody that stays is touched', async () => {
    const trial = await trialOf(name);
    expect(await trial.start()).toEqual({ kind: 'finished' });
    expectEnd(trial);
    expect(done(trial)).toEqual(
      trial.plan.stages.flatMap((stage) => stage.steps.map((step) => `${step.kind} ${step.host}`)),
    );
  });

  test('is resumed to the same end, wherever it died', async () => {
    const straight = await trialOf(name);
    await straight.start();
    const faults: string[] = [];
    const points = [
      ...straight.records.map((_, index) => ({ record: index + 1, deed: 0 })),
      ...Array.from({ length: straight.cluster.deeds.count }, (_, index) => ({ record: 0, deed: index + 1 })),
    ];
    for (const point of points) {
      const trial = await trialOf(name);
      trial.onRecord = () => {
        if (trial.records.length === point.record) throw new Crash();
      };
      trial.cluster.trouble.onDeed = (count) => {
        if (count === point.deed) throw new Crash();
      };
      const fault = await faultOf(trial);
      if (fault !== null) faults.push(`${JSON.stringify(point)}: ${fault}`);
    }
    expect(faults).toEqual([]);
  });

  test('is undone from wherever it died in its stage', async () => {
    const straight = await trialOf(name);
    await straight.start();
    const faults: string[] = [];
    for (const [index, { kind }] of straight.records.entries()) {
      if (!kind.startsWith('step-')) continue;
      const trial = await trialOf(name);
      trial.onRecord = () => {
        if (trial.records.length === index + 1) throw new Crash();
      };
      await trial.start();
      trial.onRecord = () => undefined;
      const end = await trial.rollback();
      // A member that was dead before the change is none to come back by itself.
      const standingNow = JSON.stringify(standing(trial));
      const wanted = JSON.stringify(standingAt(trial, trial.plan.from));
      const fault =
        end.kind !== 'finished'
          ? JSON.stringify(end)
          : standingNow === wanted
            ? null
            : `${standingNow} instead of ${wanted}`;
      if (fault !== null || trial.breaches.length > 0)
        faults.push(`record ${index + 1} (${kind}): ${fault} ${trial.breaches.join('; ')}`);
    }
    expect(faults).toEqual([]);
  });
});

test('a change whose answer was lost is looked up, not repeated', async () => {
  const trial = await trialOf('the leader replaced');
  trial.cluster.trouble.mishap = (action) => (action.kind === 'remove' ? { ends: 'unknown' } : null);
  expect(await trial.start()).toEqual({ kind: 'finished' });
  expectEnd(trial);
  expect(done(trial).filter((label) => label.startsWith('remove'))).toHaveLength(1);
});

test('a newcomer whose data differs starts again from an empty disk', async () => {
  const trial = await trialOf('a follower replaced');
  const { servers } = trial.cluster;
  afterAction(trial, `add ${host(4)}`, () => {
    servers.server(host(4)).diverged = true;
  });
  expect(await trial.start()).toEqual({ kind: 'finished' });
  expectEnd(trial);
  expect(done(trial).slice(2, 4)).toEqual([`stop ${host(4)}`, `join ${host(4)}`]);
});

test('a list that somebody else has changed stops the run', async () => {
  const trial = await trialOf('a follower replaced');
  const { servers } = trial.cluster;
  afterAction(trial, `join ${host(4)}`, () => servers.service.changeList(ensemble(3), ensemble(2)));
  const end = await trial.start();
  expect(end.kind === 'stopped' ? end.failure.code : end.kind).toBe('unexpected-configuration');
});

function moments(most: number): fc.Arbitrary<number[]> {
  return fc.uniqueArray(fc.integer({ min: 1, max: most }), { maxLength: 4 });
}

test('a run that dies, whose actions break off and whose leader changes at any moments reaches its end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...names),
      fc.record({ record: moments(40), deed: moments(25) }),
      fc.array(
        fc.option(fc.record({ deeds: fc.nat(4), ends: fc.constant('unknown' as const) }), { freq: 3 }),
        {
          maxLength: 15,
        },
      ),
      fc.array(fc.nat(12), { maxLength: 15 }),
      async (name, died, accidents, leaders) => {
        const trial = await trialOf(name);
        const { servers, trouble } = trial.cluster;
        let deeds = 0;
        trial.onRecord = () => {
          if (died.record.includes(trial.records.length)) throw new Crash();
        };
        trouble.onDeed = () => {
          deeds += 1;
          if (died.deed.includes(deeds)) throw new Crash();
        };
        trouble.mishap = (_, count) => accidents[count] ?? null;
        trouble.afterAction = (_, count) => {
          const next = servers.serving[leaders[count] ?? Infinity];
          if (next !== undefined) servers.service.moveLeader(next);
        };
        expect(await faultOf(trial)).toBeNull();
      },
    ),
    { numRuns: 60 },
  );
});
