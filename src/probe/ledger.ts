// How does what the canary did outlive its process?

import { type FileHandle, open } from 'node:fs/promises';

/** One line of the ledger. `at` is in ms since the epoch; `via` is the address that a write went through. */
export type LedgerEntry =
  /** A canary comes to life. Its writes lie under `<root>/<incarnation>`, a name that no other canary uses. */
  | { readonly kind: 'start'; readonly at: number; readonly root: string; readonly incarnation: string }
  | { readonly kind: 'stop'; readonly at: number }
  /** Nothing to say: the canary lives. */
  | { readonly kind: 'alive'; readonly at: number }
  | WriteEntry;

/** What became of one write: `number` counts up for each client, and is never used twice. */
export interface WriteEntry {
  /** `unknown`: the connection broke. `missing`: it was acknowledged, and a later read did not find it. */
  readonly kind: 'acknowledged' | 'unknown' | 'missing';
  readonly at: number;
  readonly client: number;
  readonly number: number;
  readonly via: string;
  /** The transaction that created the node, `0x…`; null unless acknowledged. */
  readonly czxid: string | null;
}

/** An acknowledged write, found again in a ledger. */
export interface RecordedWrite {
  readonly path: string;
  readonly czxid: bigint;
}

const flushMs = 100;
/** More children than this make listing a parent slow. */
const writesPerBucket = 1000;

/** The parent of a client's write: a new one for every thousand. */
export function bucketPath(root: string, incarnation: string, client: number, number: number): string {
  return `${root}/${incarnation}/${client}-${Math.floor(number / writesPerBucket)}`;
}

/** The node of a client's write. */
export function writePath(root: string, incarnation: string, client: number, number: number): string {
  return `${bucketPath(root, incarnation, client, number)}/${number}`;
}

/** Opens a ledger to go on with it, or a new one. Rejects when the file can't be written. */
export async function openLedger(file: string): Promise<LedgerWriter> {
  const handle = await open(file, 'a+');
  const { size } = await handle.stat();
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
  return new LedgerWriter(handle, size === 0 || buffer[0] === 0x0a ? '' : '\n');
}

/**
 * Appends entries, written out every 100 ms. What a `kill -9` leaves unwritten is merely not looked up again. The
 * first failed write ends the ledger: nothing is appended behind a torn line, and `flush` rejects from then on.
 */
export class LedgerWriter {
  readonly #file: FileHandle;
  readonly #timer: NodeJS.Timeout;
  #lines: string;
  #writing: Promise<void> = Promise.resolve();

  /** Use {@link openLedger}. */
  constructor(file: FileHandle, firstText: string) {
    this.#file = file;
    this.#lines = firstText;
    this.#timer = setInterval(() => void this.flush().catch(() => undefined), flushMs);
  }

  append(entry: LedgerEntry): void {
    this.#lines += `${JSON.stringify(encodeEntry(entry))}\n`;
  }

  /** Resolves when everything appended so far is with the operating system. */
  flush(): Promise<void> {
    const lines = this.#lines;
    this.#lines = '';
    this.#writing = this.#writeAfter(this.#writing, lines);
    // Whoever awaits a later flush sees the failure; this one may go unobserved.
    this.#writing.catch(() => undefined);
    return this.#writing;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    try {
      await this.flush();
    } finally {
      await this.#file.close();
    }
  }

  async #writeAfter(earlier: Promise<void>, lines: string): Promise<void> {
    await earlier;
    if (lines !== '') await this.#file.appendFile(lines);
  }
}

/**
 * The entries of a ledger in order, as far as byte `endOffset`. A torn line is passed over where a dead process left
 * it: as the last line, or before the `start` of the next canary. Throws on any other line that can't be read.
 */
export async function* readLedger(file: string, endOffset: number): AsyncGenerator<LedgerEntry> {
  if (endOffset === 0) return;
  const handle = await open(file, 'r');
  try {
    let number = 0;
    let damagedLine: number | undefined;
    for await (const line of handle.readLines({ autoClose: false, end: endOffset - 1 })) {
      number += 1;
      if (line === '') continue;
      const entry = decodeEntry(line);
      if (entry === undefined) {
        damagedLine ??= number;
        continue;
      }
      if (damagedLine !== undefined && entry.kind !== 'start') {
        throw new Error(`${file}: line ${damagedLine} can't be read`);
      }
      damagedLine = undefined;
      yield entry;
    }
  } finally {
    await handle.close();
  }
}

/** The acknowledged writes of a ledger, in order, as far as byte `endOffset`. Throws as {@link readLedger} does. */
export async function* recordedWrites(file: string, endOffset: number): AsyncGenerator<RecordedWrite> {
  let root = '';
  let incarnation = '';
  for await (const entry of readLedger(file, endOffset)) {
    if (entry.kind === 'start') ({ root, incarnation } = entry);
    if (entry.kind === 'acknowledged' && entry.czxid !== null) {
      const path = writePath(root, incarnation, entry.client, entry.number);
      yield { path, czxid: BigInt(entry.czxid) };
    }
  }
}

/** Short keys: a canary writes half a million of these lines an hour. */
function encodeEntry(entry: LedgerEntry): Record<string, string | number> {
  const { kind, at: t } = entry;
  if (kind === 'start') return { k: kind, t, root: entry.root, as: entry.incarnation };
  if (kind === 'stop' || kind === 'alive') return { k: kind, t };
  const write = { t, c: entry.client, n: entry.number, via: entry.via };
  return entry.czxid === null ? { k: kind, ...write } : { k: 'ack', ...write, z: entry.czxid };
}

/** The entry that a line holds; undefined when it is none. */
export function decodeEntry(line: string): LedgerEntry | undefined {
  const fields = parseObject(line);
  const { k, t, root, as, c, n, via, z } = fields;
  if (typeof t !== 'number') return undefined;
  if (k === 'stop' || k === 'alive') return { kind: k, at: t };
  if (k === 'start' && typeof root === 'string' && typeof as === 'string') {
    return { kind: 'start', at: t, root, incarnation: as };
  }
  if (typeof c !== 'number' || typeof n !== 'number' || typeof via !== 'string') return undefined;
  if (k === 'ack' && typeof z === 'string' && /^0x[0-9a-f]+$/.test(z)) {
    return { kind: 'acknowledged', at: t, client: c, number: n, via, czxid: z };
  }
  if (k === 'unknown' || k === 'missing') return { kind: k, at: t, client: c, number: n, via, czxid: null };
  return undefined;
}

function parseObject(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
