// How the page comes by the run: the journal's records as they are written, folded by the engine's own fold.

import type { JournalRecord } from '../src/run/journal-record.js';
import type { LiveReading } from '../src/run/live-reading.js';
import { applyRecord, type RunState } from '../src/run/run-state.js';
import type { PlanDraft } from '../src/view/page/plan-draft.js';
import { recordLine } from '../src/view/record-line.js';

/** What the server says beside the records. */
export interface Presence {
  readonly run: string;
  readonly generation: number;
  readonly version: string;
  readonly readOnly: boolean;
  /** The server's clock minus this machine's, in ms. */
  readonly aheadMs: number;
  readonly live: LiveReading | null;
  readonly damage: string | null;
  /** Of a plan that nobody has begun; null: it is a run. */
  readonly draft: PlanDraft | null;
}

/** One line of the log. */
export interface LogLine {
  readonly record: JournalRecord;
  readonly sentence: string;
}

/** Everything that the page shows. */
export interface Feed {
  readonly records: readonly JournalRecord[];
  readonly state: RunState | null;
  readonly log: readonly LogLine[];
  readonly presence: Presence | null;
  /** Whether the server answers. */
  readonly link: 'open' | 'lost' | 'refused';
}

/** The token of this page's address. */
export const token: string = new URLSearchParams(location.search).get('token') ?? '';

/** Hidden pages hold no connection (a browser has six for one server): they ask now and then. */
const HIDDEN_LOOK_MS = 4000;
const RETRY_MS = 1500;

const empty: Feed = { records: [], state: null, log: [], presence: null, link: 'open' };
let feed: Feed = empty;
let listener: (feed: Feed) => void = () => undefined;
let stream: EventSource | null = null;
let timer: number | undefined;
let telling: number | undefined;

/** Begins; `onChange` is called with all that is known, a few times a second at most. */
export function follow(onChange: (feed: Feed) => void): void {
  listener = onChange;
  document.addEventListener('visibilitychange', connect);
  connect();
}

function change(part: Partial<Feed>): void {
  feed = { ...feed, ...part };
  telling ??= window.setTimeout(() => {
    telling = undefined;
    listener(feed);
  }, 30);
}

function connect(): void {
  window.clearTimeout(timer);
  stream?.close();
  stream = null;
  if (document.hidden) {
    void lookHidden();
    return;
  }
  const query = new URLSearchParams({ token, after: String(feed.records.length - 1) });
  const opened = new EventSource(`api/events?${query.toString()}`);
  stream = opened;
  opened.addEventListener('open', () => change({ link: 'open' }));
  opened.addEventListener('begin', (event) => {
    const { next } = parsed(event.data, isBegin) ?? { next: 0 };
    if (next !== feed.records.length) startAnew(next);
  });
  opened.addEventListener('record', (event) => {
    const record = parsed(event.data, isRecord);
    if (record !== null) take([record]);
  });
  opened.addEventListener('live', (event) => {
    const told = parsed(event.data, isPresence);
    if (told !== null) change({ presence: present(told) });
  });
  opened.addEventListener('error', () => {
    change({ link: 'lost' });
    // It tries again by itself, unless it was refused: then the server may be about to come back with a new journal.
    if (opened.readyState !== EventSource.CLOSED) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void checkRefused(), RETRY_MS);
  });
}

async function checkRefused(): Promise<void> {
  const answer = await ask('api/run?after=999999999').catch(() => null);
  if (answer?.status === 403) change({ link: 'refused' });
  else connect();
}

async function lookHidden(): Promise<void> {
  try {
    const answer = await ask(`api/run?after=${feed.records.length - 1}`);
    const told: unknown = await answer.json();
    if (isPresence(told)) {
      const other = feed.presence !== null && feed.presence.generation !== told.generation;
      if (other) startAnew(0);
      else if (hasRecords(told)) take(told.records);
      change({ presence: present(told), link: 'open' });
    }
  } catch {
    change({ link: 'lost' });
  }
  if (document.hidden) timer = window.setTimeout(() => void lookHidden(), HIDDEN_LOOK_MS);
}

/** Another journal, or one that the server knows less of: nothing that was shown counts. */
function startAnew(next: number): void {
  feed = { ...empty, presence: feed.presence };
  if (next !== 0) connect();
}

function take(records: readonly JournalRecord[]): void {
  let { state } = feed;
  const known = [...feed.records];
  const log = [...feed.log];
  for (const record of records) {
    if (record.seq !== known.length) continue;
    state = applyRecord(state, record);
    known.push(record);
    const line = recordLine(record, state);
    if (line !== null) log.push({ record, sentence: line.slice(9).trim() });
  }
  change({ state, records: known, log });
}

/** A request with the token. */
export function ask(path: string, body?: object): Promise<Response> {
  return fetch(path, {
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
}

interface Told extends Omit<Presence, 'aheadMs'> {
  readonly now: number;
}

function present({ now, ...told }: Told): Presence {
  const { run, generation, version, readOnly, live, damage, draft } = told;
  return { run, generation, version, readOnly, live, damage, draft, aheadMs: now - Date.now() };
}

/** The server is of the same build as this page: what it sends is looked at no closer than this. */
function parsed<Value>(text: unknown, is: (value: unknown) => value is Value): Value | null {
  const value: unknown = typeof text === 'string' ? JSON.parse(text) : null;
  return is(value) ? value : null;
}

function isBegin(value: unknown): value is { readonly next: number } {
  return typeof value === 'object' && value !== null && 'next' in value && typeof value.next === 'number';
}

function isRecord(value: unknown): value is JournalRecord {
  return typeof value === 'object' && value !== null && 'seq' in value && 'kind' in value;
}

function isPresence(value: unknown): value is Told {
  return typeof value === 'object' && value !== null && 'generation' in value && 'live' in value;
}

function hasRecords(value: unknown): value is { readonly records: readonly JournalRecord[] } {
  return typeof value === 'object' && value !== null && 'records' in value && Array.isArray(value.records);
}
