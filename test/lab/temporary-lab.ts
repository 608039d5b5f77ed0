// Labs for tests: in a folder of their own, quick ticks, and with proof that nothing of them is left.

import { execFile } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Ensemble } from '../../src/model/ensemble.js';
import { startLab } from '../../src/lab/lab.js';
import type { Ownership } from '../../src/lab/keeper-client.js';
import type { Lab, LabOptions } from '../../src/lab/lab.js';
import { findDistribution, thisMachine } from '../../src/lab/zookeeper-distribution.js';

const execute = promisify(execFile);

/** A signal that never fires. */
export const never: AbortSignal = new AbortController().signal;
setMaxListeners(0, never);

/** Brings a lab up; throws when it can't. */
export async function temporaryLab(
  ensemble: Ensemble,
  changes: Partial<LabOptions> & { readonly version?: string } = {},
): Promise<Lab & { readonly ownership: Ownership | null }> {
  const found = await findDistribution(changes.version ?? null, thisMachine());
  if (found.kind === 'missing') throw new Error(`${found.what}: ${found.remedy}`);
  const start = await startLab(
    {
      name: 'test',
      idPolicy: 'sorted',
      ensemble,
      spareAddresses: [],
      distribution: found.distribution,
      tickMs: 300,
      lingerMs: null,
      ...changes,
      directory: changes.directory ?? mkdtempSync(join(tmpdir(), 'succession lab ')),
    },
    never,
  );
  if (start.kind === 'refused') throw new Error(`${start.reason}: ${start.remedy}`);
  return { ...start.lab, ownership: start.ownership };
}

/** The processes that have the lab's folder on their command line: its keeper and its servers. */
export async function processesOf(directory: string): Promise<readonly number[]> {
  try {
    const { stdout } = await execute('pgrep', ['-f', directory]);
    return stdout.trim().split('\n').map(Number);
  } catch (error) {
    // pgrep ends with status 1 when it finds none.
    if (error instanceof Error && 'code' in error && error.code === 1) return [];
    throw error;
  }
}

/** Waits until nothing of the lab runs; the test's own limit ends the wait. */
export async function untilNothingRuns(directory: string): Promise<void> {
  while ((await processesOf(directory)).length > 0) await new Promise((wake) => setTimeout(wake, 20));
}
