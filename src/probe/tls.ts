// What certificate does a server show, and does it verify?

import { request } from 'node:https';
import { connect } from 'node:tls';

/** What a handshake showed. `refused`: the server, or our verification of it, said no. Silence is never taken for health. */
export type TlsReading =
  | {
      readonly kind: 'shaken';
      /** Why the chain does not verify against the authority, in OpenSSL's words; null when it does. */
      readonly fault: string | null;
      /** Addresses and names that the certificate is for. */
      readonly names: readonly string[];
      /** ms since the epoch. */
      readonly expiresAt: number;
    }
  | { readonly kind: 'unknown'; readonly reason: string };

/**
 * Shakes hands with `address` and verifies the chain against `authority` (PEM, one certificate or several) alone. That the
 * certificate is for `address` is left to the caller: `names`. Never rejects.
 */
export function observeTls(
  address: string,
  port: number,
  options: { readonly authority: string; readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<TlsReading> {
  const { authority, timeoutMs, signal } = options;
  return new Promise((resolve) => {
    const settle = (reading: TlsReading): void => {
      clearTimeout(limit);
      signal.removeEventListener('abort', abort);
      socket.destroy();
      resolve(reading);
    };
    const abort = (): void => settle({ kind: 'unknown', reason: 'given up' });
    const limit = setTimeout(
      () => settle({ kind: 'unknown', reason: `no handshake within ${timeoutMs} ms` }),
      timeoutMs,
    );
    // The verdict is read, not obeyed: nothing is sent over this connection.
    const socket = connect({ host: address, port, ca: authority, rejectUnauthorized: false }, () => {
      const { subjectaltname, valid_to: validTo } = socket.getPeerCertificate();
      const error: unknown = socket.authorizationError;
      settle({
        kind: 'shaken',
        fault: socket.authorized ? null : error instanceof Error ? error.message : String(error),
        names: namesIn(subjectaltname ?? ''),
        expiresAt: Date.parse(validTo),
      });
    });
    socket.on('error', (error: Error) => settle({ kind: 'unknown', reason: error.message }));
    socket.on('close', () => settle({ kind: 'unknown', reason: 'closed without a handshake' }));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

/** `DNS:leader.mesos, IP Address:172.31.16.60` */
function namesIn(subjectAltName: string): readonly string[] {
  return [...subjectAltName.matchAll(/(?:DNS|IP Address):([^,\s"]+)/g)].map((found) => found[1] ?? '');
}

/** A text that a server gave, or why it gave none. */
export type TextReading =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'unknown'; readonly reason: string };

/** Longer than any bundle of certificates. */
const longestTextBytes = 1024 * 1024;

/** Reads `path` over TLS without verifying who answers: for what is compared with something trusted. Never rejects. */
export function readUnverified(
  address: string,
  port: number,
  path: string,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<TextReading> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]);
  return new Promise((resolve) => {
    const asking = request({ host: address, port, path, rejectUnauthorized: false, agent: false, signal });
    asking.on('error', (error) => resolve(unknown(error.message)));
    asking.on('response', (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length > longestTextBytes) asking.destroy(new Error('an endless answer'));
      });
      response.on('error', (error) => resolve(unknown(error.message)));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve(
          response.statusCode === 200 ? { kind: 'text', text } : unknown(`status ${response.statusCode}`),
        );
      });
    });
    asking.end();
  });
}

function unknown(reason: string): TextReading {
  return { kind: 'unknown', reason };
}
