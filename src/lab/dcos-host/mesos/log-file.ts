// How does a replica survive the end of its process?

import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord, numberOf, parseJson, textOf, type JsonRecord } from '../web/json.js';
import {
  apply,
  emptyReplica,
  type LogEntry,
  type LogRecord,
  type LogStatus,
  type Replica,
} from './replica.js';

/** A replica and its file. */
export interface StoredReplica {
  readonly replica: Replica;
  /** Returns once the records are on the disk and taken in. */
  store(records: readonly LogRecord[]): void;
}

const statuses: readonly LogStatus[] = ['EMPTY', 'STARTING', 'VOTING', 'RECOVERING'];

/** Opens `<folder>/log.jsonl`, one record a line; a folder that is not there is an `EMPTY` replica. */
export function openReplica(folder: string): StoredReplica {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'log.jsonl');
  const replica = emptyReplica();
  const file = openSync(path, 'a');
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    // The last line may be torn: nobody was answered before it was whole.
    const record = recordFrom(parseJson(line));
    if (record !== null) apply(replica, record);
  }
  process.once('exit', () => closeSync(file));
  return {
    replica,
    store: (records) => {
      if (records.length === 0) return;
      writeSync(file, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
      fsyncSync(file);
      for (const record of records) apply(replica, record);
    },
  };
}

function recordFrom(value: unknown): LogRecord | null {
  if (!isRecord(value)) return null;
  const status = statuses.find((name) => name === value['status']);
  if (status !== undefined) return { status };
  if (typeof value['promised'] === 'number') return { promised: value['promised'] };
  const { entry } = value;
  return isRecord(entry) ? { entry: entryFrom(entry) } : null;
}

/** An entry as the file and the wire have it. */
export function entryFrom(record: JsonRecord): LogEntry {
  const { performed } = record;
  return {
    position: numberOf(record, 'position', 0),
    promised: numberOf(record, 'promised', 0),
    performed: typeof performed === 'number' ? performed : null,
    value: textOf(record, 'value'),
    learned: record['learned'] === true,
  };
}
