// What the engine itself costs: from 'the gate's condition became true', plus the time that it must hold, to the next action.

import { readJournal } from '../src/run/journal.js';

/** In ms, over all steps of a run that were followed by another. */
export interface Overhead {
  readonly median: number;
  readonly worst: number;
  readonly count: number;
}

/** Read off the journal: a gate that held for longer than it had to, and the time until the next intent was on disk. */
export async function gateOverheadMs(journal: string): Promise<Overhead> {
  const reading = await readJournal(journal);
  if (reading.kind !== 'read') throw new Error(`${journal}: ${reading.kind}`);
  const { records } = reading;
  const [first] = records;
  const holdMs = first?.kind === 'run-started' ? first.settings.holdMs : 0;
  const overheads = records.flatMap((record, index) => {
    const next = records[index + 1];
    if (record.kind !== 'step-done' || next?.kind !== 'step-intent') return [];
    const needed = next.step.kind === 'stop' || next.step.kind === 'upgrade' ? holdMs : 0;
    return [record.heldMs - needed + Date.parse(next.at) - Date.parse(record.at)];
  });
  const sorted = overheads.toSorted((a, b) => a - b);
  return {
    median: sorted[Math.floor(sorted.length / 2)] ?? 0,
    worst: sorted.at(-1) ?? 0,
    count: sorted.length,
  };
}
