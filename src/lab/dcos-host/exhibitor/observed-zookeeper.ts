// What does a four-letter word bring, as Exhibitor hands it on?

import { askFourLetterWord, type FourLetterWord } from '../../../probe/four-letter.js';

/** `FourLetterWord.Word` in dcos/exhibitor f665447, and the timeout of its client. */
const words = {
  RUOK: 'ruok',
  STAT: 'stat',
  SRVR: 'srvr',
  MNTR: 'mntr',
  CONF: 'conf',
  CONS: 'cons',
  DUMP: 'dump',
  REQS: 'reqs',
  WCHS: 'wchs',
  WCHC: 'wchc',
  WCHP: 'wchp',
} as const satisfies Readonly<Record<string, FourLetterWord>>;

const limitMs = 5000;

/** The answer, empty when there is none; null for a word that Exhibitor does not know. */
export async function fourLetterWord(address: string, word: string): Promise<string | null> {
  const known = Object.entries(words).find(([name]) => name === word.toUpperCase());
  if (known === undefined) return null;
  const answer = await askFourLetterWord(address, 2181, known[1], { timeoutMs: limitMs });
  return answer.kind === 'answered' ? answer.text : '';
}
