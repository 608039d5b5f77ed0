// How is the work of a proof spread over the cores? A share a thread; what one thread refutes, no other goes on with.

import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { StageTask } from '../../plan/verify-plan.js';
import { defaultMostStates } from '../../proof/explorer/explore.js';
import type { ProofBounds, ScriptProof } from '../../proof/prove-script.js';
import { rosterOf } from '../../proof/zookeeper/roster.js';

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
 * One share a stage, or as many as there are cores where there are fewer stages. The victims of the first fault are dealt
 * out in turn. Each share explores what needs no fault, and what follows once all have recovered: two shares of a proof
 * under one fault are about two thirds of the whole each, under more faults hardly less than the whole.
 */
export function sharesOf(tasks: readonly StageTask[], faults: number, cores: number): readonly Share[] {
  // Two proofs of the greatest size fit in 3 GB; more at once must each be smaller.
  const mostStates = Math.floor(Math.min(1, 2 / cores) * defaultMostStates);
  return tasks.flatMap((task): readonly Share[] => {
    const servers = rosterOf(task.world).addresses.length;
    if (faults === 0 || tasks.length >= cores) return [{ task, bounds: { faults, mostStates } }];
    return Array.from({ length: Math.min(cores, servers) }, (_, share) => ({
      task,
      bounds: { faults, mostStates, firstVictims: everyNth(servers, cores, share) },
    }));
  });
}

/** Proves the shares, `cores` at a time. */
export async function proveShares(shares: readonly Share[], cores: number): Promise<readonly ProvedShare[]> {
  const results: ProvedShare[] = [];
  const queue = [...shares];
  const refuted = new Set<StageTask>();
  const running = new Map<Worker, StageTask>();
  const runner = async (): Promise<void> => {
    for (let share = queue.shift(); share !== undefined; share = queue.shift()) {
      const begun = performance.now();
      const proof = refuted.has(share.task) ? null : await inThread(share, running);
      if (proof?.verdict === 'unsafe') {
        refuted.add(share.task);
        for (const [worker, task] of running) if (task === share.task) void worker.terminate();
      }
      results.push({ share, proof, tookMs: performance.now() - begun });
    }
  };
  await Promise.all(Array.from({ length: cores }, runner));
  return results;
}

/** Null when the thread was ended before it was done. */
function inThread(share: Share, running: Map<Worker, StageTask>): Promise<ScriptProof | null> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerProgram(), { workerData: share });
    running.set(worker, share.task);
    worker.once('message', (proof: ScriptProof) => resolve(proof));
    worker.once('error', reject);
    worker.once('exit', () => {
      running.delete(worker);
      resolve(null);
    });
  });
}

/** A thread runs the built program, also where a test runs this module's source. */
function workerProgram(): string {
  const built = import.meta.url.endsWith('.ts')
    ? '../../../dist/cli/prove/prove-worker.js'
    : './prove-worker.js';
  return fileURLToPath(new URL(built, import.meta.url));
}

function everyNth(servers: number, step: number, first: number): number {
  let set = 0;
  for (let server = first; server < servers; server += step) set |= 1 << server;
  return set;
}
