// How does a stand-in answer over HTTP?

import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';

/** A request, read to its end. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What is answered. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers a call. */
export type Answering = (call: Call) => Answer | Promise<Answer>;

const longestBodyBytes = 4 * 1024 * 1024;

/** A JSON answer. */
export function json(value: unknown, status = 200): Answer {
  return { status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) };
}

/** A line of text. */
export function plain(body: string, status = 200): Answer {
  return { status, headers: { 'Content-Type': 'text/plain;charset=UTF-8' }, body };
}

/** What a server shows, PEM. With `ca` it wants a certificate of whoever asks, signed by that. */
export interface Secured {
  readonly key: string;
  readonly cert: string;
  readonly ca?: string;
}

/** Listens until the process ends. Rejects when the port is taken. */
export function serve(
  address: string,
  port: number,
  answering: Answering,
  secured?: Secured,
): Promise<Server> {
  const take = (request: IncomingMessage, response: ServerResponse): void =>
    void respond(request, response, answering);
  const server =
    secured === undefined
      ? createServer(take)
      : createSecureServer(
          { ...secured, requestCert: secured.ca !== undefined, rejectUnauthorized: secured.ca !== undefined },
          take,
        );
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => resolve(server));
  });
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  answering: Answering,
): Promise<void> {
  const answer = await answerTo(request, answering);
  response.writeHead(answer.status, { ...answer.headers, 'Content-Length': Buffer.byteLength(answer.body) });
  response.end(answer.body);
}

async function answerTo(request: IncomingMessage, answering: Answering): Promise<Answer> {
  try {
    const body = await readBody(request);
    const url = new URL(request.url ?? '/', 'http://host');
    return await answering({
      method: request.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body,
    });
  } catch (error) {
    return plain(`${error instanceof Error ? error.message : String(error)}\n`, 500);
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    length += chunk.length;
    if (length > longestBodyBytes) throw new Error('the body is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
