// Does a run that is cut off anywhere reach the end that it would have reached?

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Crash } from '../../test/support/model-platform.js';
import { type ExampleName, exampleNames, exampleTrial, versions } from '../../test/support/model-plans.js';
import { stepInFlight } from './run-state.js';
import { standing, standingAt, type Trial, type Trials, trialsFolder } from '../../test/support/model-run.js';

let trials: Trials;

beforeAll(async () => {
  trials = await trialsFolder();
});

afterAll(() => trials.end());

/** Runs and resumes until the end; what was wrong with the way or the end, in one line, or null. */
async function faultOf(trial: Trial): Promise<string | null> {
  let end = await trial.start();
  for (let sessions = 1; end.kind === 'crashed' && sessions < 200; sessions += 1) end = await trial.resume();
  // Whoever dies after the last record has finished.
  if (end.kind !== 'finished' && end.kind !== 'already-over') return JSON.stringify(end);
  if (trial.breaches.length > 0) return trial.breaches.join('; ');
  const [seen, wanted] = [standing(trial), standingAt(trial, trial.plan.to)].map((one) =>
    JSON.stringify(one),
  );
  if (seen !== wanted) return `${seen} instead of ${wanted}`;
  return trial.cluster.held.by === null ? null : 'the lock is still held';
}

/** Dies after the given counts of records, deeds of actions, and last things of a run. */
function dyingAfter(
  trial: Trial,
  counts: Readonly<Record<'record' | 'deed' | 'end', readonly number[]>>,
): Trial {
  const seen = { record: 0, deed: 0, end: 0 };
  const count = (what: 'record' | 'deed' | 'end'): void => {
    seen[what] += 1;
    if (counts[what].includes(seen[what])) throw new Crash();
  };
  trial.onRecord = () => count('record');
  trial.cluster.trouble.onDeed = () => count('deed');
  trial.cluster.trouble.beforeEnd = () => count('end');
  return trial;
}

function upTo(most: number): readonly number[] {
  return Array.from({ length: most }, (_, index) => index + 1);
}

function moments(most: number): fc.Arbitrary<number[]> {
  return fc.uniqueArray(fc.integer({ min: 1, max: most }), { maxLength: 4 });
}

const never = { record: [], deed: [], end: [] };

describe('a run that dies once', () => {
  test.each<readonly [ExampleName, string]>([
    ['one of three replaced', '3.4.8'],
    ['one of three replaced', '3.8.0'],
    ['a lost member replaced', '3.4.8'],
    ['a member rebuilt', '3.8.0'],
    ['three to five', '3.4.8'],
    ['one to three', '3.4.14'],
    ['a renumbering with a full stop', '3.4.8'],
    ['ids given by hand', '3.4.14'],
  ])('%s on %s: is resumed to the same end, wherever it died', async (name, version) => {
    const straight = await exampleTrial(trials, name, version);
    expect(await straight.start()).toEqual({ kind: 'finished' });
    const points = [
      ...upTo(straight.records.length).map((at) => ({ ...never, record: [at] })),
      ...upTo(straight.cluster.deeds.count).map((at) => ({ ...never, deed: [at] })),
      ...upTo(4).map((at) => ({ ...never, end: [at] })),
    ];
    const faults: string[] = [];
    for (const point of points) {
      const fault = await faultOf(dyingAfter(await exampleTrial(trials, name, version), point));
      if (fault !== null) faults.push(`${JSON.stringify(point)}: ${fault}`);
    }
    expect(faults).toEqual([]);
  });
});

test.each(['3.4.8', '3.8.0'])(
  'on %s: a run that dies soon after an action broke off, and nobody knows where, reaches its end',
  async (version) => {
    const straight = await exampleTrial(trials, 'one of three replaced', version);
    await straight.start();
    for (const [broken] of straight.cluster.actions.entries()) {
      for (const deeds of [1, 3]) {
        for (const later of [1, 2]) {
          const trial = await exampleTrial(trials, 'one of three replaced', version);
          trial.cluster.trouble.mishap = (_, count) => {
            if (count !== broken) return null;
            const died = trial.records.length + later;
            trial.onRecord = () => {
              if (trial.records.length === died) throw new Crash();
            };
            return { deeds, ends: 'unknown' };
          };
          expect(await faultOf(trial), `action ${broken} after ${deeds}, and ${later}`).toBeNull();
        }
      }
    }
  },
);

test('a run that dies after each record in turn reaches its end', async () => {
  for (const name of exampleNames) {
    const trial = await exampleTrial(trials, name, '3.8.0');
    const reached = new Set<string>();
    trial.onRecord = ({ kind }, state) => {
      const step = stepInFlight(state)?.step;
      const where = `${kind} ${state.stages.length} ${step?.kind} ${step?.host}`;
      if (kind === 'run-resumed' || kind === 'run-finished' || reached.has(where)) return;
      reached.add(where);
      throw new Crash();
    };
    expect(await faultOf(trial), name).toBeNull();
  }
});

test('a run that dies, or whose actions break off, at any moments reaches its end', async () => {
  const accident = fc.record({
    deeds: fc.nat(5),
    ends: fc.constantFrom('failed' as const, 'unknown' as const),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...exampleNames),
      fc.constantFrom(...versions),
      fc.record({ record: moments(60), deed: moments(40), end: moments(6) }),
      fc.array(fc.option(accident, { freq: 3 }), { maxLength: 20 }),
      fc.array(fc.nat(20), { maxLength: 20 }),
      async (name, version, counts, accidents, leaders) => {
        const trial = dyingAfter(await exampleTrial(trials, name, version), counts);
        trial.cluster.trouble.mishap = (_, count) => accidents[count] ?? null;
        const { servers } = trial.cluster;
        trial.cluster.trouble.afterAction = (_, count) => {
          const next = servers.serving[leaders[count] ?? Infinity];
          if (next !== undefined) servers.service.moveLeader(next);
        };
        expect(await faultOf(resumedAfterFailure(trial))).toBeNull();
      },
    ),
    { numRuns: 40 },
  );
});

/** An operator who resumes whenever an action has failed. */
function resumedAfterFailure(trial: Trial): Trial {
  return { ...trial, start: () => crashOnFailure(trial.start), resume: () => crashOnFailure(trial.resume) };
}

async function crashOnFailure(work: Trial['start']): ReturnType<Trial['start']> {
  const end = await work();
  return end.kind === 'stopped' && end.failure.code === 'action-failed' ? { kind: 'crashed' } : end;
}
