// Where is the rest of a stage proved during a run: here, or in a thread of its own?

import { Worker } from 'node:worker_threads';
import { addressesIn } from '../../model/ensemble.js';
import { type ProvedRest, proveRest, type RestToProve } from '../../run/prove-rest.js';
import { workerProgram } from './worker-program.js';

/** Up to so many servers a proof takes less time than clients would notice: about 0.1 s for one of five replaced. */
const mostServersHere = 6;

/** Proves the rest of a stage. Rejects where our own assumptions break. */
export async function proveWhileClientsWrite(rest: RestToProve): Promise<ProvedRest> {
  const { from, to } = rest.world;
  return addressesIn(from, to).length <= mostServersHere ? proveRest(rest) : inThread(rest);
}

/** Proves it in a thread, which ends with it. */
export async function inThread(rest: RestToProve): Promise<ProvedRest> {
  const worker = new Worker(workerProgram('rest-worker'));
  try {
    return await new Promise<ProvedRest>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) =>
        reject(new Error(`a proving thread ended by itself, with status ${code}`)),
      );
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      worker.postMessage(rest);
    });
  } finally {
    await worker.terminate();
  }
}
