// A run on a DC/OS cluster that is at its agents, as its folder would be: no lab of hosts is wanted for it.

import { writeFile } from 'node:fs/promises';
import { sortedEnsemble } from '../../src/model/ensemble.js';
import { makePlan } from '../../src/plan/make-plan.js';
import { agentsDuty, progressLine } from '../../src/platform/dcos/agents/agents.js';
import { mesosAccess } from '../../src/platform/dcos/services/mesos-access.js';
import { localTransport } from '../../src/remote/local.js';
import { Journal } from '../../src/run/journal.js';
import type { LiveReading } from '../../src/run/live-reading.js';
import { type RunFolder, runFolder } from '../../src/run/run-folder.js';
import { settingsFor } from '../../src/run/settings.js';
import { testCluster } from './dcos-duty.js';

const agents = [11, 12, 13, 14, 15].map((last) => `172.31.20.${last}`);

/** The run, two agents done and two at work; `fail` ends the round with a fault. */
export async function dcosRun(
  home: string,
): Promise<{ readonly folder: RunFolder; readonly fail: () => Promise<void> }> {
  const folder = runFolder(home, '20991231-235959-dc05');
  const journal = await Journal.create(folder.journal, { now: Date.now, onRecord: () => undefined });
  const cluster = { ...testCluster, agents: { private: agents.slice(0, 3), public: agents.slice(3) } };
  const made = makePlan({
    platform: 'dcos',
    idPolicy: 'sorted',
    zookeeper: '3.4.8',
    cluster: cluster.name,
    createdBy: 'test',
    current: sortedEnsemble(cluster.masters),
    change: { kind: 'target', addresses: ['10.0.0.1', '10.0.0.25', '10.0.0.3'] },
    leader: '10.0.0.3',
    consents: { allowCascade: false, allowRenumber: false, allowOutage: false },
    spares: [],
    candidates: [],
  });
  if (made.kind !== 'planned') throw new Error(made.kind);
  const transport = localTransport();
  const duty = agentsDuty(cluster, transport, mesosAccess(cluster, transport), 1);
  await journal.append({
    kind: 'run-started',
    schema: 'succession.journal/1',
    version: 'test',
    run: folder.run,
    purpose: 'apply',
    cluster: cluster.name,
    clusterFile: '/c.yaml',
    by: 'ana@ops',
    plan: made.plan,
    settings: settingsFor(2000, 1000),
  });
  await journal.append({ kind: 'stage-started', stage: 1, epoch: 4, leader: '10.0.0.3' });
  await journal.append({ kind: 'stage-done', stage: 1, ensemble: made.plan.to, epoch: 5 });
  await journal.append({ kind: 'duty-intent', id: duty.id, duty: duty.kind, sentence: duty.sentence });
  const atWork = agents.slice(2, 4);
  const live: LiveReading = {
    schema: 'succession.live/1',
    at: Date.now(),
    pid: process.pid,
    gate: null,
    services: [],
    servicesAt: null,
    canary: {
      acknowledged: 0,
      unknown: 0,
      readsMissing: 0,
      sinceLastWriteMs: null,
      longestGapMs: 0,
      unavailableMs: 0,
    },
    duty: progressLine({ done: 2, failed: 0, atWork, total: agents.length }, 0, 60_000, 2),
    pausing: false,
  };
  await writeFile(folder.live, JSON.stringify(live));
  return {
    folder,
    fail: async () => {
      const evidence = ['4 of 5 agents done', '172.31.20.13: docker ps ends with 1'];
      await journal.append({ kind: 'duty-acted', id: duty.id, result: 'failed', evidence });
      await journal.close();
      await writeFile(folder.live, JSON.stringify({ ...live, duty: null }));
    },
  };
}
