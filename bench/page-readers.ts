// A program of its own: open pages without a browser, each asks for what the live page asks for, as often, and reads it all.
//
// tsx bench/page-readers.ts ADDRESS COUNT; says `open` once every page is, and at the end of its input what was read, as JSON.

import { constants, setPriority } from 'node:os';
import process from 'node:process';

/** As in web/availability.tsx and, for a page in the background, web/run-feed.ts. In ms. */
const AVAILABILITY_MS = 2000;
const HIDDEN_LOOK_MS = 4000;

/** What all pages together were told; `records`: of the journal as it is now, by the page that knows least. */
export interface Told {
  readonly pages: number;
  readonly records: number;
  readonly bytes: number;
}

/** One page: its files, the stream, the canary's figures every two seconds, and the document every four. */
async function reader(url: URL, signal: AbortSignal, opened: () => void): Promise<Omit<Told, 'pages'>> {
  const at = (path: string): URL => new URL(`${path}${url.search}`, url);
  let bytes = 0;
  let records = 0;
  const load = async (path: string): Promise<void> => {
    const answer = await fetch(at(path), { signal });
    bytes += (await answer.arrayBuffer()).byteLength;
  };
  const often = async (path: string, everyMs: number): Promise<void> => {
    for (;;) {
      await load(path);
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(resolve, everyMs);
        signal.addEventListener('abort', () => {
          clearTimeout(timer);
          reject(new Error('closed'));
        });
      });
    }
  };
  const follow = async (): Promise<void> => {
    const answer = await fetch(at('/api/events'), { signal });
    opened();
    let rest = '';
    for await (const chunk of answer.body ?? []) {
      const piece = Buffer.from(chunk);
      bytes += piece.length;
      const lines = (rest + piece.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line === 'event: begin') records = 0;
        if (line === 'event: record') records += 1;
      }
    }
  };
  for (const file of ['/', '/page.css', '/page.js', '/icon.svg']) await load(file);
  await Promise.allSettled([
    follow(),
    often('/api/availability', AVAILABILITY_MS),
    often('/api/run', HIDDEN_LOOK_MS),
  ]);
  return { records, bytes };
}

// Whoever looks has a machine of their own; here they take what nobody else wants.
setPriority(constants.priority.PRIORITY_LOW);
const [address = '', count = '10'] = process.argv.slice(2);
const ended = new AbortController();
let toOpen = Number(count);
const readers = Array.from({ length: toOpen }, () =>
  reader(new URL(address), ended.signal, () => {
    toOpen -= 1;
    if (toOpen === 0) process.stdout.write('open\n');
  }),
);
process.stdin.resume();
process.stdin.once('end', () => ended.abort());
const told = await Promise.all(readers);
const sum: Told = {
  pages: told.length,
  records: Math.min(...told.map(({ records }) => records)),
  bytes: told.reduce((all, { bytes }) => all + bytes, 0),
};
process.stdout.write(`${JSON.stringify(sum)}\n`);
