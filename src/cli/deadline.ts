// A time limit for work that many connections share.

import { setMaxListeners } from 'node:events';

/** Aborts after `ms`. Any number of probes may listen to it. */
export function deadline(ms: number): AbortSignal {
  const signal = AbortSignal.timeout(ms);
  setMaxListeners(0, signal);
  return signal;
}
