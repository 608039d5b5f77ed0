import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Journal, JournalUnwritableError, readJournal, readJournalText } from './journal.js';

const options = { now: () => 1_764_000_000_000, onRecord: () => undefined };
let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'succession-journal-'));
  file = join(folder, 'journal.jsonl');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function three(): Promise<string> {
  const journal = await Journal.create(file, options);
  for (const reason of ['one', 'two', 'three — “ü”']) await journal.append({ kind: 'run-paused', reason });
  await journal.close();
  return readFile(file, 'utf8');
}

describe('Journal', () => {
  test('what was appended is read back, in order', async () => {
    await three();
    const reading = await readJournal(file);
    expect(
      reading.kind === 'read' &&
        reading.records.map((record) => record.kind === 'run-paused' && record.reason),
    ).toEqual(['one', 'two', 'three — “ü”']);
  });

  test('appends that are not awaited still keep their order', async () => {
    const journal = await Journal.create(file, options);
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => journal.append({ kind: 'run-paused', reason: `${index}` })),
    );
    await journal.close();
    const reading = await readJournal(file);
    expect(reading.kind === 'read' && reading.records.map((record) => record.seq)).toEqual(
      Array.from({ length: 50 }, (_, index) => index),
    );
  });

  test('a journal cut off at any byte reads as its whole lines, and goes on from there', async () => {
    const text = await three();
    const bytes = Buffer.from(text);
    for (let length = 0; length <= bytes.length; length += 1) {
      const reading = readJournalText(bytes.subarray(0, length).toString('utf8'));
      const whole = bytes.subarray(0, length).toString('latin1').split('\n').length - 1;
      expect(reading.kind === 'read' && reading.records.length, `cut at byte ${length}`).toBe(whole);
    }
    await truncate(file, bytes.length - 5);
    const journal = await Journal.continue(file, options);
    await journal.append({ kind: 'run-paused', reason: 'after the crash' });
    await journal.close();
    const reading = await readJournal(file);
    expect(reading).toMatchObject({
      kind: 'read',
      torn: null,
      records: [{ seq: 0 }, { seq: 1 }, { seq: 2, reason: 'after the crash' }],
    });
  });

  test('any damage but a torn last line is refused with its line', async () => {
    const text = await three();
    const lines = text.split('\n');
    expect(readJournalText(text.replace('"one"', '"oen"'))).toMatchObject({
      kind: 'damaged',
      fault: { line: 2 },
    });
    expect(readJournalText([lines[0], lines[2], ''].join('\n'))).toMatchObject({
      kind: 'damaged',
      fault: { line: 2 },
    });
    expect(readJournalText(text.replace('run-paused', 'run-danced'))).toMatchObject({
      kind: 'damaged',
      fault: { line: 1 },
    });
    expect(readJournalText(`${lines[0]}\n{"seq":\n${lines[1]}\n`)).toMatchObject({
      kind: 'damaged',
      fault: { line: 2 },
    });
  });

  test('an existing journal is never overwritten', async () => {
    await writeFile(file, 'precious');
    await expect(Journal.create(file, options)).rejects.toBeInstanceOf(JournalUnwritableError);
    expect(await readFile(file, 'utf8')).toBe('precious');
  });

  test('a missing journal is told from a damaged one', async () => {
    expect((await readJournal(file)).kind).toBe('missing');
    await appendFile(file, 'no json\n');
    expect((await readJournal(file)).kind).toBe('damaged');
  });
});
