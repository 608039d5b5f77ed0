// How long does a proof take, on one core and on two, and how long would Spin take for the same?
//
// npm run bench:proof [-- --zookeeper 3.4.8] [-- --spin SECONDS] [-- --write]

import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { proveShares, sharesOf } from '../src/cli/prove/prove-shares.js';
import { scriptOf } from '../src/plan/proved-schedule.js';
import { proveStage } from '../src/plan/verify-plan.js';
import type { ScriptProof } from '../src/proof/prove-script.js';
import { markdownTable } from '../src/view/figures.js';
import { timeSpin } from '../test/spin/time.js';
import { growthChart } from './growth-chart.js';
import { growthCases, proofCases, type ProofCase } from './proof-cases.js';

interface Measured {
  readonly verdict: string;
  readonly states: number;
  readonly ms: number;
  readonly bytes: number;
}

const { values } = parseArgs({
  options: {
    zookeeper: { type: 'string', default: '3.8.0' },
    spin: { type: 'string', default: '60' },
    write: { type: 'boolean', default: false },
  },
});

/** Everything once before anything is measured: the first calls of a program are slower than all later ones. */
function warmUp(cases: readonly ProofCase[]): void {
  for (const { tasks } of cases)
    for (const task of tasks) proveStage(task, { faults: 1, mostStates: 20_000 });
}

function onOneCore({ tasks, faults }: ProofCase): Measured {
  const begun = performance.now();
  const proofs = tasks.map((task) => proveStage(task, { faults }));
  return summed(proofs, performance.now() - begun);
}

async function onTwoCores({ tasks, faults }: ProofCase): Promise<Measured> {
  const begun = performance.now();
  const shares = await proveShares(sharesOf(tasks, faults, 2), 2);
  return summed(
    shares.flatMap(({ proof }) => proof ?? []),
    performance.now() - begun,
  );
}

function summed(proofs: readonly ScriptProof[], ms: number): Measured {
  const verdict = proofs.find((proof) => proof.verdict !== 'safe')?.verdict ?? 'safe';
  const states = proofs.reduce((sum, proof) => sum + proof.states, 0);
  return { verdict, states, ms, bytes: Math.max(0, ...proofs.map((proof) => proof.bytes)) };
}

async function bySpin(
  { tasks, faults }: ProofCase,
  limitSeconds: number,
): Promise<Measured & { readonly compileMs: number }> {
  let [verdict, states, ms, bytes, compileMs] = ['safe', 0, 0, 0, 0];
  for (const { world, stage } of tasks) {
    const found = await timeSpin(scriptOf(world, stage.steps.flatMap(stepOf)), faults, limitSeconds * 1000);
    if (found.verdict !== 'safe') verdict = found.verdict;
    states += found.states;
    ms += found.searchMs;
    compileMs += found.compileMs;
    bytes = Math.max(bytes, found.megabytes * 2 ** 20);
  }
  return { verdict, states, ms, bytes, compileMs };
}

function stepOf({
  kind,
  host,
  serving,
}: ProofCase['tasks'][number]['stage']['steps'][number]): Parameters<typeof scriptOf>[1] {
  return [{ kind, host, serving }];
}

const figure = (value: number): string => Math.round(value).toLocaleString('en').replaceAll(',', ' ');
const seconds = (ms: number): string =>
  ms < 9950 ? `${(ms / 1000).toFixed(2)} s` : `${Math.round(ms / 1000)} s`;

async function row(one: ProofCase): Promise<readonly string[]> {
  const single = onOneCore(one);
  const both = await onTwoCores(one);
  const spin = Number(values.spin) > 0 ? await bySpin(one, Number(values.spin)) : null;
  const ratio = spin === null ? '-' : ((spin.ms + spin.compileMs) / single.ms).toFixed(0);
  return [
    `${one.name}, ${one.faults} ${one.faults === 1 ? 'fault' : 'faults'}`,
    single.verdict,
    figure(single.states),
    seconds(single.ms),
    figure((single.states / single.ms) * 1000),
    seconds(both.ms),
    `${Math.ceil(single.bytes / 1e6)} MB`,
    spin === null ? '-' : `${spin.verdict}, ${figure(spin.states)}`,
    spin === null ? '-' : `${seconds(spin.compileMs)} + ${seconds(spin.ms)}`,
    ratio,
  ];
}

const cases = proofCases(values.zookeeper);
warmUp(cases);
const rows: (readonly string[])[] = [];
for (const one of cases) {
  rows.push(await row(one));
  process.stderr.write(`${(rows.at(-1) ?? []).join('  ')}\n`);
}
const head = [
  'plan',
  'verdict',
  'states',
  'one core',
  'states/s',
  'two cores',
  'memory',
  'Spin',
  'Spin: compile + search',
  'Spin / ours',
];
process.stdout.write(`ZooKeeper ${values.zookeeper}\n\n${markdownTable([head, ...rows]).join('\n')}\n\n`);

const points = growthCases(values.zookeeper, [3, 5, 7, 9], [0, 1, 2]).map((one) => ({
  members: one.size,
  faults: one.faults,
  ...onOneCore(one),
}));
const grown = points.map(({ members, faults, states, ms }) => [
  `${members}`,
  `${faults}`,
  figure(states),
  seconds(ms),
]);
process.stdout.write(
  `${markdownTable([['members', 'faults', 'states', 'one core'], ...grown]).join('\n')}\n`,
);
if (values.write)
  await writeFile(new URL('../docs/proof-growth.svg', import.meta.url), await growthChart(points));
