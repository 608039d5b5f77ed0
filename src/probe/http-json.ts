// How a service of ours to watch is asked for a JSON document: once, with a limit, and without being sent elsewhere.

import { z } from 'zod';

/** What came of asking. Silence, a refusal and an answer that can't be read are told apart, and none of them is health. */
export type Asked<T> =
  | { readonly kind: 'answered'; readonly value: T }
  /** `refused`: nothing listens; `forbidden`: it wants to know who asks. */
  | { readonly kind: 'refused' | 'forbidden' | 'silent' | 'unreadable'; readonly reason: string };

/** Limits and rights of one question. */
export interface AskOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Basic authentication. A secret: it stands in no reason. */
  readonly login?: { readonly user: string; readonly password: string } | undefined;
}

/** How a question reaches its service: straight from here as {@link askJson}, or by another way. Never rejects. */
export type AskJson = <T>(url: string, schema: z.ZodType<T>, options: AskOptions) => Promise<Asked<T>>;

/** Asks once. Redirections are not followed: another host's answer would be taken for this one's. Never rejects. */
export async function askJson<T>(url: string, schema: z.ZodType<T>, options: AskOptions): Promise<Asked<T>> {
  const { timeoutMs, signal, login } = options;
  const limit = AbortSignal.timeout(timeoutMs);
  const headers: Record<string, string> = { accept: 'application/json' };
  if (login !== undefined)
    headers['authorization'] = `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
  try {
    const answer = await fetch(url, {
      headers,
      redirect: 'manual',
      signal: AbortSignal.any([signal, limit]),
    });
    if (answer.status === 200) return answerOf(200, await answer.text(), schema);
    await answer.body?.cancel();
    return answerOf(answer.status, '', schema);
  } catch (error) {
    if (limit.aborted) return { kind: 'silent', reason: `no answer within ${timeoutMs} ms` };
    if (signal.aborted) return { kind: 'silent', reason: 'given up' };
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const reason = cause instanceof Error ? cause.message : String(cause);
    return { kind: /ECONNREFUSED/.test(reason) ? 'refused' : 'silent', reason };
  }
}

/** What an answer means, however it came. */
export function answerOf<T>(status: number, text: string, schema: z.ZodType<T>): Asked<T> {
  if (status === 401 || status === 403) return { kind: 'forbidden', reason: `status ${status}` };
  if (status !== 200) return { kind: 'unreadable', reason: `status ${status}` };
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success
      ? { kind: 'answered', value: parsed.data }
      : { kind: 'unreadable', reason: z.prettifyError(parsed.error).replaceAll('\n', ' ').slice(0, 300) };
  } catch {
    return { kind: 'unreadable', reason: 'no JSON' };
  }
}
