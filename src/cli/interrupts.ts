// What Ctrl-C does to a run: the first pauses it between two steps, the second stops it at once.

import { setMaxListeners } from 'node:events';

/** What is said when a run begins. */
export const interruptsHint: string =
  'Ctrl-C pauses after the step under way, a second one stops at once; both can be resumed.';

/** What the help of a command that runs says of it. */
export const interruptsNote: string = `${interruptsHint} Exit status 4.`;

/** The operator's wish, as the engine asks for it. */
export interface Interrupts {
  readonly pauseRequested: () => boolean;
  readonly signal: AbortSignal;
  /** Gives the signals back to the process. */
  readonly release: () => void;
}

/** Listens to SIGINT, SIGTERM and SIGHUP. `note` tells the operator what happens now. */
export function listenForInterrupts(note: (text: string) => void): Interrupts {
  const controller = new AbortController();
  // Every connection of every sampling listens to it: hundreds at a time are no leak.
  setMaxListeners(0, controller.signal);
  let asked = 0;
  const onInterrupt = (): void => {
    asked += 1;
    if (asked === 1) {
      note('Pausing after the step under way. Ctrl-C again stops at once.');
      return;
    }
    note('Stopping at once.');
    controller.abort();
  };
  const onEnd = (): void => {
    controller.abort();
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onEnd);
  process.on('SIGHUP', onEnd);
  return {
    pauseRequested: () => asked > 0,
    signal: controller.signal,
    release: () => {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onEnd);
      process.off('SIGHUP', onEnd);
    },
  };
}
