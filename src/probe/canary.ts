// Can clients write and read while the ensemble changes, and what did they see?

import { invariant } from '../model/invariant.js';
import { auditLedger, type AuditResult } from './audit.js';
import { CanaryClient } from './canary-client.js';
import { GapMeter } from './gaps.js';
import { type LedgerEntry, type LedgerWriter, openLedger, type WriteEntry } from './ledger.js';
import { advance } from './ledger-figures.js';

/** What the canary has seen so far, since it was started. */
export interface CanaryReading {
  readonly acknowledged: number;
  /** Writes whose outcome is unknown (the connection broke): never counted as acknowledged, never repeated. */
  readonly unknown: number;
  /** Acknowledged writes that a later read did not find: alarming. */
  readonly readsMissing: number;
  /** ms since the last acknowledged write of any client; null before the first. */
  readonly sinceLastWriteMs: number | null;
  readonly longestGapMs: number;
  /** Sum of the gaps longer than 500 ms, in ms, the one under way included. */
  readonly unavailableMs: number;
}

/** Who writes what, where to. */
export interface CanaryOptions {
  /** The node that everything is written under, such as `/succession/<run>`. Its ancestors are made where they lack. */
  readonly root: string;
  /** Grows; a later canary goes on with it. */
  readonly ledgerFile: string;
  readonly clientPort: number;
  /** Where to connect for an address. */
  readonly dial: (address: string) => string;
  /** 3 by default, each with a session of its own. */
  readonly clients?: number;
  /** Between two writes of a client; 20 ms by default. */
  readonly pauseMs?: number;
}

const startLimitMs = 5000;
const aliveEveryMs = 250;

/** A canary of this process: several clients and one ledger. Started once, stopped once. */
export class RunningCanary {
  readonly #options: CanaryOptions;
  readonly #meter = new GapMeter(-Infinity, Infinity);
  readonly #counts = { acknowledged: 0, unknown: 0, missing: 0 };
  #lastWriteAt: number | null = null;
  #onFirstWrite: (() => void) | undefined;
  #ledger: LedgerWriter | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #clients: readonly CanaryClient[] = [];

  constructor(options: CanaryOptions) {
    this.#options = options;
  }

  /**
   * Starts the clients, which rotate over `addresses`. Resolves with the first acknowledged write, after 5 s without
   * one all the same: a canary must also be able to watch an outage. Rejects when the ledger can't be opened.
   */
  async start(addresses: readonly string[]): Promise<void> {
    invariant(this.#ledger === undefined, 'a canary is started once');
    const { root, clients = 3, pauseMs = 20 } = this.#options;
    this.#ledger = await openLedger(this.#options.ledgerFile);
    const startedAt = Date.now();
    const incarnation = startedAt.toString(36);
    this.#record({ kind: 'start', at: startedAt, root, incarnation });
    // Nothing is written before the start is on file: in the ledger it would belong to the canary before.
    await this.#ledger.flush();
    this.#heartbeat = setInterval(() => this.#record({ kind: 'alive', at: Date.now() }), aliveEveryMs);
    const record = (entry: WriteEntry): void => this.#record(entry);
    const firstWrite = new Promise<void>((resolve) => {
      this.#onFirstWrite = resolve;
    });
    this.#clients = Array.from(
      { length: clients },
      (_, client) => new CanaryClient({ ...this.#options, pauseMs, incarnation, client, record }, addresses),
    );
    const limit = setTimeout(() => this.#onFirstWrite?.(), startLimitMs);
    await firstWrite;
    clearTimeout(limit);
  }

  /** From now on clients connect to these; whoever is connected elsewhere moves away at once. */
  moveTo(addresses: readonly string[]): void {
    this.#clients.forEach((client) => client.moveTo(addresses));
  }

  /** The figures up to this moment. */
  read(): CanaryReading {
    const now = Date.now();
    this.#meter.reach(now);
    const { longestGapMs, unavailableMs } = this.#meter.read();
    const { missing: readsMissing, ...written } = this.#counts;
    const sinceLastWriteMs = this.#lastWriteAt === null ? null : Math.max(0, now - this.#lastWriteAt);
    return { ...written, readsMissing, sinceLastWriteMs, longestGapMs, unavailableMs };
  }

  /** Writes out what the ledger has to hold, so that the figures and the audit of this moment are complete. */
  async flush(): Promise<void> {
    await this.#ledger?.flush();
  }

  /**
   * Looks every acknowledged write of the ledger up on each address. Throws when an address can't be asked, or the
   * ledger could not be written.
   */
  async audit(addresses: readonly string[], signal: AbortSignal): Promise<readonly AuditResult[]> {
    await this.flush();
    return auditLedger(this.#options.ledgerFile, addresses, { ...this.#options, signal });
  }

  /** Ends the sessions and closes the ledger. Rejects when the ledger could not be written. */
  async stop(): Promise<void> {
    const ledger = this.#ledger;
    if (ledger === undefined) return;
    try {
      await Promise.all(this.#clients.map((client) => client.stop()));
    } finally {
      clearInterval(this.#heartbeat);
      this.#record({ kind: 'stop', at: Date.now() });
      await ledger.close();
    }
  }

  #record(entry: LedgerEntry): void {
    this.#ledger?.append(entry);
    advance(this.#meter, entry);
    if (entry.kind === 'start' || entry.kind === 'stop' || entry.kind === 'alive') return;
    this.#counts[entry.kind] += 1;
    if (entry.kind !== 'acknowledged') return;
    this.#lastWriteAt = entry.at;
    this.#onFirstWrite?.();
  }
}
