// The live page's server: its files, the run as a document and as a stream, and the approvals.

import { Hono } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import { z } from 'zod';
import type { Decision } from '../../run/approvals.js';
import { foldJournal } from '../../run/run-state.js';
import { explainGaps } from './availability.js';
import { checkPlace, checkToken, type PageGuard } from './page-guard.js';
import type { PageMoment, PageSource } from './page-source.js';

/** The page's own files, by name. */
export type PageFiles = ReadonlyMap<string, { readonly type: string; readonly body: string }>;

/** What the server is given. */
export interface PageOptions {
  readonly source: PageSource;
  readonly guard: PageGuard;
  readonly files: PageFiles;
  /** Whether approvals are refused. */
  readonly readOnly: boolean;
  readonly version: string;
  /** ms since the epoch. */
  readonly now: () => number;
  /** The address that a request came from. */
  readonly cameFrom: (request: Request) => string;
}

/** Something goes over an idle stream this often, in ms, so that a dead one is noticed. */
const PULSE_MS = 15_000;

const decisionSchema = z.object({
  id: z.string().min(1).max(200),
  by: z.string().trim().min(1).max(100),
  approved: z.boolean().default(true),
});

/** The application; it holds no state of its own, so that any number of pages may look. */
export function pageApp(options: PageOptions): Hono {
  const { source, guard, files, readOnly } = options;
  const app = new Hono();
  app.use(checkPlace(guard));
  for (const [name, { type, body }] of files) {
    app.get(name === 'index.html' ? '/' : `/${name}`, (context) =>
      context.body(body, 200, { 'Content-Type': type }),
    );
  }
  app.use('/api/*', checkToken(guard));
  app.get('/api/run', (context) => context.json(runDocument(options, context.req.query('after'))));
  app.get('/api/events', (context) => {
    const after = context.req.header('last-event-id') ?? context.req.query('after');
    return streamSSE(context, (stream) => tell(stream, options, seqOf(after)));
  });
  app.get('/api/availability', (context) => {
    const { gaps, ...measured } = source.availability();
    const state = foldJournal(source.look().records);
    const explained = explainGaps(gaps, state).map(({ cause, ...gap }) => ({
      ...gap,
      cause: cause && { id: cause.id, label: cause.label },
    }));
    return context.json({ schema: 'succession.availability/1', ...measured, gaps: explained });
  });
  app.post('/api/approve', async (context) => {
    if (readOnly) return context.json({ error: 'This page is read-only.' }, 403);
    const parsed = decisionSchema.safeParse(await context.req.json().catch(() => null));
    if (!parsed.success) return context.json({ error: 'Wanted: {"id", "by", "approved"}.' }, 400);
    const { id, by, approved } = parsed.data;
    const state = foldJournal(source.look().records);
    const wanted = state?.approvals.find((one) => one.id === id);
    if (wanted === undefined) return context.json({ error: `Nothing waits under ${id}.` }, 404);
    if (state?.status !== 'running')
      return context.json({ error: 'The run does not wait now: it asks again when it goes on.' }, 409);
    if (wanted.given !== null) return context.json({ error: `${wanted.given.by} was first.` }, 409);
    const decision: Decision = { approved, by, via: 'page', from: options.cameFrom(context.req.raw) };
    const left = await source.decide(id, decision);
    return left.kind === 'left'
      ? context.json({ left: true })
      : context.json({ error: `It could not be left for the run: ${left.reason}` }, 500);
  });
  return app;
}

/** A seq, or -1 where there is none. */
function seqOf(text: string | undefined): number {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : -1;
}

/** What pages and scripts are told beside the records. */
function present({ readOnly, version, now, source }: PageOptions, moment: PageMoment): object {
  const { live, damage, generation, draft = null } = moment;
  return { run: source.run, generation, version, readOnly, now: now(), live, damage, draft };
}

/** `succession.run/1`: the whole fold, or with `after` only what came after that record. */
function runDocument(options: PageOptions, after: string | undefined): object {
  const moment = options.source.look();
  const records = moment.records.slice(seqOf(after) + 1);
  const state = after === undefined ? { state: foldJournal(moment.records) } : {};
  return { schema: 'succession.run/1', ...present(options, moment), ...state, records };
}

/** Every record after `after`, then whatever comes, until the reader leaves. Records carry their seq as the event's id. */
async function tell(stream: SSEStreamingApi, options: PageOptions, after: number): Promise<void> {
  const { source } = options;
  const leaving = new Promise<void>((resolve) => {
    stream.onAbort(resolve);
  });
  let { generation, records } = source.look();
  // An id from a journal that is no more: begin anew.
  let next = after >= records.length ? 0 : after + 1;
  let told: PageMoment | null = null;
  await stream.writeSSE({ event: 'begin', data: JSON.stringify({ next }) });
  while (!stream.aborted) {
    const change = source.changed();
    const moment = source.look();
    if (moment.generation !== generation) {
      generation = moment.generation;
      next = 0;
      await stream.writeSSE({ event: 'begin', data: JSON.stringify({ next }) });
    }
    ({ records } = moment);
    for (; next < records.length && !stream.aborted; next += 1)
      await stream.writeSSE({ event: 'record', id: String(next), data: JSON.stringify(records[next]) });
    if (told?.live !== moment.live || told.damage !== moment.damage || told.generation !== generation)
      await stream.writeSSE({ event: 'live', data: JSON.stringify(present(options, moment)) });
    told = moment;
    let timer: NodeJS.Timeout | undefined;
    const pulse = new Promise<'pulse'>((resolve) => {
      timer = setTimeout(() => resolve('pulse'), PULSE_MS);
    });
    const woken = await Promise.race([change, leaving, pulse]);
    clearTimeout(timer);
    if (woken === 'pulse' && !stream.aborted) await stream.write(': still here\n\n');
  }
}
