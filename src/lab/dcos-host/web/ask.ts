// What does another host's stand-in answer over HTTP, and did it?

import { type IncomingHttpHeaders, request } from 'node:http';
import { request as requestSecurely } from 'node:https';

/** An answer of any status, or why there was none. */
export type Heard =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: IncomingHttpHeaders;
      readonly body: string;
    }
  | { readonly kind: 'failed'; readonly reason: string };

/** What to send, and how long each part may take. */
export interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Of an `https:` URL: whom to trust, and what to show. Left out: anybody, and nothing. */
  readonly tls?: { readonly ca: string; readonly cert?: string; readonly key?: string } | undefined;
  readonly connectMs: number;
  /** From the connection on: how long the server may be silent. */
  readonly readMs: number;
}

/** Asks once, over a connection of its own. Never rejects. */
export function ask(url: string, asking: Asking): Promise<Heard> {
  return new Promise((resolve) => {
    const fail = (reason: string): void => {
      clearTimeout(limit);
      call.destroy();
      resolve({ kind: 'failed', reason });
    };
    const isSecure = url.startsWith('https:');
    const call = (isSecure ? requestSecurely : request)(
      url,
      {
        method: asking.method ?? 'GET',
        headers: asking.headers ?? {},
        agent: false,
        ...(isSecure ? (asking.tls ?? { rejectUnauthorized: false }) : {}),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', (error) => fail(error.message));
        response.once('close', () => fail('closed before the end'));
        response.once('end', () => {
          clearTimeout(limit);
          const body = Buffer.concat(chunks).toString('utf8');
          resolve({ kind: 'answered', status: response.statusCode ?? 0, headers: response.headers, body });
        });
      },
    );
    let limit = setTimeout(() => fail(`no connection within ${asking.connectMs} ms`), asking.connectMs);
    call.once('socket', (socket) => {
      socket.once('connect', () => {
        clearTimeout(limit);
        limit = setTimeout(() => fail(`no answer within ${asking.readMs} ms`), asking.readMs);
      });
    });
    call.once('error', (error) => fail(error.message));
    call.end(asking.body ?? '');
  });
}
