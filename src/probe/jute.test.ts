import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  encodeBytes,
  encodeFrame,
  encodeInt,
  encodeLong,
  encodeText,
  FrameSplitter,
  JuteReader,
  WireFormatError,
} from './jute.js';

const int = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

describe('JuteReader', () => {
  test('reads back what was encoded', () => {
    fc.assert(
      fc.property(int, long, fc.string({ unit: 'binary' }), fc.uint8Array(), (number, zxid, text, bytes) => {
        const reader = new JuteReader(
          Buffer.concat([encodeInt(number), encodeLong(zxid), encodeText(text), encodeBytes(bytes)]),
        );
        expect(reader.readInt()).toBe(number);
        expect(reader.readLong()).toBe(zxid);
        expect(reader.readText()).toBe(text);
        expect([...reader.readBytes()]).toEqual([...bytes]);
      }),
    );
  });

  test.each([
    ['an integer', (reader: JuteReader) => reader.readInt(), Buffer.alloc(3)],
    ['a text', (reader: JuteReader) => reader.readText(), Buffer.concat([encodeInt(5), Buffer.from('four')])],
    [
      'a list',
      (reader: JuteReader) => reader.readTexts(),
      Buffer.concat([encodeInt(2_000_000_000), encodeText('a')]),
    ],
  ])('throws where %s reaches past the end', (_, read, bytes) => {
    expect(() => read(new JuteReader(bytes))).toThrow(WireFormatError);
  });

  test('reads a null buffer as no bytes', () => {
    expect(new JuteReader(encodeInt(-1)).readBytes()).toHaveLength(0);
  });
});

describe('FrameSplitter', () => {
  test('finds the same frames however the stream is cut', () => {
    const frames = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 8 });
    fc.assert(
      fc.property(frames, fc.array(fc.nat(40)), (contents, cuts) => {
        const stream = Buffer.concat(contents.map((content) => encodeFrame([content])));
        const splitter = new FrameSplitter(20);
        const found: number[][] = [];
        let start = 0;
        for (const length of [...cuts, stream.length]) {
          for (const frame of splitter.push(stream.subarray(start, start + length))) found.push([...frame]);
          start = Math.min(stream.length, start + length);
        }
        expect(found).toEqual(contents.map((content) => [...content]));
      }),
    );
  });

  test.each([-1, 21])('throws on a frame of %i bytes where 20 are allowed', (length) => {
    expect(() => new FrameSplitter(20).push(encodeInt(length))).toThrow(WireFormatError);
  });
});
