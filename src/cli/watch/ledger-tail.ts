// What a ledger says up to now, however long it gets: read once, byte by byte, into a bounded number of slices.

import { open } from 'node:fs/promises';
import { GapMeter } from '../../probe/gaps.js';
import { decodeEntry, type LedgerEntry } from '../../probe/ledger.js';
import { advance } from '../../probe/ledger-figures.js';
import type { Availability } from '../../view/page/availability.js';

/** Follows one ledger. */
export interface LedgerTail {
  /** Reads what was appended since; true when there was anything. What can't be read shows nothing. */
  readonly follow: () => Promise<boolean>;
  readonly read: () => Availability;
}

/** A page draws no more than it has pixels. */
const MOST_SLICES = 600;
const FIRST_SLICE_MS = 250;
const CHUNK_BYTES = 1 << 20;

/** A tail at the beginning of its file. */
export function ledgerTail(file: string): LedgerTail {
  const meter = new GapMeter(0, Number.POSITIVE_INFINITY);
  let offset = 0;
  let sliceMs = FIRST_SLICE_MS;
  let originMs: number | null = null;
  let slices: number[] = [];
  const count = (at: number): void => {
    originMs ??= at;
    while (Math.floor((at - originMs) / sliceMs) >= MOST_SLICES) {
      slices = Array.from({ length: Math.ceil(slices.length / 2) }, (_, index) => {
        return (slices[2 * index] ?? 0) + (slices[2 * index + 1] ?? 0);
      });
      sliceMs *= 2;
    }
    const index = Math.max(0, Math.floor((at - originMs) / sliceMs));
    while (slices.length <= index) slices.push(0);
    slices[index] = (slices[index] ?? 0) + 1;
  };
  const take = (entry: LedgerEntry): void => {
    advance(meter, entry);
    if (entry.kind === 'acknowledged') count(entry.at);
  };
  return {
    follow: async () => {
      const before = offset;
      try {
        const handle = await open(file, 'r');
        try {
          const buffer = Buffer.alloc(CHUNK_BYTES);
          for (;;) {
            const { bytesRead } = await handle.read(buffer, 0, CHUNK_BYTES, offset);
            const end = buffer.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
            if (end === 0) break;
            for (const line of buffer.toString('utf8', 0, end - 1).split('\n')) {
              const entry = decodeEntry(line);
              if (entry !== undefined) take(entry);
            }
            offset += end;
          }
        } finally {
          await handle.close();
        }
      } catch {
        // No ledger yet, or no more.
      }
      return offset > before;
    },
    read: () => {
      const { gaps, longestGapMs, unavailableMs } = meter.read();
      const from = originMs ?? 0;
      return {
        sliceMs,
        slices: slices.map((acknowledged, index) => ({ at: from + index * sliceMs, acknowledged })),
        gaps,
        longestGapMs,
        unavailableMs,
      };
    },
  };
}
