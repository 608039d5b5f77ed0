// A lab for one test file: real ZooKeeper servers, gone when the file is done.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Lab, startLab, stopLab, waitServing } from '../../src/lab/lab.js';
import { findDistribution, thisMachine } from '../../src/lab/zookeeper-distribution.js';
import { type Address, type Ensemble, sortedEnsemble } from '../../src/model/ensemble.js';

/** A lab and the folder that everything of the test lives in. */
export interface TestLab {
  readonly home: string;
  readonly lab: Lab;
  readonly ensemble: Ensemble;
  readonly end: () => Promise<void>;
}

/** Starts `addresses` as an ensemble and waits until all serve. ids are positions in the sorted list. */
export async function testLab(
  addresses: readonly Address[],
  spares: readonly Address[],
  version: string | null = null,
  tickMs = 300,
): Promise<TestLab> {
  const home = await mkdtemp(join(tmpdir(), 'succession-test-'));
  const found = await findDistribution(version, thisMachine());
  if (found.kind === 'missing') throw new Error(`${found.what}: ${found.remedy}`);
  const ensemble = sortedEnsemble(addresses);
  const directory = join(home, 'lab');
  const options = {
    directory,
    name: 'test',
    idPolicy: 'sorted',
    ensemble,
    spareAddresses: spares,
    tickMs,
    lingerMs: null,
  } as const;
  const started = await startLab(
    { ...options, distribution: found.distribution },
    new AbortController().signal,
  );
  if (started.kind === 'refused') throw new Error(started.reason);
  const missing = await waitServing(started.lab.cluster, addresses, 60_000, new AbortController().signal);
  if (missing.length > 0) throw new Error(`not serving: ${missing.join(', ')}`);
  return {
    home,
    lab: started.lab,
    ensemble,
    end: async () => {
      await stopLab(directory, 'remove');
      await rm(home, { recursive: true, force: true });
    },
  };
}
