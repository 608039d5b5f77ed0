// What an action is given outside a run.

import type { ActionContext } from '../../src/run/platform.js';

/** Nothing but the signal. */
export function given(signal: AbortSignal): ActionContext {
  return { id: 'test', facts: {}, signal };
}
