// How far the agents are, from what the journal and the run's process say of them.

import type { JournalRecord } from '../../run/journal-record.js';

/** An agent that could not be changed, with what was seen of it. */
export interface AgentFault {
  readonly agent: string;
  readonly seen: string;
}

/** The last round over the agents. */
export interface AgentsGrid {
  readonly sentence: string;
  readonly total: number;
  readonly done: number;
  readonly atWork: number;
  /** At least as many as there are `faults`: what was seen of an agent is journalled at the end of the round only. */
  readonly failed: number;
  readonly faults: readonly AgentFault[];
  /** The journal's or the process's own words. */
  readonly words: string;
}

/** Null while no round over the agents has begun. `progress`: what the process says of the duty at hand. */
export function agentsGrid(records: readonly JournalRecord[], progress: string | null): AgentsGrid | null {
  const begun = records.findLast((record) => record.kind === 'duty-intent' && record.duty === 'agents');
  if (begun?.kind !== 'duty-intent') return null;
  const told = records.findLast(
    (record) => (record.kind === 'duty-acted' || record.kind === 'duty-done') && record.id === begun.id,
  );
  const evidence = told?.kind === 'duty-acted' || told?.kind === 'duty-done' ? told.evidence : [];
  const over = told?.kind === 'duty-done';
  const now = over || progress === null || !progress.startsWith('agents') ? null : progress;
  // What an earlier session left undone counts no more once this one has begun: it is tried again.
  const again = told !== undefined && told.seq < begun.seq;
  const counted = evidence.find((line) => /^\d+ of \d+ agents/.test(line));
  const words = now ?? (again ? begun.sentence : (counted ?? evidence[0] ?? begun.sentence));
  const counts = /(\d+) of (\d+)/.exec(now ?? counted ?? '');
  const announced = /the (\d+) agents/.exec(begun.sentence)?.[1] ?? '1';
  const faults = again ? [] : evidence.flatMap(faultIn);
  return {
    sentence: begun.sentence,
    total: Number(counts?.[2] ?? announced),
    done: Number(counts?.[1] ?? 0),
    atWork: Number(/(\d+) at work/.exec(words)?.[1] ?? 0),
    failed: Math.max(faults.length, Number(/(\d+) failed/.exec(words)?.[1] ?? 0)),
    faults,
    words,
  };
}

/** `10.0.1.7: docker ps ends with 1`, or the same with `was left out`. */
function faultIn(line: string): readonly AgentFault[] {
  const [, agent = '', seen = ''] = /^(\S+?)(?: was left out)?: (.+)$/.exec(line) ?? [];
  return agent === '' ? [] : [{ agent, seen }];
}
