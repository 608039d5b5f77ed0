// The program of one proving thread: proves the shares that it is given, one after the other.

import { parentPort } from 'node:worker_threads';
import { proveStage } from '../../plan/verify-plan.js';
import type { Share } from './prove-shares.js';

parentPort?.on('message', ({ task, bounds }: Share) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
  parentPort?.postMessage(proveStage(task, bounds));
});
