// Does a write through each server arrive at the next one?

import { randomUUID } from 'node:crypto';
import { createNode, statNode, syncServer } from './zookeeper-client.js';
import { type Connection, newSession, openConnection } from './zookeeper-connection.js';

/** Whether a write through each server was read back through another after a sync. */
export type RoundTripResult =
  | { readonly kind: 'passed'; readonly tookMs: number }
  | { readonly kind: 'failed'; readonly address: string; readonly reason: string };

const limitMs = 10_000;

/**
 * Creates one ephemeral node through each address and reads it through the next one in the list (the only one
 * through itself) after a `sync`, all side by side, within 10 s in all. The nodes end with their sessions, here at
 * the end, after a crash by themselves. Never rejects for what the servers do.
 */
export async function roundTrip(
  addresses: readonly string[],
  clientPort: number,
  dial: (address: string) => string,
  signal: AbortSignal,
): Promise<RoundTripResult> {
  const startedMs = performance.now();
  const tooLate = new AbortController();
  const timer = setTimeout(() => tooLate.abort(), limitMs);
  const limit = AbortSignal.any([signal, tooLate.signal]);
  const name = `/succession-round-trip-${randomUUID()}`;
  let failure: RoundTripResult | undefined;
  /** Passes a failure of this address on as null; the first one is the one that is told. */
  const through = async <T>(address: string, work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      failure ??= { kind: 'failed', address, reason: reasonOf(error, tooLate.signal) };
      return null;
    }
  };
  const opening = addresses.map((address) => through(address, () => open(dial(address), clientPort, limit)));
  const written = addresses.map((address, index) =>
    through(address, async () => {
      const connection = await opening[index];
      if (connection) await createNode(connection, `${name}-${index}`, Buffer.alloc(0), 'ephemeral');
    }),
  );
  await Promise.all(
    addresses.map((_, index) => {
      const reader = (index + 1) % addresses.length;
      const address = addresses[reader] ?? '';
      return through(address, async () => {
        const connection = await opening[reader];
        await written[index];
        if (failure === undefined && connection)
          await read(connection, `${name}-${index}`, addresses[index] ?? '');
      });
    }),
  );
  const connections = await Promise.all(opening);
  await Promise.all(connections.map(async (connection) => connection?.closeSession(1000)));
  clearTimeout(timer);
  return failure ?? { kind: 'passed', tookMs: performance.now() - startedMs };
}

function open(address: string, port: number, signal: AbortSignal): Promise<Connection> {
  return openConnection({
    address,
    port,
    signal,
    session: newSession(),
    sessionTimeoutMs: limitMs,
    handshakeMs: limitMs,
  });
}

async function read(connection: Connection, path: string, writer: string): Promise<void> {
  await syncServer(connection);
  if ((await statNode(connection, path)) === null) {
    throw new Error(`the write through ${writer} is not there after a sync`);
  }
}

function reasonOf(error: unknown, tooLate: AbortSignal): string {
  const message = error instanceof Error ? error.message : String(error);
  return tooLate.aborted ? `not done within ${limitMs} ms: ${message}` : message;
}
