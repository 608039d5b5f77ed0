// The program of a thread that proves the rest of a stage, so that the clients of a run can go on writing meanwhile.

import { parentPort } from 'node:worker_threads';
import { proveRest, type RestToProve } from '../../run/prove-rest.js';

parentPort?.on('message', (rest: RestToProve) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
  parentPort?.postMessage(proveRest(rest));
});
