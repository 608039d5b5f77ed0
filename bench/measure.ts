// How a change is measured: on a fresh lab of real servers, under the load of three clients, every write looked up.

import { setMaxListeners } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Lab, startLab, stopLab, waitServing } from '../src/lab/lab.js';
import { findDistribution, thisMachine } from '../src/lab/zookeeper-distribution.js';
import { type Address, addressesIn, type Ensemble, idOf, type IdPolicy } from '../src/model/ensemble.js';
import type { Plan } from '../src/plan/plan.js';
import { clientReach } from '../src/platform/zookeeper/client-reach.js';
import { zookeeperCanary, zookeeperPlatform } from '../src/platform/zookeeper/platform.js';
import { measureLedger } from '../src/probe/ledger-figures.js';
import { localTransport } from '../src/remote/local.js';
import type { Canary } from '../src/run/canary.js';
import type { ClusterLock } from '../src/run/cluster-lock.js';
import { runFolder } from '../src/run/run-folder.js';
import { settingsForPlan, startRun } from '../src/run/session.js';
import { leadersOf, sightServices } from '../src/run/sighting.js';
import { gateOverheadMs } from './overhead.js';
import { proveRest, type RestToProve } from '../src/run/prove-rest.js';

/** One change of one ensemble. */
export interface Scenario {
  readonly name: string;
  readonly from: Ensemble;
  readonly to: Ensemble;
  /** `sorted` when absent. */
  readonly idPolicy?: IdPolicy;
  /** Whether the servers may change their list themselves. */
  readonly reconfig?: boolean;
  /** Who shall lead when the measurement begins; anybody when absent. */
  readonly leader?: Address;
}

/** What a run cost. Times in ms. */
export interface Figures {
  readonly wallMs: number;
  readonly unavailableMs: number;
  readonly longestGapMs: number;
  readonly epochs: number;
  readonly acknowledged: number;
  readonly lost: number;
  readonly note: string;
}

/** Never aborted. */
export const { signal }: AbortController = new AbortController();
setMaxListeners(0, signal);

const freeLock: ClusterLock = {
  acquire: () => Promise.resolve({ kind: 'acquired' }),
  release: () => Promise.resolve({ kind: 'released' }),
  holder: () => Promise.resolve({ kind: 'free' }),
};

/** What is measured; answers with a note. */
export type Work = (lab: Lab, canary: Canary, home: string) => Promise<string>;

/** Starts a lab, does the work on it, and measures. */
export async function measure(
  scenario: Scenario,
  version: string | null,
  tickMs: number,
  work: Work,
): Promise<Figures> {
  const home = await mkdtemp(join(tmpdir(), 'succession-bench-'));
  const found = await findDistribution(version, thisMachine());
  if (found.kind === 'missing') throw new Error(found.what);
  const spareAddresses = scenario.to
    .map((member) => member.address)
    .filter((address) => idOf(scenario.from, address) === undefined);
  const options = {
    name: 'bench',
    idPolicy: scenario.idPolicy ?? 'sorted',
    reconfig: scenario.reconfig === true,
    ensemble: scenario.from,
    spareAddresses,
    tickMs,
    lingerMs: 60_000,
  } as const;
  const started = await startLab(
    { directory: join(home, 'lab'), distribution: found.distribution, ...options },
    signal,
  );
  if (started.kind === 'refused') throw new Error(started.reason);
  const { lab } = started;
  try {
    await waitServing(
      lab.cluster,
      scenario.from.map((member) => member.address),
      60_000,
      signal,
    );
    if (scenario.leader !== undefined) await letLead(lab, scenario.leader, scenario.from);
    const ledgerFile = join(home, 'ledger.jsonl');
    const canary = zookeeperCanary(clientReach(lab.cluster), {
      root: '/bench',
      ledgerFile,
      clients: 3,
      pauseMs: 20,
    });
    const everyone = addressesIn(scenario.from, scenario.to);
    const before = await epochOf(lab, everyone);
    const from = Date.now();
    const note = await work(lab, canary, home);
    const wallMs = Date.now() - from;
    const { unavailableMs, longestGapMs, acknowledged } = await measureLedger(ledgerFile, {
      fromMs: from,
      toMs: Number.POSITIVE_INFINITY,
    });
    const audit = await canary.audit(
      scenario.to.map((member) => member.address),
      signal,
    );
    if (audit.kind === 'unknown') throw new Error(audit.reason);
    const lost = Math.max(...audit.members.map((line) => line.lost));
    return {
      wallMs,
      unavailableMs,
      longestGapMs,
      acknowledged,
      lost,
      note,
      epochs: (await epochOf(lab, everyone)) - before,
    };
  } finally {
    await stopLab(lab.directory, 'remove');
    await rm(home, { recursive: true, force: true });
  }
}

/** Restarts whoever else leads: after that the highest id of those that stayed is elected. */
async function letLead(lab: Lab, wanted: Address, ensemble: Ensemble): Promise<void> {
  const platform = zookeeperPlatform(lab.cluster, localTransport());
  const addresses = ensemble.map((member) => member.address);
  for (;;) {
    const [address] = leadersOf(await sightServices(platform, addresses, signal));
    if (address === wanted) return;
    if (address === undefined) continue;
    await platform.perform({ kind: 'stop', address }, { id: 'bench', facts: {}, signal });
    await waitServing(lab.cluster, [wanted], 60_000, signal);
    await platform.perform({ kind: 'start', address }, { id: 'bench', facts: {}, signal });
    await waitServing(lab.cluster, addresses, 60_000, signal);
  }
}

async function epochOf(lab: Lab, addresses: readonly Address[]): Promise<number> {
  const services = await sightServices(zookeeperPlatform(lab.cluster, localTransport()), addresses, signal);
  const [leader] = leadersOf(services);
  return services.get(leader ?? '')?.epoch ?? 0;
}

/** Waits. */
export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The change as `succession` carries it out. */
export function ours(plan: Plan, tickMs: number): Work {
  return async (lab, canary, home) => {
    const folder = runFolder(home, 'ours');
    const settings = settingsForPlan(plan, tickMs);
    const host = {
      platform: zookeeperPlatform(lab.cluster, localTransport()),
      canary,
      lock: freeLock,
      settings,
      now: () => Date.now(),
      sleep,
      proveRest: async (rest: RestToProve) => proveRest(rest),
      onProgress: () => undefined,
      onRecord: () => undefined,
      pauseRequested: () => false,
      signal,
      by: 'bench',
      version: 'bench',
    };
    const end = await startRun(host, {
      folder,
      purpose: 'rehearsal',
      cluster: 'bench',
      clusterFile: lab.clusterFile,
      plan,
      settings,
    });
    if (end.kind !== 'finished') throw new Error(JSON.stringify(end));
    const overhead = await gateOverheadMs(folder.journal);
    return `gate true to next action: median ${overhead.median} ms, worst ${overhead.worst} ms, of ${overhead.count}`;
  };
}

/** How many times as much, as text. */
export function ratio(theirs: number, own: number): string {
  return own === 0 ? (theirs === 0 ? '1' : '∞') : (theirs / own).toFixed(1);
}
