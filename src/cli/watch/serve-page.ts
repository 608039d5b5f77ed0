// The live page's server on a socket, and its end.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';

/** A server that listens. */
export interface ServedPage {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** The client's address of each request, for the journal. */
const addresses = new WeakMap<Request, string>();

/** Where a request came from. */
export function cameFrom(request: Request): string {
  return addresses.get(request) ?? 'unknown';
}

/** Listens on `host` and `port`, 0 for a free one; null when that port is taken. Throws for what else the system refuses. */
export async function servePage(app: Hono, host: string, port: number): Promise<ServedPage | null> {
  const listener = getRequestListener((request, { incoming }) => {
    addresses.set(request, incoming.socket.remoteAddress ?? 'unknown');
    return app.fetch(request);
  });
  const server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
  if (!(await listening(server, host, port))) return null;
  return {
    port: portOf(server.address()),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // Streams never end by themselves.
        server.closeAllConnections();
      }),
  };
}

/** Whether somebody listens there already. */
export async function isTaken(host: string, port: number): Promise<boolean> {
  const server = createServer();
  const free = await listening(server, host, port).catch(() => true);
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return !free;
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function listening(server: Server, host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      if ('code' in error && error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    server.listen(port, host, () => resolve(true));
  });
}
