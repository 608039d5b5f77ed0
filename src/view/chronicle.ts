// What does a journal tell that its fold forgets: who did what when, what actions said, who led in between?

import type { JournalRecord } from '../run/journal-record.js';
import { plural } from './figures.js';
import { givenWords } from './given-words.js';
import type { HistoryEntry, LeaderEntry, StepReport } from './report.js';

type JournalKind<K extends JournalRecord['kind']> = JournalRecord & { readonly kind: K };

/** What a step's own records say, by the step's id. */
export type ToldStep = Pick<StepReport, 'actedMs' | 'evidence' | 'proof'>;

/** Each step's action: how long it took, what it said, what was proved before it. */
export function toldSteps(records: readonly JournalRecord[]): ReadonlyMap<string, ToldStep> {
  const told = new Map<string, ToldStep & { readonly begunAt: number }>();
  for (const record of records) {
    const at = Date.parse(record.at);
    if (record.kind === 'step-intent')
      told.set(record.step.id, { begunAt: at, actedMs: null, evidence: [], proof: record.proof ?? null });
    if (record.kind !== 'step-acted') continue;
    const known = told.get(record.id);
    if (known) told.set(record.id, { ...known, actedMs: at - known.begunAt, evidence: record.evidence });
  }
  return told;
}

/** Who led, each time that it was news: another leader, or the same one under another epoch. */
export function leadersIn(records: readonly JournalRecord[]): readonly LeaderEntry[] {
  const seen = records.flatMap((record): readonly LeaderEntry[] => {
    if (record.kind === 'stage-started')
      return [{ at: record.at, leader: record.leader, epoch: record.epoch, step: null }];
    if (record.kind !== 'step-done') return [];
    return [{ at: record.at, leader: record.gate.leader, epoch: record.gate.epoch, step: record.id }];
  });
  return seen.filter((entry, index) => {
    const before = seen[index - 1];
    return before === undefined || before.leader !== entry.leader || before.epoch !== entry.epoch;
  });
}

/** What people did, and what they should know of, in order of time. */
export function historyOf(records: readonly JournalRecord[]): readonly HistoryEntry[] {
  return records.flatMap((record) => {
    const entry = entryOf(record);
    return entry === null ? [] : [{ at: record.at, ...entry }];
  });
}

function entryOf(record: JournalRecord): Omit<HistoryEntry, 'at'> | null {
  switch (record.kind) {
    case 'run-started':
      return { kind: 'started', by: record.by, text: startWords(record) };
    case 'run-resumed':
      return { kind: 'resumed', by: record.by, text: `went on, with succession ${record.version}` };
    case 'duty-done':
      return record.waivedBy === null
        ? null
        : { kind: 'waived', by: record.waivedBy, text: `${record.id}: ${record.evidence[0] ?? ''}` };
    case 'reseed':
      return {
        kind: 'deviation',
        by: null,
        text: `${record.host} starts again from an empty disk: ${record.evidence}`,
      };
    case 'deviation':
      return { kind: 'deviation', by: null, text: record.message };
    case 'approval-given':
      return record.via === 'timer'
        ? null
        : { kind: 'approved', by: record.by, text: `${record.id}, ${givenWords(record)}` };
    case 'rollback-started':
      return { kind: 'rollback', by: record.by, text: `gave up stage ${record.undoes} and went back` };
    case 'run-paused':
      return { kind: 'paused', by: null, text: record.reason };
    case 'run-stopped':
      return { kind: 'stopped', by: null, text: `${record.failure.code}: ${record.failure.message}` };
    case 'run-finished':
      return { kind: 'finished', by: null, text: 'every stage is done' };
    case 'run-abandoned':
      return { kind: 'abandoned', by: record.by, text: record.reason };
    case 'stage-started':
    case 'step-intent':
    case 'step-acted':
    case 'step-done':
    case 'duty-intent':
    case 'duty-acted':
    case 'stage-done':
    case 'approval-wanted':
    case 'audited':
      return null;
  }
}

function startWords({ plan, version }: JournalKind<'run-started'>): string {
  return `began a plan of ${plural(plan.stages.length, 'stage')}, with succession ${version}`;
}
