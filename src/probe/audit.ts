// Does every member still have every write that was acknowledged?

import { stat } from 'node:fs/promises';
import { recordedWrites, type RecordedWrite } from './ledger.js';
import { statNode, syncServer } from './zookeeper-client.js';
import { type Connection, newSession, openConnection } from './zookeeper-connection.js';

/** What one member lacks. */
export interface AuditResult {
  readonly address: string;
  readonly checked: number;
  readonly lost: number;
  /** At most ten, for people. */
  readonly examples: readonly string[];
}

/** How the members are reached. */
export interface AuditOptions {
  readonly clientPort: number;
  /** Where to connect for an address. */
  readonly dial: (address: string) => string;
  readonly signal?: AbortSignal;
}

const requestsAtOnce = 256;
const mostExamples = 10;

/**
 * Looks up every write that the ledger holds now, on each address in a session of its own, after a `sync`: a member
 * that has the node with another czxid has lost the write too. Throws when an address can't be asked, or the ledger
 * can't be read.
 */
export async function auditLedger(
  ledgerFile: string,
  addresses: readonly string[],
  options: AuditOptions,
): Promise<readonly AuditResult[]> {
  // Writes recorded from here on may be newer than a member's `sync`.
  const { size } = await stat(ledgerFile);
  const failed = new AbortController();
  const signals = options.signal ? [options.signal, failed.signal] : [failed.signal];
  const signal = AbortSignal.any(signals);
  const failures: Error[] = [];
  const results = await Promise.all(
    addresses.map(async (address) => {
      try {
        return await auditMember(address, recordedWrites(ledgerFile, size), { ...options, signal });
      } catch (error) {
        const message = `can't look the acknowledged writes up on ${address}: ${messageOf(error)}`;
        failures.push(new Error(message, { cause: error }));
        // The others need not go on; that they broke off is not what went wrong.
        failed.abort();
        return null;
      }
    }),
  );
  if (failures[0]) throw failures[0];
  return results.filter((result) => result !== null);
}

async function auditMember(
  address: string,
  writes: AsyncIterable<RecordedWrite>,
  options: AuditOptions,
): Promise<AuditResult> {
  const connection = await openConnection({
    address: options.dial(address),
    port: options.clientPort,
    session: newSession(),
    sessionTimeoutMs: 30_000,
    handshakeMs: 5000,
    ...(options.signal ? { signal: options.signal } : {}),
  });
  try {
    await syncServer(connection);
    return { address, ...(await lookUpAll(connection, writes)) };
  } finally {
    await connection.closeSession(1000);
  }
}

async function lookUpAll(
  connection: Connection,
  writes: AsyncIterable<RecordedWrite>,
): Promise<Omit<AuditResult, 'address'>> {
  let checked = 0;
  let lost = 0;
  const examples: string[] = [];
  const check = async (some: readonly RecordedWrite[]): Promise<void> => {
    const faults = await Promise.all(some.map((write) => faultOf(connection, write)));
    checked += some.length;
    const found = faults.filter((fault) => fault !== null);
    lost += found.length;
    examples.push(...found.slice(0, mostExamples - examples.length));
  };
  let waiting: RecordedWrite[] = [];
  for await (const write of writes) {
    waiting.push(write);
    if (waiting.length < requestsAtOnce) continue;
    await check(waiting);
    waiting = [];
  }
  await check(waiting);
  return { checked, lost, examples };
}

/** What is wrong with a write on this member, or null. */
async function faultOf(connection: Connection, write: RecordedWrite): Promise<string | null> {
  const node = await statNode(connection, write.path);
  if (node?.czxid === write.czxid) return null;
  const found = node === null ? 'no such node' : `created by 0x${node.czxid.toString(16)}`;
  return `${write.path} of 0x${write.czxid.toString(16)}: ${found}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
