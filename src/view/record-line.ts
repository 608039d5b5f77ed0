// How one record of a journal reads in a log: a line, with the evidence where it matters.

import { describeEnsemble } from '../model/ensemble.js';
import type { JournalRecord } from '../run/journal-record.js';
import type { RunState } from '../run/run-state.js';
import { duration, plural } from './figures.js';
import { givenWords } from './given-words.js';
import { stageTitle } from './live-frame.js';
import { clock } from './moments.js';

/** The line of a record, or null for one that only machines need. `state` is the fold including the record. */
export function recordLine(record: JournalRecord, state: RunState): string | null {
  const text = sentence(record, state);
  return text === null ? null : `${record.at.slice(11, 19)} ${text}`;
}

function sentence(record: JournalRecord, state: RunState): string | null {
  switch (record.kind) {
    case 'run-started':
      return `${record.purpose} ${record.run} on ${record.cluster}: ${plural(record.plan.stages.length, 'stage')}`;
    case 'run-resumed':
      return `resumed by ${record.by}`;
    case 'stage-started': {
      const stage = state.plan.stages.find((planned) => planned.number === record.stage);
      return `${stage ? stageTitle(stage, state) : `stage ${record.stage}`} (${record.leader ?? 'nobody'} leads, epoch ${record.epoch ?? '?'})`;
    }
    case 'step-intent':
      return `  ${record.step.id} ${record.step.kind} ${record.step.host}: ${record.step.reason}`;
    case 'step-acted':
      return record.result === 'done'
        ? null
        : `  ${record.id} ${record.result}: ${record.evidence.join('; ')}`;
    case 'step-done':
      return `  ${record.id} done in ${duration(record.tookMs)}, ${record.gate.leader ?? 'nobody'} leads`;
    case 'approval-wanted':
      return record.until === undefined
        ? `  waits for approval: ${record.question}`
        : `  quiet until ${clock(new Date(record.until).toISOString())}, while everything is watched (succession approve ${state.run} goes on now)`;
    case 'approval-given':
      return record.via === 'timer' ? '  the quiet time is over' : `  approved ${givenWords(record)}`;
    case 'duty-intent':
      return `  ${record.sentence}`;
    case 'duty-acted':
      return record.result === 'done'
        ? null
        : `  ${record.id} ${record.result}: ${record.evidence.join('; ')}`;
    case 'duty-done':
      return `  ${record.id} ${record.waivedBy === null ? 'done' : `waived by ${record.waivedBy}`} in ${duration(record.tookMs)}${record.evidence.length > 0 ? `: ${record.evidence.slice(0, 3).join('; ')}` : ''}`;
    case 'reseed':
      return `  ${record.host} starts again from an empty disk: ${record.evidence}`;
    case 'deviation':
      return `  deviation: ${record.message}`;
    case 'stage-done':
      return `stage ${record.stage} done: ${describeEnsemble(record.ensemble)}`;
    case 'rollback-started':
      return `rollback by ${record.by}: back to ${describeEnsemble(record.stage.ensemble)}`;
    case 'run-paused':
      return `paused: ${record.reason}`;
    case 'run-stopped':
      return `stopped (${record.failure.code}): ${record.failure.message}`;
    case 'audited': {
      const lost = record.members.reduce((sum, member) => sum + member.lost, 0);
      return `${plural(record.acknowledged, 'acknowledged write')} looked up on ${plural(record.members.length, 'member')}: ${lost} lost`;
    }
    case 'run-finished':
      return 'finished';
    case 'run-abandoned':
      return `abandoned by ${record.by}: ${record.reason}`;
  }
}
