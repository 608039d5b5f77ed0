// How a run is watched: its page is served as an operator does it, and so many pages are open.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { begin, type RunningCommand } from '../test/support/command.js';
import type { Told } from './page-readers.js';
import { takenBy } from './processor-time.js';

/** Pages that are open. */
export interface OpenPages {
  /** Closes them, and then ends their server. */
  readonly close: () => Promise<Told & WithServer>;
}

interface WithServer {
  /** What the server took since all pages were open, in percent of a processor. */
  readonly serverShare: number;
}

const program = fileURLToPath(new URL('page-readers.ts', import.meta.url));

/** Opens them. */
export async function openPages(home: string, run: string, count: number): Promise<OpenPages> {
  const watching = begin(home, ['watch', run]);
  const url = await addressOf(watching);
  const readers = spawn(process.execPath, [...process.execArgv, program, url, `${count}`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let out = '';
  await new Promise<void>((resolve, reject) => {
    readers.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString('utf8');
      if (out.startsWith('open\n')) resolve();
    });
    readers.once('close', () => reject(new Error('the pages did not open')));
  });
  const server = watching.child.pid ?? 0;
  const opened = { at: performance.now(), ms: await takenBy(server) };
  const ended = new Promise((resolve) => readers.once('close', resolve));
  return {
    close: async () => {
      readers.stdin.end();
      await ended;
      const took = (await takenBy(server)) - opened.ms;
      const serverShare = (100 * took) / (performance.now() - opened.at);
      watching.child.kill('SIGINT');
      await watching.end;
      return { ...toldIn(JSON.parse(out.replace('open\n', ''))), serverShare };
    },
  };
}

function toldIn(value: unknown): Told {
  if (
    typeof value === 'object' &&
    value !== null &&
    'pages' in value &&
    'records' in value &&
    'bytes' in value
  )
    return { pages: Number(value.pages), records: Number(value.records), bytes: Number(value.bytes) };
  throw new Error(`no figures: ${JSON.stringify(value)}`);
}

async function addressOf({ child, says }: RunningCommand): Promise<string> {
  let out = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString('utf8');
  });
  await says('Ctrl-C ends the page');
  return out.trim();
}
