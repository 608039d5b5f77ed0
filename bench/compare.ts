// Ours beside the runbook to the letter: the same changes, on fresh labs of the same ZooKeeper, under the same load.
//
// npm run bench [-- --zookeeper 3.4.8] [-- --tick 2000] [-- --only five]

import { stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { waitServing } from '../src/lab/lab.js';
import { findDistribution, thisMachine } from '../src/lab/zookeeper-distribution.js';
import { addressesIn, ensembleOf, idOf, sortedEnsemble } from '../src/model/ensemble.js';
import { makePlan } from '../src/plan/make-plan.js';
import type { Plan, Stage } from '../src/plan/plan.js';
import { zookeeperPlatform } from '../src/platform/zookeeper/platform.js';
import { localTransport } from '../src/remote/local.js';
import { duration, markdownTable } from '../src/view/figures.js';
import { compareReconfiguration } from './reconfiguration.js';
import { followRunbook } from './literal-runbook.js';
import { type Figures, measure, ours, ratio, type Scenario, signal, sleep, type Work } from './measure.js';

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
      method: 'restart',
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
if (rows.length > 1)
  process.stdout.write(
    `ZooKeeper ${version}, tickTime ${tickMs} ms, 3 clients\n\n${markdownTable(rows).join('\n')}\n\n${notes.map((note) => `- ${note}`).join('\n')}\n`,
  );
await compareReconfiguration(values.zookeeper ?? null, version, tickMs, values.only ?? '');
