// How does one session talk to one named server: handshake, pipelined requests, pings, loss?

import { connect, type Socket } from 'node:net';
import {
  encodeBytes,
  encodeFlag,
  encodeFrame,
  encodeInt,
  encodeLong,
  FrameSplitter,
  JuteReader,
  WireFormatError,
} from './jute.js';
import { errorOfReply, ZooKeeperError } from './zookeeper-error.js';

/** What survives a connection: hand it to the next {@link openConnection} and the session goes on there. */
export interface Session {
  /** 0 asks the server for a new session. */
  id: bigint;
  password: Buffer;
  /** The newest transaction seen. A server that is behind it refuses the connection, so a client never goes back in time. */
  lastZxidSeen: bigint;
}

/** Where to connect, and for how long a silence may last. */
export interface ConnectionOptions {
  readonly address: string;
  readonly port: number;
  readonly session: Session;
  /** Asked for; the server answers with what it grants (2 to 20 of its ticks). */
  readonly sessionTimeoutMs: number;
  /** Limit for connecting and the handshake. Opening a new session is a write: it takes a quorum. */
  readonly handshakeMs: number;
  /** Breaks the connection at once, also later on. */
  readonly signal?: AbortSignal;
}

/** A result, with the newest transaction that the server had applied when it answered. */
export interface Reply<T> {
  readonly zxid: bigint;
  readonly value: T;
}

interface Pending {
  readonly xid: number;
  readonly subject: string;
  /** Throws `WireFormatError` when the body can't be read. */
  readonly settle: (zxid: bigint, body: JuteReader) => void;
  readonly reject: (error: Error) => void;
}

const pingXid = -2;
const pingOperation = 11;
const closeOperation = -11;
/** `jute.maxbuffer` is 1 MiB on servers and 4 MiB in their own clients; nothing that we ask for comes near. */
const longestFrameBytes = 16 * 1024 * 1024;

/** A session that does not exist yet. */
export function newSession(): Session {
  return { id: 0n, password: Buffer.alloc(16), lastZxidSeen: 0n };
}

/**
 * Connects to one server and opens or continues `session` there (the record is updated in place).
 *
 * Rejects with a {@link ZooKeeperError}: `SESSIONEXPIRED` when the server has given the session up, else
 * `CONNECTIONLOSS`. A server that is starting, without quorum, or behind the session closes without a word.
 */
export function openConnection(options: ConnectionOptions): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const connection: Connection = new Connection(options, (error) => {
      if (error) reject(error);
      else resolve(connection);
    });
  });
}

/** One live connection to one server. Once it is lost it stays lost. */
export class Connection {
  readonly address: string;
  readonly session: Session;
  readonly #socket: Socket;
  readonly #frames = new FrameSplitter(longestFrameBytes);
  readonly #options: ConnectionOptions;
  readonly #handshakeLimit: NodeJS.Timeout;
  readonly #abort = (): void => this.#lose('given up');
  #pending: Pending[] = [];
  #answered: ((error?: Error) => void) | undefined;
  #pulse: NodeJS.Timeout | undefined;
  #nextXid = 1;
  #heardAt = 0;
  #saidAt = 0;
  #lostBecause: string | undefined;

  /** Use {@link openConnection}. */
  constructor(options: ConnectionOptions, answered: (error?: Error) => void) {
    this.address = options.address;
    this.session = options.session;
    this.#options = options;
    this.#answered = answered;
    this.#socket = connect({ host: options.address, port: options.port, noDelay: true });
    this.#handshakeLimit = setTimeout(() => {
      this.#lose(`no handshake within ${options.handshakeMs} ms`);
    }, options.handshakeMs);
    this.#socket.once('connect', () => this.#write([this.#connectRequest()]));
    this.#socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    this.#socket.on('error', (error) => this.#lose(error.message));
    this.#socket.on('close', () =>
      this.#lose(this.#answered ? 'closed before the handshake' : 'closed by the server'),
    );
    if (options.signal?.aborted === true) this.#lose('given up');
    else options.signal?.addEventListener('abort', this.#abort, { once: true });
  }

  /** Whether requests can no longer be sent. */
  get lost(): boolean {
    return this.#lostBecause !== undefined;
  }

  /**
   * Sends one request; any number may be under way. `subject` names it in errors.
   *
   * Rejects with a {@link ZooKeeperError}; with `CONNECTIONLOSS` the outcome is unknown.
   */
  request<T>(
    operation: number,
    body: readonly Uint8Array[],
    subject: string,
    decode: (body: JuteReader) => T,
  ): Promise<Reply<T>> {
    return new Promise((resolve, reject) => {
      if (this.#lostBecause !== undefined) {
        reject(new ZooKeeperError('CONNECTIONLOSS', `${subject}: not sent, ${this.#lossMessage()}`));
        return;
      }
      const xid = this.#nextXid;
      this.#nextXid = xid === 0x7fff_ffff ? 1 : xid + 1;
      const settle = (zxid: bigint, answer: JuteReader): void => resolve({ zxid, value: decode(answer) });
      this.#pending.push({ xid, subject, settle, reject });
      this.#write([encodeInt(xid), encodeInt(operation), ...body]);
    });
  }

  /** Ends the session, so that the server forgets it and its ephemeral nodes at once. Never rejects: a session ends by itself too. */
  async closeSession(limitMs: number): Promise<void> {
    const limit = setTimeout(() => this.#lose('the session was not closed in time'), limitMs);
    await this.request(closeOperation, [], 'close', () => null).catch(() => undefined);
    clearTimeout(limit);
    this.disconnect();
  }

  /** Breaks the connection and leaves the session to be continued elsewhere. */
  disconnect(): void {
    this.#lose('disconnected');
  }

  #connectRequest(): Buffer {
    const { session, sessionTimeoutMs } = this.#options;
    return Buffer.concat([
      encodeInt(0), // protocol version
      encodeLong(session.lastZxidSeen),
      encodeInt(sessionTimeoutMs),
      encodeLong(session.id),
      encodeBytes(session.password),
      encodeFlag('no'), // a server without quorum, in read-only mode, will not do
    ]);
  }

  /** Requests of one turn of the event loop leave in one piece. */
  #write(parts: readonly Uint8Array[]): void {
    if (this.#socket.writableCorked === 0) {
      this.#socket.cork();
      process.nextTick(() => this.#socket.uncork());
    }
    this.#saidAt = performance.now();
    this.#socket.write(encodeFrame(parts));
  }

  #receive(chunk: Buffer): void {
    this.#heardAt = performance.now();
    try {
      for (const frame of this.#frames.push(chunk)) {
        if (this.lost) return;
        const reader = new JuteReader(frame);
        if (this.#answered) this.#receiveHandshake(reader);
        else this.#receiveReply(reader);
      }
    } catch (error) {
      if (!(error instanceof WireFormatError)) throw error;
      this.#lose(error.message);
    }
  }

  #receiveHandshake(reader: JuteReader): void {
    reader.readInt(); // protocol version
    const grantedMs = reader.readInt();
    const id = reader.readLong();
    const password = Buffer.from(reader.readBytes());
    const answered = this.#answered;
    clearTimeout(this.#handshakeLimit);
    this.#answered = undefined;
    if (grantedMs <= 0 || id === 0n) {
      this.#lose('session expired');
      answered?.(new ZooKeeperError('SESSIONEXPIRED', `${this.address}: session expired`));
      return;
    }
    this.session.id = id;
    this.session.password = password;
    this.#pulse = setInterval(() => this.#checkPulse(grantedMs), grantedMs / 6);
    answered?.();
  }

  /** As the Java client does: a ping after a third of the session timeout, another server after two thirds of silence. */
  #checkPulse(grantedMs: number): void {
    const now = performance.now();
    if (now - this.#heardAt > (grantedMs * 2) / 3)
      this.#lose(`silent for ${Math.round(now - this.#heardAt)} ms`);
    else if (now - this.#saidAt > grantedMs / 3) this.#write([encodeInt(pingXid), encodeInt(pingOperation)]);
  }

  #receiveReply(reader: JuteReader): void {
    const xid = reader.readInt();
    const zxid = reader.readLong();
    const error = reader.readInt();
    // Negative: pings, watches and the like, none of which answers a request.
    if (xid < 0) return;
    const pending = this.#pending[0];
    if (pending?.xid !== xid)
      throw new WireFormatError(`reply ${xid} where ${pending?.xid ?? 'none'} was due`);
    if (error === 0) pending.settle(zxid, reader);
    else pending.reject(errorOfReply(error, `${this.address}: ${pending.subject}`));
    this.#pending.shift();
    if (zxid > this.session.lastZxidSeen) this.session.lastZxidSeen = zxid;
  }

  #lose(because: string): void {
    if (this.#lostBecause !== undefined) return;
    this.#lostBecause = because;
    clearTimeout(this.#handshakeLimit);
    clearInterval(this.#pulse);
    this.#options.signal?.removeEventListener('abort', this.#abort);
    this.#socket.destroy();
    this.#answered?.(new ZooKeeperError('CONNECTIONLOSS', this.#lossMessage()));
    this.#answered = undefined;
    const pending = this.#pending;
    this.#pending = [];
    for (const { subject, reject } of pending) {
      reject(new ZooKeeperError('CONNECTIONLOSS', `${subject}: ${this.#lossMessage()}, outcome unknown`));
    }
  }

  #lossMessage(): string {
    return `connection to ${this.address} lost (${this.#lostBecause})`;
  }
}
