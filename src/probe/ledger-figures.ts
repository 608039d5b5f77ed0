// What does a ledger say about a window of time?

import { stat } from 'node:fs/promises';
import { type GapFigures, GapMeter } from './gaps.js';
import { type LedgerEntry, readLedger } from './ledger.js';

/** What canaries saw within a window. */
export interface LedgerFigures extends GapFigures {
  readonly acknowledged: number;
  /** Writes whose outcome is unknown. */
  readonly unknown: number;
  /** Acknowledged writes that a later read did not find. */
  readonly readsMissing: number;
  /** ms from the last acknowledged write to the end of the window, or of the ledger; null without one. */
  readonly sinceLastWriteMs: number | null;
}

/**
 * The figures from `fromMs` (included) to `toMs` (not included), ms since the epoch. Times at which no canary lived
 * are no gaps. Throws when the file can't be read.
 */
export async function measureLedger(
  file: string,
  window: { readonly fromMs: number; readonly toMs: number },
): Promise<LedgerFigures> {
  const { fromMs, toMs } = window;
  const meter = new GapMeter(fromMs, toMs);
  const counts = { acknowledged: 0, unknown: 0, missing: 0 };
  let lastWriteAt: number | undefined;
  let endMs = fromMs;
  for await (const entry of readLedger(file, (await stat(file)).size)) {
    advance(meter, entry);
    if (entry.at >= toMs) continue;
    endMs = Math.max(endMs, entry.at);
    if (entry.kind === 'start' || entry.kind === 'stop' || entry.kind === 'alive') continue;
    if (entry.kind === 'acknowledged') lastWriteAt = entry.at;
    if (entry.at >= fromMs) counts[entry.kind] += 1;
  }
  const { missing: readsMissing, ...written } = counts;
  const windowEndMs = Number.isFinite(toMs) ? toMs : endMs;
  const sinceLastWriteMs = lastWriteAt === undefined ? null : windowEndMs - lastWriteAt;
  return { ...written, readsMissing, sinceLastWriteMs, ...meter.read() };
}

/** Takes one entry into the meter. */
export function advance(meter: GapMeter, entry: LedgerEntry): void {
  if (entry.kind === 'start') meter.begin(entry.at);
  else if (entry.kind === 'acknowledged') meter.acknowledge(entry.at);
  else meter.reach(entry.at);
  if (entry.kind === 'stop') meter.end();
}
