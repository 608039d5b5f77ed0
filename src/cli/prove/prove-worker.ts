// The program of one proving thread: proves one share of a stage, says what came of it, and ends.

import { parentPort, workerData } from 'node:worker_threads';
import { proveStage } from '../../plan/verify-plan.js';
import type { Share } from './prove-shares.js';

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own program posts it, and nobody else
const { task, bounds } = workerData as Share;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
parentPort?.postMessage(proveStage(task, bounds));
