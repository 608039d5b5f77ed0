// Does the state that a process keeps while it runs agree with the one that its journal tells the next process?

import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Crash } from '../../test/support/model-platform.js';
import { type ExampleName, exampleTrial } from '../../test/support/model-plans.js';
import { type Trial, type Trials, trialsFolder } from '../../test/support/model-run.js';
import { describeEnsemble } from '../model/ensemble.js';
import type { JournalRecord } from './journal-record.js';
import { readJournalText } from './journal.js';
import {
  applyRecord,
  foldJournal,
  lastSafeEnsemble,
  type RunState,
  stepInFlight,
  touchedHosts,
} from './run-state.js';

let trials: Trials;

beforeAll(async () => {
  trials = await trialsFolder();
});

afterAll(() => trials.end());

interface Told {
  readonly record: JournalRecord;
  readonly state: RunState;
}

/** A run that dies four times and is then finished or rolled back, with the state after each of its records. */
async function eventful(
  name: ExampleName,
  work: 'resume' | 'rollback',
): Promise<readonly [Trial, readonly Told[]]> {
  const trial = await exampleTrial(trials, name, '3.8.0');
  const told: Told[] = [];
  trial.onRecord = (record, state) => {
    told.push({ record, state });
    if ([4, 9, 13, 17].includes(told.length)) throw new Crash();
  };
  trial.cluster.trouble.mishap = (_, count) => (count === 3 ? { deeds: 1, ends: 'unknown' } : null);
  let end = await trial.start();
  for (let sessions = 1; end.kind === 'crashed'; sessions += 1)
    end = await (sessions === 2 ? trial[work]() : trial.resume());
  expect(end).toEqual({ kind: 'finished' });
  return [trial, told];
}

describe('the fold of a journal', () => {
  test.each<readonly [ExampleName, 'resume' | 'rollback']>([
    ['one of three replaced', 'resume'],
    ['one of three replaced', 'rollback'],
    ['a cascade', 'resume'],
    ['three to five', 'rollback'],
  ])('%s, %s: is at every record what the running process knew', async (name, work) => {
    const [trial, told] = await eventful(name, work);
    const lines = (await readFile(trial.folder.journal, 'utf8')).split('\n').slice(0, -1);
    expect(lines.length).toBe(told.length);
    for (const [index, { record, state }] of told.entries()) {
      const reading = readJournalText(`${lines.slice(0, index + 1).join('\n')}\n`);
      if (reading.kind !== 'read') throw new Error(JSON.stringify(reading));
      expect(foldJournal(reading.records)).toEqual(state);
      expect(state).toMatchObject({ records: index + 1, lastAt: Date.parse(record.at) });
    }
  });

  test.each<readonly [ExampleName, 'resume' | 'rollback']>([
    ['a cascade', 'resume'],
    ['one of three replaced', 'rollback'],
  ])(
    '%s, %s: knows which step is under way, who may be half-way, and where it is safe',
    async (name, work) => {
      const [trial, told] = await eventful(name, work);
      const ensembles = [trial.plan.from, ...trial.plan.stages.map((stage) => stage.ensemble)].map(
        describeEnsemble,
      );
      for (const { record, state } of told) {
        const inFlight = stepInFlight(state);
        if (record.kind === 'step-intent') {
          expect(inFlight?.step).toEqual(record.step);
          expect(touchedHosts(state)).toContain(record.step.host);
        }
        if (record.kind === 'step-acted')
          expect(inFlight).toMatchObject({ step: { id: record.id }, result: record.result });
        if (record.kind === 'step-done') expect(inFlight).toBeNull();
        if (record.kind === 'stage-done') {
          if (state.undoes === null) expect(touchedHosts(state)).toEqual([]);
          expect(lastSafeEnsemble(state)).toEqual(record.ensemble);
        }
        expect(ensembles).toContain(describeEnsemble(lastSafeEnsemble(state)));
      }
      const last = told.at(-1)?.state;
      expect(last).toMatchObject({ status: 'finished', undoes: work === 'rollback' ? 1 : null });
    },
  );

  test('begins with the beginning', () => {
    const record: JournalRecord = {
      seq: 0,
      at: '2026-01-01T00:00:00.000Z',
      previous: '',
      kind: 'run-finished',
    };
    expect(() => applyRecord(null, record)).toThrow(/begins with run-started/);
    expect(foldJournal([])).toBeNull();
  });
});
