// How a service is asked over TLS whose certificate a cluster's own authority has signed.

import { request } from 'node:https';
import type { z } from 'zod';
import { answerOf, type Asked } from './http-json.js';

/** One question over TLS. */
export interface SecureQuestion {
  /** The authority's certificates, PEM: no other is trusted, and the certificate must be for the URL's host. */
  readonly authority: string;
  readonly method?: 'GET' | 'POST';
  /** `token=…`: a secret, that stands in no reason. */
  readonly authorization?: string | undefined;
  /** Sent as JSON. May be secret. */
  readonly body?: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Longer than any answer of a service that we ask. */
const longestBytes = 32 * 1024 * 1024;

/** Asks once; redirections are not followed. Never rejects. */
export function askSecurely<T>(
  url: string,
  schema: z.ZodType<T>,
  { authority, method = 'GET', authorization, body, timeoutMs, signal }: SecureQuestion,
): Promise<Asked<T>> {
  const limit = AbortSignal.timeout(timeoutMs);
  const headers = {
    accept: 'application/json',
    ...(authorization === undefined ? {} : { authorization }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  return new Promise((resolve) => {
    const fail = (error: Error): void => {
      if (limit.aborted) resolve({ kind: 'silent', reason: `no answer within ${timeoutMs} ms` });
      else if (signal.aborted) resolve({ kind: 'silent', reason: 'given up' });
      else if (/ECONNREFUSED/.test(error.message)) resolve({ kind: 'refused', reason: error.message });
      else resolve({ kind: 'silent', reason: error.message });
    };
    const both = AbortSignal.any([signal, limit]);
    const asking = request(url, { method, headers, ca: authority, agent: false, signal: both }, (answer) => {
      const chunks: Buffer[] = [];
      let length = 0;
      answer.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length > longestBytes) asking.destroy(new Error('an endless answer'));
      });
      answer.on('error', fail);
      answer.on('end', () =>
        resolve(answerOf(answer.statusCode ?? 0, Buffer.concat(chunks).toString('utf8'), schema)),
      );
    });
    asking.on('error', fail);
    asking.end(body);
  });
}
