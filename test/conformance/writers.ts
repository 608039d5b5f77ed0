// Which writes did which server acknowledge, when, under which zxid?

import { setTimeout as sleep } from 'node:timers/promises';
import { createNode, makeNode } from '../../src/probe/zookeeper-client.js';
import { type Connection, newSession, openConnection } from '../../src/probe/zookeeper-connection.js';
import { hasCode, ZooKeeperError } from '../../src/probe/zookeeper-error.js';
import { epochOf } from '../../src/probe/observe-service.js';
import type { Letter } from './scenario.js';

/** One write that a server acknowledged. Times are those of `performance.now`. */
export interface Acknowledged {
  readonly via: Letter;
  /** Below {@link parentOf}; never used for another write. */
  readonly name: string;
  readonly czxid: bigint;
  readonly sentAt: number;
  readonly at: number;
}

/** How writers reach servers. */
export interface WriterOptions {
  readonly addressOf: (letter: Letter) => string;
  readonly serves: (letter: Letter) => boolean;
}

const pauseMs = 20;
const retryMs = 50;

/** The node that all writes through a server lie below. */
export function parentOf(letter: Letter): string {
  return `/conformance/${letter}`;
}

/**
 * One writer a server, which writes through that one alone, and forgets its session with its connection: so it serves
 * as a witness of what that server acknowledges, whatever it acknowledged before.
 */
export class Writers {
  readonly #options: WriterOptions;
  readonly #stopped = new AbortController();
  readonly #acknowledged: Acknowledged[] = [];
  readonly #latestSent = new Map<Letter, number>();
  readonly #running: readonly Promise<void>[];
  #stopping = false;

  constructor(options: WriterOptions, letters: readonly Letter[]) {
    this.#options = options;
    this.#running = letters.map((letter) => this.#run(letter));
  }

  get acknowledged(): readonly Acknowledged[] {
    return this.#acknowledged;
  }

  /** When the newest write that this server acknowledged was sent; 0 before the first. */
  latestSent(letter: Letter): number {
    return this.#latestSent.get(letter) ?? 0;
  }

  /** Rejects when a writer failed for a reason of our own. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const limit = setTimeout(() => this.#stopped.abort(), 1000);
    await Promise.all(this.#running).finally(() => clearTimeout(limit));
  }

  async #run(letter: Letter): Promise<void> {
    for (let number = 0; !this.#stopping;) {
      if (!this.#options.serves(letter)) {
        await sleep(retryMs);
        continue;
      }
      let connection: Connection | undefined;
      try {
        connection = await this.#open(letter);
        await makeNode(connection, parentOf(letter));
        while (!this.#stopping) {
          number += 1;
          await this.#write(connection, letter, String(number));
          await sleep(pauseMs);
        }
        await connection.closeSession(500);
      } catch (error) {
        if (!(error instanceof ZooKeeperError)) throw error;
        connection?.disconnect();
        // The parent is gone with the data: it is made again at once.
        if (!hasCode(error, 'NONODE')) await sleep(retryMs);
      }
    }
  }

  #open(letter: Letter): Promise<Connection> {
    return openConnection({
      address: this.#options.addressOf(letter),
      port: 2181,
      session: newSession(),
      sessionTimeoutMs: 4000,
      handshakeMs: 1500,
      signal: this.#stopped.signal,
    });
  }

  async #write(connection: Connection, via: Letter, name: string): Promise<void> {
    const sentAt = performance.now();
    const { zxid } = await createNode(connection, `${parentOf(via)}/${name}`, Buffer.alloc(0), 'persistent');
    this.#acknowledged.push({ via, name, czxid: zxid, sentAt, at: performance.now() });
    this.#latestSent.set(via, sentAt);
  }
}

/** Zxids that two different writes have: two leaders of one epoch committed. */
export function collisionsAmong(writes: readonly Acknowledged[]): number {
  return writes.length - new Set(writes.map((write) => write.czxid)).size;
}

/**
 * Writes sent after a later epoch had acknowledged one, and acknowledged in the earlier epoch all the same: two
 * leaders committed, whatever the clocks say.
 */
export function supersededAmong(writes: readonly Acknowledged[]): number {
  const firstAt = new Map<number, number>();
  const epoch = ({ czxid }: Acknowledged): number => epochOf(`0x${czxid.toString(16)}`);
  for (const write of writes) {
    firstAt.set(epoch(write), Math.min(firstAt.get(epoch(write)) ?? Infinity, write.at));
  }
  return writes.filter((write) =>
    [...firstAt].some(([later, at]) => later > epoch(write) && at < write.sentAt),
  ).length;
}
