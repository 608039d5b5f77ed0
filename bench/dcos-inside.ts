// One change of a DC/OS cluster, measured from within its lab's network: clients write, somebody does the work, and
// every acknowledged write is looked up on every master. Started by dcos-runbook.ts; writes its figures to a file.

import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measureLedger } from '../src/probe/ledger-figures.js';
import { observeService } from '../src/probe/observe-service.js';
import { clientPort } from '../src/platform/dcos/platform.js';
import { zookeeperCanary } from '../src/platform/zookeeper/platform.js';
import { followByHand } from './dcos-by-hand.js';
import { cases, type DcosCase, everyMaster } from './dcos-changes.js';
import type { DcosFigures } from './dcos-figures.js';
import { watchMasters } from './dcos-watch.js';
import { signal, sleep } from './measure.js';

const [index = '', home = '', bootstrap = '', patience = ''] = process.argv.slice(2);
const labFolder = join(home, 'labs', 'default');
const clusterFile = join(labFolder, 'succession.yaml');
const begun = Date.now();
const say = (line: string): void =>
  void process.stderr.write(`${((Date.now() - begun) / 1000).toFixed(1).padStart(7)} s  ${line}\n`);

/** By hand: the waits in vain. Ours: nothing waits in vain, or the run does not end well. */
function work({ change, way }: DcosCase): Promise<readonly string[]> {
  if (way.kind === 'ours') return succeed(way.options);
  const sshConfig = join(labFolder, 'ssh_config');
  return followByHand({ sshConfig, bootstrap, patienceMs: Number(patience), say }, change);
}

/** The name of the lab stands for consent to stops of the service, where the plan has some. */
async function succeed(options: readonly string[]): Promise<readonly string[]> {
  const plan = join(home, 'plan.json');
  await writeFile(plan, await succession('plan', ...options, '--output', 'json', '--cluster', clusterFile));
  await succession(
    'apply',
    plan,
    '--cluster',
    clusterFile,
    '--yes',
    '--confirm',
    'bench',
    '--waive',
    'audit',
  );
  return [];
}

function succession(...args: readonly string[]): Promise<string> {
  const bin = fileURLToPath(new URL('../bin/succession', import.meta.url));
  const environment = { ...process.env, SUCCESSION_HOME: home, NO_COLOR: '1' };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: environment,
    });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')));
    child.once('error', reject);
    child.once('close', (status) => {
      if (status === 0) resolve(out);
      else reject(new Error(`succession ${args[0] ?? ''}: status ${status ?? 'none'}: ${out}`));
    });
  });
}

/** Those that serve; up to two minutes for all to do so. */
async function servingOf(addresses: readonly string[]): Promise<readonly string[]> {
  for (const end = Date.now() + 120_000; ; await sleep(1000)) {
    const seen = await Promise.all(addresses.map((one) => observeService(one, clientPort, { signal })));
    const serving = seen.filter((one) => one.mode !== null).map((one) => one.address);
    if (serving.length === addresses.length || Date.now() > end) return serving;
  }
}

async function measureCase(one: DcosCase): Promise<DcosFigures> {
  const { change } = one;
  const ledgerFile = join(home, 'ledger.jsonl');
  const reach = { clientPort, dial: (address: string) => address };
  const canary = zookeeperCanary(reach, { root: '/bench', ledgerFile, clients: 3, pauseMs: 20 });
  await canary.start(change.from);
  canary.moveTo(everyMaster(change));
  const watch = watchMasters(everyMaster(change));
  await sleep(1000);
  const from = Date.now();
  const vain = await work(one);
  const wallMs = Date.now() - from;
  await sleep(1000);
  const watched = await watch.stop();
  await canary.stop();
  const { unavailableMs, longestGapMs, acknowledged } = await measureLedger(ledgerFile, {
    fromMs: from,
    toMs: Number.POSITIVE_INFINITY,
  });
  const asked = await servingOf(change.to);
  const audit = await canary.audit(asked, signal);
  if (audit.kind === 'unknown') throw new Error(audit.reason);
  for (const { address, lost, checked } of audit.members)
    say(`${address}: ${lost} of ${checked} writes lost`);
  const lost = Math.max(...audit.members.map((member) => member.lost));
  const notServing = change.to.filter((address) => !asked.includes(address));
  return { acknowledged, lost, longestGapMs, unavailableMs, ...watched, wallMs, vain, notServing };
}

const one = cases[Number(index)];
if (one === undefined) throw new Error(`no case ${index}`);
await writeFile(join(home, 'figures.json'), JSON.stringify(await measureCase(one)));
