// What the other end says first, in one line.

import type { Readable } from 'node:stream';

const longest = 4096;

/** The first line without its end; null when the stream ends, breaks or goes on for too long before there is one. */
export function firstLine(stream: Readable): Promise<string | null> {
  return new Promise((resolve) => {
    let text = '';
    // The listener stays: a stream that nobody reads would never tell that it has ended.
    stream.on('data', (chunk: Buffer) => {
      if (text.length > longest) return;
      text += chunk.toString('utf8');
      const end = text.indexOf('\n');
      if (end !== -1) resolve(text.slice(0, end));
      else if (text.length > longest) resolve(null);
    });
    stream.on('error', () => resolve(null));
    stream.on('close', () => resolve(null));
  });
}
