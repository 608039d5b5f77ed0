// How do ZooKeeper's records become bytes, and bytes records?

/** An answer that does not keep to the wire format. The connection that brought it is of no further use. */
export class WireFormatError extends Error {
  override readonly name = 'WireFormatError';
}

/** A 32 bit signed integer. */
export function encodeInt(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** A 64 bit signed integer. */
export function encodeLong(value: bigint): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}

/** One byte, 0 or 1. */
export function encodeFlag(value: 'yes' | 'no'): Buffer {
  return Buffer.from([value === 'yes' ? 1 : 0]);
}

/** Length, then the bytes. */
export function encodeBytes(value: Uint8Array): Buffer {
  return Buffer.concat([encodeInt(value.length), value]);
}

/** Length in bytes, then UTF-8. */
export function encodeText(value: string): Buffer {
  const length = Buffer.byteLength(value);
  const bytes = Buffer.allocUnsafe(4 + length);
  bytes.writeInt32BE(length);
  bytes.write(value, 4);
  return bytes;
}

/** A frame: the length of all parts, then the parts. */
export function encodeFrame(parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([encodeInt(length), ...parts], length + 4);
}

/** Reads one frame's content from front to back. Every read throws {@link WireFormatError} past the end. */
export class JuteReader {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  readInt(): number {
    return this.#bytes.readInt32BE(this.#advance(4));
  }

  readLong(): bigint {
    return this.#bytes.readBigInt64BE(this.#advance(8));
  }

  /** The bytes; none for a null buffer, which the wire writes as length -1. */
  readBytes(): Buffer {
    const length = Math.max(0, this.readInt());
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  readText(): string {
    return this.readBytes().toString('utf8');
  }

  readTexts(): readonly string[] {
    const count = Math.max(0, this.readInt());
    // Each text takes at least its length: a count beyond that is nonsense and must not allocate.
    if (count > (this.#bytes.length - this.#offset) / 4) {
      throw new WireFormatError(`${count} texts announced in ${this.#bytes.length - this.#offset} bytes`);
    }
    return Array.from({ length: count }, () => this.readText());
  }

  #advance(length: number): number {
    const start = this.#offset;
    if (start + length > this.#bytes.length) {
      throw new WireFormatError(`${length} bytes wanted at ${start} of ${this.#bytes.length}`);
    }
    this.#offset += length;
    return start;
  }
}

/** Splits a byte stream into frames. Throws {@link WireFormatError} on a length that no server sends. */
export class FrameSplitter {
  readonly #limitBytes: number;
  #rest: Buffer = Buffer.alloc(0);

  /** @param limitBytes the longest frame to accept */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** The frames that are complete with this chunk, in order. */
  push(chunk: Buffer): readonly Buffer[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const frames: Buffer[] = [];
    let offset = 0;
    while (bytes.length - offset >= 4) {
      const length = bytes.readInt32BE(offset);
      if (length < 0 || length > this.#limitBytes) throw new WireFormatError(`frame of ${length} bytes`);
      if (bytes.length - offset - 4 < length) break;
      frames.push(bytes.subarray(offset + 4, offset + 4 + length));
      offset += 4 + length;
    }
    this.#rest = bytes.subarray(offset);
    return frames;
  }
}
