// For how long did two servers say that they lead, and for how long was there no elected Mesos master with its log?

import { setMaxListeners } from 'node:events';
import { parseServerAnswer } from '../src/probe/four-letter-answers.js';
import { askFourLetterWord } from '../src/probe/four-letter.js';
import { askMesosMaster } from '../src/probe/mesos.js';
import { dcosVersion } from '../src/platform/dcos/versions.js';
import { version } from './dcos-changes.js';

/** Sampled, so true to about one interval at each end. In ms. */
export interface Watched {
  /** Two or more ZooKeeper servers said that they lead. */
  readonly twoLeadersMs: number;
  /** No Mesos master was elected and had recovered its log. */
  readonly withoutMesosMs: number;
  readonly longestWithoutMesosMs: number;
}

const zookeeperEveryMs = 250;
/** Mesos answers twice a second at most (libprocess). */
const mesosEveryMs = 1000;
const answerLimitMs = 2000;

/** Looks at these masters until told to stop. */
export function watchMasters(addresses: readonly string[]): { readonly stop: () => Promise<Watched> } {
  const stopped = new AbortController();
  const { signal } = stopped;
  setMaxListeners(0, signal);
  const leaders = timer();
  const mesos = timer();
  const loops = [
    every(zookeeperEveryMs, signal, leaders, async () => (await countLeaders(addresses, signal)) > 1),
    every(mesosEveryMs, signal, mesos, async () => !(await hasMesos(addresses, signal))),
  ];
  return {
    stop: async () => {
      stopped.abort();
      await Promise.all(loops);
      return {
        twoLeadersMs: leaders.totalMs(),
        withoutMesosMs: mesos.totalMs(),
        longestWithoutMesosMs: mesos.longestMs(),
      };
    },
  };
}

interface Timer {
  readonly tick: (holds: boolean) => void;
  readonly totalMs: () => number;
  readonly longestMs: () => number;
}

/** Adds up the times between samples of which the later one holds. */
function timer(): Timer {
  let [last, totalMs, currentMs, longestMs] = [performance.now(), 0, 0, 0];
  return {
    tick: (holds) => {
      const now = performance.now();
      const passed = now - last;
      last = now;
      currentMs = holds ? currentMs + passed : 0;
      if (holds) totalMs += passed;
      longestMs = Math.max(longestMs, currentMs);
    },
    totalMs: () => totalMs,
    longestMs: () => longestMs,
  };
}

async function every(
  ms: number,
  signal: AbortSignal,
  { tick }: Timer,
  look: () => Promise<boolean>,
): Promise<void> {
  while (!signal.aborted) {
    const began = performance.now();
    const holds = await look();
    // What was not answered because we stopped is no sample.
    if (!signal.aborted) tick(holds);
    await new Promise((wake) => setTimeout(wake, Math.max(0, ms - (performance.now() - began))));
  }
}

async function countLeaders(addresses: readonly string[], signal: AbortSignal): Promise<number> {
  const answers = await Promise.all(
    addresses.map((address) =>
      askFourLetterWord(address, 2181, 'srvr', { timeoutMs: answerLimitMs, signal }),
    ),
  );
  return answers.filter((answer) => answer.kind === 'answered' && leads(answer.text)).length;
}

function leads(text: string): boolean {
  const parsed = parseServerAnswer(text);
  return parsed.kind === 'parsed' && parsed.value.mode === 'leader';
}

async function hasMesos(addresses: readonly string[], signal: AbortSignal): Promise<boolean> {
  const names = dcosVersion(version);
  if (names === undefined) return false;
  const asked = await Promise.all(
    addresses.map((address) => askMesosMaster(address, names, { timeoutMs: answerLimitMs, signal })),
  );
  return asked.some((one) => one.kind === 'answered' && one.value.elected && one.value.registrar.recovered);
}
