import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LedgerEntry, openLedger, readLedger, recordedWrites } from './ledger.js';
import { measureLedger } from './ledger-figures.js';
import { sampleLedger } from './ledger-samples.js';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'succession-ledger-'));
  file = join(folder, 'ledger.jsonl');
});
afterEach(() => rm(folder, { recursive: true }));

const start = (at: number): LedgerEntry => ({ kind: 'start', at, root: '/s/r', incarnation: `i${at}` });
const write = (
  at: number,
  number: number,
  kind: 'acknowledged' | 'unknown' | 'missing' = 'acknowledged',
): LedgerEntry => ({
  kind,
  at,
  client: 0,
  number,
  via: '10.0.0.1',
  czxid: kind === 'acknowledged' ? `0x${number + 1}` : null,
});

async function append(...entries: readonly LedgerEntry[]): Promise<void> {
  const ledger = await openLedger(file);
  entries.forEach((entry) => ledger.append(entry));
  await ledger.close();
}

async function gather<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function readAll(): Promise<readonly LedgerEntry[]> {
  return gather(readLedger(file, (await stat(file)).size));
}

describe('ledger', () => {
  test('gives every entry back, over several canaries', async () => {
    const first = [
      start(1),
      write(2, 0),
      write(3, 1, 'unknown'),
      write(4, 0, 'missing'),
      { kind: 'alive', at: 5 },
    ] as const;
    const second = [start(10), write(11, 0), { kind: 'stop', at: 12 }] as const;
    await append(...first);
    await append(...second);
    expect(await readAll()).toEqual([...first, ...second]);
  });

  test('is read up to its last whole line wherever a kill tears it, and the next canary goes on', async () => {
    await append(start(1), write(2, 0), write(3, 1));
    const bytes = await readFile(file);
    const lines = [start(1), write(2, 0), write(3, 1)];
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length), async (length) => {
        await writeFile(file, bytes);
        await truncate(file, length);
        // A line is whole with its last brace: the end of the line may be missing.
        const whole = bytes.subarray(0, length).toString().split('}').length - 1;
        expect(await readAll()).toEqual(lines.slice(0, whole));
        await append(start(9), write(10, 0));
        expect(await readAll()).toEqual([...lines.slice(0, whole), start(9), write(10, 0)]);
      }),
      { numRuns: 50 },
    );
  });

  test('is refused with a line that no kill explains', async () => {
    await append(start(1));
    await appendFile(file, '{"k":"ack","t":2,"c"\n');
    await appendFile(file, '{"k":"ack","t":3,"c":0,"n":1,"via":"10.0.0.1","z":"0x2"}\n');
    await expect(readAll()).rejects.toThrow(`${file}: line 2 can't be read`);
  });

  test('rejects where the file is missing', async () => {
    await expect(gather(readLedger(file, 1))).rejects.toThrow('ENOENT');
  });

  test('finds a full disk out at the next flush, and ever after', async () => {
    const ledger = await openLedger('/dev/full');
    ledger.append(start(1));
    await expect(ledger.flush()).rejects.toThrow('ENOSPC');
    await expect(ledger.flush()).rejects.toThrow('ENOSPC');
    await expect(ledger.close()).rejects.toThrow('ENOSPC');
  });

  test('names each acknowledged write by its canary, with at most a thousand in one parent', async () => {
    await append(start(1), write(2, 999), write(3, 1000), write(4, 1001, 'unknown'), start(5), write(6, 0));
    const { size } = await stat(file);
    expect(await gather(recordedWrites(file, size))).toEqual([
      { path: '/s/r/i1/0-0/999', czxid: 0x1000n },
      { path: '/s/r/i1/0-1/1000', czxid: 0x1001n },
      { path: '/s/r/i5/0-0/0', czxid: 0x1n },
    ]);
  });
});

describe('measureLedger', () => {
  test('counts and measures a window', async () => {
    const before = [
      write(1100, 0),
      write(1150, 1),
      write(2150, 2),
      write(2200, 3, 'unknown'),
      write(2300, 4),
    ];
    const after = [write(9100, 0), write(9200, 0, 'missing'), { kind: 'stop', at: 9900 } as const];
    await append(start(1000), ...before, start(9000), ...after);
    expect(await measureLedger(file, { fromMs: 0, toMs: Infinity })).toEqual({
      acknowledged: 5,
      unknown: 1,
      readsMissing: 1,
      sinceLastWriteMs: 800,
      longestGapMs: 1000,
      unavailableMs: 1800,
      gaps: [
        { fromMs: 1150, toMs: 2150 },
        { fromMs: 9100, toMs: 9900 },
      ],
    });
    expect(await measureLedger(file, { fromMs: 1150, toMs: 1700 })).toEqual({
      acknowledged: 1,
      unknown: 0,
      readsMissing: 0,
      sinceLastWriteMs: 550,
      longestGapMs: 550,
      unavailableMs: 550,
      gaps: [{ fromMs: 1150, toMs: 2150 }],
    });
  });
});

describe('samples of a ledger', () => {
  test('count each bucket, and tell no writes from no canary', async () => {
    await append(start(1000), write(1010, 0), write(1990, 1), write(3500, 2), { kind: 'stop', at: 3600 });
    await append(start(6000), write(6100, 3), { kind: 'alive', at: 6900 });
    const { bucketMs, acknowledged, gaps } = await sampleLedger(file, { fromMs: 0, toMs: 8000, buckets: 8 });
    expect(bucketMs).toBe(1000);
    expect(acknowledged).toEqual([null, 2, 0, 1, null, null, 1, null]);
    expect(gaps).toEqual([
      { fromMs: 1010, toMs: 1990 },
      { fromMs: 1990, toMs: 3500 },
      { fromMs: 6100, toMs: 6900 },
    ]);
  });
});
