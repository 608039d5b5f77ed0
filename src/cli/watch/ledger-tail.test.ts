import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { measureLedger } from '../../probe/ledger-figures.js';
import { ledgerTail } from './ledger-tail.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'succession-tail-'));
});
afterEach(() => rm(folder, { recursive: true }));

const write = (at: number, number: number): string =>
  `${JSON.stringify({ k: 'ack', t: at, c: 0, n: number, via: '10.0.0.1', z: '0x1' })}\n`;

test('a tail counts every write once, however the file grows, in a bounded number of slices', async () => {
  const file = join(folder, 'ledger.jsonl');
  const tail = ledgerTail(file);
  expect(await tail.follow()).toBe(false);
  const lines = Array.from({ length: 5000 }, (_, number) => write(1000 + number * 100, number));
  await writeFile(file, `{"k":"start","t":900,"root":"/s","as":"1"}\n${lines.slice(0, 2000).join('')}`);
  const half = lines[2000]?.slice(0, 20) ?? '';
  await appendFile(file, half);
  expect(await tail.follow()).toBe(true);
  await appendFile(file, `${lines[2000]?.slice(20) ?? ''}${lines.slice(2001).join('')}`);
  await appendFile(file, write(520_000, 5000));
  await tail.follow();
  const { slices, gaps, unavailableMs, sliceMs } = tail.read();
  expect(slices.reduce((sum, slice) => sum + slice.acknowledged, 0)).toBe(5001);
  expect(slices.length).toBeLessThanOrEqual(600);
  expect(sliceMs).toBe(1000);
  const measured = await measureLedger(file, { fromMs: 0, toMs: Number.POSITIVE_INFINITY });
  expect(gaps).toEqual(measured.gaps);
  expect(unavailableMs).toBe(measured.unavailableMs);
});
