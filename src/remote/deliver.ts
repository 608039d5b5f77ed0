// How a small document is handed to somebody outside: to a command's standard input or by an HTTP POST, more than once if need be.

import { runProgram } from './run-program.js';
import { pause } from './pause.js';

/** Who gets it. A URL may hold a secret, so only its origin is ever shown. */
export type Recipient =
  { readonly kind: 'command'; readonly command: string } | { readonly kind: 'url'; readonly url: string };

/** How often, and how long. All in ms. */
export interface Patience {
  readonly attemptMs: number;
  /** Between two attempts: as many further attempts as there are numbers. */
  readonly pausesMs: readonly number[];
}

/** What becomes of a chat service that is restarted, and not of a run that waits for it. */
export const usualPatience: Patience = { attemptMs: 10_000, pausesMs: [500, 2000, 5000, 15_000] };

/** Whether it arrived. */
export type Delivery =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'failed'; readonly reason: string; readonly tries: number };

type Attempt =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'failed'; readonly reason: string; readonly final: boolean };

/** As it may be shown. */
export function nameOf(recipient: Recipient): string {
  if (recipient.kind === 'command') return 'the notify command';
  return URL.canParse(recipient.url) ? new URL(recipient.url).origin : 'the notify URL';
}

/** Hands the document over. Never throws; ends at once when the signal is aborted. */
export async function deliver(
  recipient: Recipient,
  document: string,
  signal: AbortSignal,
  patience: Patience = usualPatience,
): Promise<Delivery> {
  for (let tries = 1; ; tries += 1) {
    const attempt = await (recipient.kind === 'command'
      ? toCommand(recipient.command, document, signal, patience.attemptMs)
      : toUrl(recipient.url, document, signal, patience.attemptMs));
    if (attempt.kind === 'delivered') return attempt;
    const pauseMs = patience.pausesMs[tries - 1];
    if (attempt.final || pauseMs === undefined || signal.aborted)
      return { kind: 'failed', reason: attempt.reason, tries };
    await pause(pauseMs, signal);
    if (signal.aborted) return { kind: 'failed', reason: attempt.reason, tries };
  }
}

async function toCommand(
  command: string,
  document: string,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<Attempt> {
  const end = await runProgram({
    program: '/bin/sh',
    args: ['-c', command],
    environment: withoutSecrets(process.env),
    stdin: document,
    timeoutMs,
    signal,
  });
  if (end.kind === 'unknown') return { kind: 'failed', reason: end.reason, final: false };
  if (end.status === 0) return { kind: 'delivered' };
  return { kind: 'failed', reason: `it ended with status ${end.status}`, final: false };
}

/** What our own options may carry is no business of a hook. */
function withoutSecrets(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => !/^SUCCESSION_(?:ZOOKEEPER_CREDENTIALS|NOTIFY_URL)$/.test(name),
    ),
  );
}

async function toUrl(
  url: string,
  document: string,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<Attempt> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: document,
      // Whoever is named gets it, and nobody to whom he points.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    await response.body?.cancel();
    if (response.ok) return { kind: 'delivered' };
    return { kind: 'failed', reason: `it answered ${response.status}`, final: isFinal(response.status) };
  } catch (error) {
    return { kind: 'failed', reason: reasonOf(error), final: false };
  }
}

/** What the server does not take today it won't take in a second, but for a limit or a time-out. */
function isFinal(status: number): boolean {
  return status < 500 && status !== 408 && status !== 429;
}

/** Without the URL: `fetch failed` alone says nothing, its cause says `ECONNREFUSED`. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it could not be reached';
  if (error.name === 'TimeoutError') return 'no answer in time';
  const { cause } = error;
  if (cause instanceof Error && 'code' in cause) return `it could not be reached (${String(cause.code)})`;
  return error.name === 'AbortError' ? 'stopped while it was under way' : 'it could not be reached';
}
