// How many writes went through from moment to moment: the ledger, as a chart needs it.

import { stat } from 'node:fs/promises';
import { type Gap, GapMeter } from './gaps.js';
import { advance } from './ledger-figures.js';
import { readLedger } from './ledger.js';

/** Writes of a window of time, in buckets of equal width, and the gaps between them. */
export interface LedgerSamples {
  readonly bucketMs: number;
  /** Acknowledged writes in each bucket; null where no canary lived. */
  readonly acknowledged: readonly (number | null)[];
  /** The noticeable gaps, in order of time, ms since the epoch. */
  readonly gaps: readonly Gap[];
}

/** Samples the ledger from `fromMs` to `toMs`, ms since the epoch. Throws when the file can't be read. */
export async function sampleLedger(
  file: string,
  { fromMs, toMs, buckets }: { readonly fromMs: number; readonly toMs: number; readonly buckets: number },
): Promise<LedgerSamples> {
  const bucketMs = Math.max(1, Math.ceil((toMs - fromMs) / buckets));
  const acknowledged = Array.from({ length: buckets }, (): number | null => null);
  const meter = new GapMeter(fromMs, toMs);
  const bucketOf = (at: number): number => Math.floor((at - fromMs) / bucketMs);
  let reachedAt: number | undefined;
  for await (const entry of readLedger(file, (await stat(file)).size)) {
    advance(meter, entry);
    // A canary lives from its start on without a break: what lies between two of its entries was measured too.
    const first =
      entry.kind === 'start' || reachedAt === undefined ? bucketOf(entry.at) : bucketOf(reachedAt);
    for (let bucket = Math.max(0, first); bucket <= Math.min(buckets - 1, bucketOf(entry.at)); bucket++)
      acknowledged[bucket] ??= 0;
    reachedAt = entry.kind === 'stop' ? undefined : entry.at;
    const bucket = bucketOf(entry.at);
    if (entry.kind === 'acknowledged' && bucket >= 0 && bucket < buckets)
      acknowledged[bucket] = (acknowledged[bucket] ?? 0) + 1;
  }
  return { bucketMs, acknowledged, gaps: meter.read().gaps };
}
