// How does one client of the canary keep writing and reading, whatever the servers do?

import { setTimeout as sleep } from 'node:timers/promises';
import { invariant } from '../model/invariant.js';
import { bucketPath, type WriteEntry, writePath } from './ledger.js';
import { createNode, makeNode, statNode } from './zookeeper-client.js';
import { type Connection, newSession, openConnection } from './zookeeper-connection.js';
import { hasCode, ZooKeeperError } from './zookeeper-error.js';

/** What one client needs. */
export interface CanaryClientOptions {
  readonly root: string;
  readonly incarnation: string;
  /** Its number among the canary's clients. */
  readonly client: number;
  readonly clientPort: number;
  readonly dial: (address: string) => string;
  readonly pauseMs: number;
  readonly record: (entry: WriteEntry) => void;
}

const sessionTimeoutMs = 10_000;
const handshakeMs = 2000;
/** One round over all servers, none of which takes us: short, so that the end of an outage is seen at once. */
const roundBackOffMs = 100;
/** How long a request under way may take before a client leaves a server that is no longer listed. */
const leaveLimitMs = 200;
const stopLimitMs = 1000;

interface Acknowledged {
  readonly number: number;
  readonly czxid: bigint;
}

/** Runs from construction to `stop`. */
export class CanaryClient {
  readonly #options: CanaryClientOptions;
  readonly #stopped = new AbortController();
  readonly #running: Promise<void>;
  #addresses: readonly string[];
  #turn: number;
  #stopping = false;
  #session = newSession();
  #connection: Connection | undefined;
  /** The address, as the cluster knows it, that the connection leads to. */
  #via = '';
  #bucket = '';
  #nextNumber = 0;
  #previous: Acknowledged | undefined;

  constructor(options: CanaryClientOptions, addresses: readonly string[]) {
    invariant(addresses.length > 0, 'a canary has a server to talk to');
    this.#options = options;
    this.#addresses = addresses;
    this.#turn = options.client;
    this.#running = this.#run();
    // A fault of ours surfaces in `stop`.
    this.#running.catch(() => undefined);
  }

  /** From now on connects to these only; leaves any other server. */
  moveTo(addresses: readonly string[]): void {
    invariant(addresses.length > 0, 'a canary has a server to talk to');
    this.#addresses = addresses;
    const connection = this.#connection;
    if (connection === undefined || addresses.includes(this.#via)) return;
    // The loop leaves before its next request. Only a request that hangs is cut off.
    setTimeout(() => connection.disconnect(), leaveLimitMs).unref();
  }

  /** Ends the session. Rejects when this client failed for a reason of our own. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const limit = setTimeout(() => this.#stopped.abort(), stopLimitMs);
    await this.#running.finally(() => clearTimeout(limit));
    await this.#connection?.closeSession(stopLimitMs);
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      try {
        await this.#writeOnce(await this.#connect());
        await sleep(this.#options.pauseMs);
      } catch (error) {
        if (!(error instanceof ZooKeeperError)) throw error;
        if (error.code === 'SESSIONEXPIRED') {
          this.#session = newSession();
          this.#connection?.disconnect();
        }
        await sleep(roundBackOffMs / this.#addresses.length);
      }
    }
  }

  /** The connection at hand while it lives and leads to a listed server, else one to the next server in turn. */
  async #connect(): Promise<Connection> {
    if (this.#connection?.lost === false && this.#addresses.includes(this.#via)) return this.#connection;
    this.#connection?.disconnect();
    const address = this.#addresses[this.#turn % this.#addresses.length];
    invariant(address !== undefined, `turn ${this.#turn} of ${this.#addresses.length} servers`);
    this.#turn += 1;
    this.#via = address;
    this.#connection = await openConnection({
      address: this.#options.dial(address),
      port: this.#options.clientPort,
      session: this.#session,
      sessionTimeoutMs,
      handshakeMs,
      signal: this.#stopped.signal,
    });
    return this.#connection;
  }

  /** Writes the next node, and looks the one before up through the same connection. */
  async #writeOnce(connection: Connection): Promise<void> {
    const { root, incarnation, client } = this.#options;
    const bucket = bucketPath(root, incarnation, client, this.#nextNumber);
    if (bucket !== this.#bucket) await makeNode(connection, bucket);
    this.#bucket = bucket;
    const previous = this.#previous;
    const number = this.#nextNumber;
    this.#nextNumber += 1;
    const czxid = await this.#create(connection, number);
    this.#previous = { number, czxid };
    if (previous) await this.#readBack(connection, previous);
  }

  /** Answers with the czxid. That is the reply's zxid: servers apply one write at a time, and answer it before the next. */
  async #create(connection: Connection, number: number): Promise<bigint> {
    const { root, incarnation, client } = this.#options;
    const path = writePath(root, incarnation, client, number);
    try {
      const { zxid } = await createNode(connection, path, Buffer.alloc(0), 'persistent');
      this.#record('acknowledged', number, `0x${zxid.toString(16)}`);
      return zxid;
    } catch (error) {
      if (hasCode(error, 'CONNECTIONLOSS')) this.#record('unknown', number, null);
      // The parent is gone: it is made again before the next write.
      if (hasCode(error, 'NONODE')) this.#bucket = '';
      throw error;
    }
  }

  async #readBack(connection: Connection, previous: Acknowledged): Promise<void> {
    const { root, incarnation, client } = this.#options;
    const node = await statNode(connection, writePath(root, incarnation, client, previous.number));
    if (node?.czxid !== previous.czxid) this.#record('missing', previous.number, null);
  }

  #record(kind: WriteEntry['kind'], number: number, czxid: string | null): void {
    const { client, record } = this.#options;
    record({ kind, at: Date.now(), client, number, via: this.#via, czxid });
  }
}
