// What does a server answer to a four-letter word, and how did it take the connection?

import { connect } from 'node:net';

/** The words that we ask: none of them changes anything. */
export type FourLetterWord =
  'srvr' | 'mntr' | 'conf' | 'ruok' | 'stat' | 'cons' | 'dump' | 'reqs' | 'wchs' | 'wchc' | 'wchp';

/** An answer may be empty: a port that is open but closes without a word. `silent` is never taken for health. */
export type FourLetterAnswer =
  | { readonly kind: 'answered'; readonly text: string }
  | { readonly kind: 'refused' }
  | { readonly kind: 'silent'; readonly reason: string };

/** `mntr` of 3.8 takes 20 KB; whatever sends more than this is no ZooKeeper. */
const longestAnswerBytes = 1024 * 1024;

/** Asks once. The server ends its answer by closing the connection. Never rejects. */
export function askFourLetterWord(
  address: string,
  port: number,
  word: FourLetterWord,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<FourLetterAnswer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    let connected = false;
    const socket = connect({ host: address, port });
    const settle = (answer: FourLetterAnswer): void => {
      clearTimeout(limit);
      options.signal?.removeEventListener('abort', abort);
      socket.destroy();
      resolve(answer);
    };
    const answered = (): void => settle({ kind: 'answered', text: Buffer.concat(chunks).toString('utf8') });
    const abort = (): void => settle({ kind: 'silent', reason: 'given up' });
    const limit = setTimeout(() => {
      const what = connected ? 'connected, but no answer' : 'no connection';
      settle({ kind: 'silent', reason: `${what} within ${options.timeoutMs} ms` });
    }, options.timeoutMs);
    socket.once('connect', () => {
      connected = true;
      // No newline and no early end: a server that sees the end first may close without an answer.
      socket.write(word);
    });
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > longestAnswerBytes) settle({ kind: 'silent', reason: 'an endless answer' });
    });
    socket.once('end', answered);
    socket.once('close', answered);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') settle({ kind: 'refused' });
      // A reset: the server took the connection, and closed it without a word, or behind its answer.
      else if (connected || error.code === 'ECONNRESET') answered();
      else settle({ kind: 'silent', reason: error.message });
    });
    if (options.signal?.aborted === true) abort();
    else options.signal?.addEventListener('abort', abort, { once: true });
  });
}
