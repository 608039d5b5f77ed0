// How is the work of a proof spread over the cores? A share a thread; what one thread refutes, no other goes on with.

import { Worker } from 'node:worker_threads';
import { proveStage, type StageTask } from '../../plan/verify-plan.js';
import { defaultMostStates } from '../../proof/explorer/explore.js';
import type { ProofBounds, ScriptProof } from '../../proof/prove-script.js';
import { rosterOf } from '../../proof/zookeeper/roster.js';
import { workerProgram } from './worker-program.js';

/** A stage, or those courses of events in which one of some servers suffers the first fault. */
export interface Share {
  readonly task: StageTask;
  readonly bounds: ProofBounds;
}

/** What came of a share; null when another share of its stage had refuted it already. */
export interface ProvedShare {
  readonly share: Share;
  readonly proof: ScriptProof | null;
  readonly tookMs: number;
}

/**
 * One share a stage; under one fault as many as there are cores, where there are fewer stages: the victims of that fault
 * are dealt out in turn, and two shares are about seven tenths of the whole each. Under more faults a share is hardly less
 * than the whole (what follows once all have recovered is in each: 94 % measured under three), so nothing is dealt out.
 */
export function sharesOf(tasks: readonly StageTask[], faults: number, cores: number): readonly Share[] {
  // Two proofs of the greatest size fit in 3 GB; more at once must each be smaller.
  const mostStates = Math.floor(Math.min(1, 2 / cores) * defaultMostStates);
  return tasks.flatMap((task): readonly Share[] => {
    const servers = rosterOf(task.world).addresses.length;
    if (faults !== 1 || tasks.length >= cores) return [{ task, bounds: { faults, mostStates } }];
    return Array.from({ length: Math.min(cores, servers) }, (_, share) => ({
      task,
      bounds: { faults, mostStates, firstVictims: everyNth(servers, cores, share) },
    }));
  });
}

/** Proves the shares, `cores` at a time; a single one, or all on a single core, without another thread. */
export async function proveShares(shares: readonly Share[], cores: number): Promise<readonly ProvedShare[]> {
  if (shares.length === 1 || cores === 1) return shares.map(proveHere);
  const results: ProvedShare[] = [];
  const queue = [...shares];
  const refuted = new Set<StageTask>();
  const running = new Map<Worker, StageTask>();
  const runner = async (): Promise<void> => {
    let worker: Worker | null = null;
    for (let share = queue.shift(); share !== undefined; share = queue.shift()) {
      const begun = performance.now();
      let proof: ScriptProof | null = null;
      if (!refuted.has(share.task)) {
        worker ??= new Worker(workerProgram('prove-worker'));
        running.set(worker, share.task);
        proof = await inThread(worker, share);
        running.delete(worker);
        if (proof === null) worker = null;
      }
      if (proof?.verdict === 'unsafe') {
        refuted.add(share.task);
        for (const [other, task] of running) if (task === share.task) void other.terminate();
      }
      results.push({ share, proof, tookMs: performance.now() - begun });
    }
    await worker?.terminate();
  };
  await Promise.all(Array.from({ length: Math.min(cores, shares.length) }, runner));
  return results;
}

function proveHere(share: Share): ProvedShare {
  const begun = performance.now();
  const proof = proveStage(share.task, share.bounds);
  return { share, proof, tookMs: performance.now() - begun };
}

/** Null when the thread was ended before it was done. */
function inThread(worker: Worker, share: Share): Promise<ScriptProof | null> {
  return new Promise((resolve, reject) => {
    const end = (): void => resolve(null);
    worker.once('error', reject);
    worker.once('exit', end);
    worker.once('message', (proof: ScriptProof) => {
      worker.removeListener('error', reject);
      worker.removeListener('exit', end);
      resolve(proof);
    });
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    worker.postMessage(share);
  });
}

function everyNth(servers: number, step: number, first: number): number {
  let set = 0;
  for (let server = first; server < servers; server += step) set |= 1 << server;
  return set;
}
