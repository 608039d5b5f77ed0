// How the journal is kept: append-only JSON lines, each on disk before anything follows from it.

import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { prettifyError } from 'zod';
import { type JournalRecord, journalRecordSchema, type RunEvent } from './journal-record.js';

/** The journal could not be written, so nothing that would have to be journalled may be done. */
export class JournalUnwritableError extends Error {
  override readonly name = 'JournalUnwritableError';
}

/** A journal that can't be used, with the line at fault. `remedy` says what to do. */
export interface JournalFault {
  readonly line: number;
  readonly message: string;
  readonly remedy: string;
}

/** What reading a journal gave. `torn` is a last line that a crash cut off: it was never acted upon. */
export type JournalReading =
  | { readonly kind: 'read'; readonly records: readonly JournalRecord[]; readonly torn: string | null }
  | { readonly kind: 'missing' }
  | { readonly kind: 'damaged'; readonly fault: JournalFault };

const FIRST = '0'.repeat(16);

function digest(line: string): string {
  return createHash('sha256').update(line).digest('hex').slice(0, 16);
}

function parseLine(line: string): JournalRecord | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const parsed = journalRecordSchema.safeParse(value);
  return parsed.success ? parsed.data : prettifyError(parsed.error);
}

function fault(line: number, message: string): JournalReading {
  return {
    kind: 'damaged',
    fault: {
      line,
      message,
      remedy:
        'Restore the file from a backup; a journal is never edited. `succession status` shows how the cluster stands.',
    },
  };
}

/** Checks every line of a journal's text. Only a last line without its newline may be unreadable. */
export function readJournalText(text: string): JournalReading {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  const records: JournalRecord[] = [];
  let previous = FIRST;
  for (const [index, line] of lines.entries()) {
    const record = parseLine(line);
    if (typeof record === 'string') return fault(index + 1, record);
    if (record.seq !== index) return fault(index + 1, `record ${record.seq} stands where ${index} must`);
    if (record.previous !== previous)
      return fault(index + 1, 'the line before it was changed after it was written');
    records.push(record);
    previous = digest(line);
  }
  return { kind: 'read', records, torn: last === '' ? null : last };
}

/** Reads a journal without changing it. Throws only for what the file system refuses. */
export async function readJournal(file: string): Promise<JournalReading> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { kind: 'missing' };
    throw error;
  }
  return readJournalText(text);
}

/**
 * The writing end: one process at a time (the caller holds the run's lock). Appending resolves once the line is on
 * disk. Measured at 0.27 ms a line with fdatasync, so nothing is batched.
 */
export class Journal {
  readonly #handle: FileHandle;
  readonly #now: () => number;
  readonly #onRecord: (record: JournalRecord) => void;
  #seq: number;
  #previous: string;
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(handle: FileHandle, seq: number, previous: string, options: JournalOptions) {
    this.#handle = handle;
    this.#seq = seq;
    this.#previous = previous;
    this.#now = options.now;
    this.#onRecord = options.onRecord;
  }

  /** Starts a journal. The folder may not hold one yet. Throws `JournalUnwritableError`. */
  static async create(file: string, options: JournalOptions): Promise<Journal> {
    return writing(async () => {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      const handle = await open(file, 'ax', 0o600);
      await syncFolder(dirname(file));
      return new Journal(handle, 0, FIRST, options);
    });
  }

  /** Goes on with a journal whose reading was `read`; cuts a torn last line off first. Throws `JournalUnwritableError`. */
  static async continue(file: string, options: JournalOptions): Promise<Journal> {
    return writing(async () => {
      const handle = await open(file, 'r+');
      const text = await handle.readFile('utf8');
      const whole = text.slice(0, text.lastIndexOf('\n') + 1);
      if (whole.length < text.length) await handle.truncate(Buffer.byteLength(whole));
      await handle.close();
      const lines = whole.split('\n').slice(0, -1);
      const last = lines.at(-1);
      return new Journal(
        await open(file, 'a'),
        lines.length,
        last === undefined ? FIRST : digest(last),
        options,
      );
    });
  }

  /** Writes one record and waits until the disk has it. Throws `JournalUnwritableError`. */
  append(event: RunEvent): Promise<JournalRecord> {
    const turn = this.#queue.then(() => this.#write(event));
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  async #write(event: RunEvent): Promise<JournalRecord> {
    const record: JournalRecord = {
      seq: this.#seq,
      at: new Date(this.#now()).toISOString(),
      previous: this.#previous,
      ...event,
    };
    const line = JSON.stringify(record);
    await writing(async () => {
      await this.#handle.appendFile(`${line}\n`);
      await this.#handle.datasync();
    });
    this.#seq += 1;
    this.#previous = digest(line);
    this.#onRecord(record);
    return record;
  }

  async close(): Promise<void> {
    await this.#queue;
    await this.#handle.close();
  }
}

/** What a journal needs from its host. */
export interface JournalOptions {
  /** ms since the epoch. */
  readonly now: () => number;
  /** Called after each record is on disk. */
  readonly onRecord: (record: JournalRecord) => void;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
}

async function writing<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw new JournalUnwritableError(error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
}
