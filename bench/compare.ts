// Ours beside the runbook to the letter: the same changes, on fresh labs of the same ZooKeeper, under the same load.
//
// npm run bench [-- --zookeeper 3.4.8] [-- --tick 2000]

import { setMaxListeners } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Lab, startLab, stopLab, waitServing } from '../src/lab/lab.js';
import { findDistribution, thisMachine } from '../src/lab/zookeeper-distribution.js';
import {
  type Address,
  addressesIn,
  type Ensemble,
  ensembleOf,
  idOf,
  sortedEnsemble,
} from '../src/model/ensemble.js';
import { makePlan } from '../src/plan/make-plan.js';
import type { Plan, Stage } from '../src/plan/plan.js';
import { zookeeperCanary, zookeeperPlatform } from '../src/platform/zookeeper/platform.js';
import { measureLedger } from '../src/probe/ledger-figures.js';
import { localTransport } from '../src/remote/local.js';
import type { Canary } from '../src/run/canary.js';
import type { ClusterLock } from '../src/run/cluster-lock.js';
import { runFolder } from '../src/run/run-folder.js';
import { settingsForPlan, startRun } from '../src/run/session.js';
import { leadersOf, sightServices } from '../src/run/sighting.js';
import { duration, markdownTable } from '../src/view/figures.js';
import { followRunbook } from './literal-runbook.js';
import { gateOverheadMs } from './overhead.js';

interface Scenario {
  readonly name: string;
  readonly from: Ensemble;
  readonly to: Ensemble;
}

const scenarios: readonly Scenario[] = [
  {
    name: 'worked example: five masters replaced',
    from: sortedEnsemble(['10.10.0.236', '100.10.0.66', '10.10.0.158', '100.10.0.158', '10.10.0.149']),
    to: sortedEnsemble(['100.10.0.85', '100.10.0.147', '10.10.0.230', '10.10.0.184', '10.10.0.233']),
  },
  {
    name: 'its own replacement: 172.31.31.63 by 172.31.22.240',
    from: sortedEnsemble(['172.31.16.60', '172.31.18.152', '172.31.29.145', '172.31.29.82', '172.31.31.63']),
    to: sortedEnsemble(['172.31.16.60', '172.31.18.152', '172.31.29.145', '172.31.29.82', '172.31.22.240']),
  },
  {
    name: 'its own expansion from three to five',
    from: sortedEnsemble(['172.31.27.182', '172.31.27.57', '172.31.31.133']),
    to: sortedEnsemble(['172.31.27.182', '172.31.27.57', '172.31.31.133', '172.31.30.129', '172.31.30.220']),
  },
];

interface Figures {
  readonly wallMs: number;
  readonly unavailableMs: number;
  readonly longestGapMs: number;
  readonly epochs: number;
  readonly acknowledged: number;
  readonly lost: number;
  readonly note: string;
}

const { signal } = new AbortController();
setMaxListeners(0, signal);

/** A plan for our side; what a person would choose among the ways out is the cascade, which never stops the service. */
function planFor({ from, to }: Scenario, version: string): Plan {
  const result = makePlan({
    platform: 'dcos',
    idPolicy: 'sorted',
    zookeeper: version,
    cluster: null,
    createdBy: 'bench',
    current: from,
    change: { kind: 'target', addresses: to.map((member) => member.address) },
    leader: null,
    consents: { allowCascade: true, allowRenumber: false, allowOutage: false },
    spares: [],
    candidates: [],
  });
  if (result.kind !== 'planned') throw new Error(`no plan: ${result.kind}`);
  return result.plan;
}

/** The stages of the runbook: one a member where ids allow it in the order of our plan, else everything at once. */
function literalStages(plan: Plan, { from, to }: Scenario): readonly Stage[] {
  if (
    plan.stages.every(
      (stage) =>
        stage.kind === 'replace' && stage.fresh.every((address) => idOf(from, address) === undefined),
    )
  ) {
    return plan.stages;
  }
  const fresh = to.map((member) => member.address).filter((address) => idOf(from, address) === undefined);
  return [
    {
      number: 1,
      kind: 'replace',
      from,
      ensemble: to,
      renumbered: [],
      fresh,
      fullStop: false,
      reason: '',
      steps: [],
    },
  ];
}

const freeLock: ClusterLock = {
  acquire: () => Promise.resolve({ kind: 'acquired' }),
  release: () => Promise.resolve({ kind: 'released' }),
  holder: () => Promise.resolve({ kind: 'free' }),
};

type Work = (lab: Lab, canary: Canary, home: string) => Promise<string>;

async function measure(
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
    idPolicy: 'sorted',
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
    const ledgerFile = join(home, 'ledger.jsonl');
    const canary = zookeeperCanary(lab.cluster, { root: '/bench', ledgerFile, clients: 3, pauseMs: 20 });
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

async function epochOf(lab: Lab, addresses: readonly Address[]): Promise<number> {
  const services = await sightServices(zookeeperPlatform(lab.cluster, localTransport()), addresses, signal);
  const [leader] = leadersOf(services);
  return services.get(leader ?? '')?.epoch ?? 0;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function ours(plan: Plan, tickMs: number): Work {
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

function literal(plan: Plan, scenario: Scenario): Work {
  return async (lab, canary) => {
    await canary.start(scenario.from.map((member) => member.address));
    canary.moveTo(addressesIn(scenario.from, scenario.to));
    await sleep(1000);
    const stages = literalStages(plan, scenario);
    const vain = await followRunbook(
      zookeeperPlatform(lab.cluster, localTransport()),
      { ...plan, stages },
      signal,
    );
    await waitServing(
      lab.cluster,
      scenario.to.map((member) => member.address),
      120_000,
      signal,
    );
    await sleep(1000);
    await canary.stop();
    return vain === 0 ? '' : `${vain} waits for what could not come`;
  };
}

function ratio(theirs: number, own: number): string {
  return own === 0 ? (theirs === 0 ? '1' : '∞') : (theirs / own).toFixed(1);
}

const { values } = parseArgs({
  options: {
    zookeeper: { type: 'string' },
    tick: { type: 'string', default: '2000' },
    only: { type: 'string' },
  },
});
const tickMs = Number(values.tick);
await stat(new URL('../dist/lab/keeper.js', import.meta.url));
const found = await findDistribution(values.zookeeper ?? null, thisMachine());
if (found.kind === 'missing') throw new Error(`${found.what}: ${found.remedy}`);
const { version } = found.distribution;
const rows: (string | number)[][] = [['change', 'figure', 'runbook', 'ours', 'runbook : ours']];
const notes: string[] = [];
for (const scenario of scenarios.filter((one) => one.name.includes(values.only ?? ''))) {
  const plan = planFor({ ...scenario, from: ensembleOf(scenario.from) }, version);
  const theirs = await measure(scenario, values.zookeeper ?? null, tickMs, literal(plan, scenario));
  const own = await measure(scenario, values.zookeeper ?? null, tickMs, ours(plan, tickMs));
  const line = (
    figure: string,
    read: (figures: Figures) => number,
    write: (value: number) => string,
  ): void => {
    rows.push([scenario.name, figure, write(read(theirs)), write(read(own)), ratio(read(theirs), read(own))]);
  };
  line('acknowledged writes lost', (one) => one.lost, String);
  line('unavailable', (one) => one.unavailableMs, duration);
  line('longest write gap', (one) => one.longestGapMs, duration);
  line('elections (epochs)', (one) => one.epochs, String);
  line('wall time', (one) => one.wallMs, duration);
  notes.push(
    `${scenario.name}: runbook ${theirs.acknowledged} writes${theirs.note && `, ${theirs.note}`}; ours ${own.acknowledged} writes, ${own.note}`,
  );
}
process.stdout.write(
  `ZooKeeper ${version}, tickTime ${tickMs} ms, 3 clients\n\n${markdownTable(rows).join('\n')}\n\n${notes.map((note) => `- ${note}`).join('\n')}\n`,
);
