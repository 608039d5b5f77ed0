// Ours beside the runbook to the letter, on whole hosts with DC/OS 1.9.10: each change on a fresh lab, under one load.
//
// npm run bench:runbook [-- --real] [-- --only expansion] [-- --by ours] [-- --patience 60000]
//
// Root on Linux. Progress goes to standard error. `--real`: Exhibitor looks every 30 s as in DC/OS, and not
// every 5, and a person waits for five minutes, and not for one, for what does not come.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { whyNoHosts } from '../src/lab/hosts/why-no-hosts.js';
import { markdownTable } from '../src/view/figures.js';
import { cases, type DcosCase, everyMaster, version } from './dcos-changes.js';
import { type DcosFigures, figuresSchema, heading, lineOf } from './dcos-figures.js';

const bootstrap = '172.31.16.198';
/** Exhibitor looks every 5 s and not every 30. All else takes the time that DC/OS gives it. */
const shrunk = { exhibitorCheckMs: 5000 };

const { values } = parseArgs({
  options: {
    real: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    by: { type: 'string', default: '' },
    patience: { type: 'string' },
  },
});
const patience = values.patience ?? (values.real ? '300000' : '60000');

async function measureOnLab(one: DcosCase): Promise<DcosFigures> {
  const { change } = one;
  const home = await mkdtemp(join(tmpdir(), 'succession-bench-'));
  const file = {
    schema: 'succession.hosts-lab/1',
    name: 'bench',
    dcos: { version, variant: 'enterprise', security: 'permissive' },
    bootstrap,
    masters: change.from,
    spares: everyMaster(change).filter((address) => !change.from.includes(address)),
    agents: change.agents,
    dns: { names: ['masters.bench.example'] },
    timing: values.real ? {} : shrunk,
  };
  const labFile = join(home, 'lab.yaml');
  const clusterFile = join(home, 'labs', 'default', 'succession.yaml');
  try {
    await writeFile(labFile, stringify(file));
    await succession(home, 'lab', 'up', '--hosts', labFile);
    // The hour of quiet at the end is left out on both sides.
    const text = await readFile(clusterFile, 'utf8');
    await writeFile(clusterFile, text.replace(/^soakMs: .*$/m, 'soakMs: 2000'));
    const inside = ['node_modules/.bin/tsx', 'bench/dcos-inside.ts'].map(here);
    await succession(
      home,
      'lab',
      'run',
      '--',
      ...inside,
      String(cases.indexOf(one)),
      home,
      bootstrap,
      patience,
    );
    return figuresSchema.parse(JSON.parse(await readFile(join(home, 'figures.json'), 'utf8')));
  } finally {
    await succession(home, 'lab', 'down');
    await rm(home, { recursive: true, force: true });
  }
}

function here(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

function succession(home: string, ...args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [here('bin/succession'), ...args], {
      stdio: ['ignore', process.stderr, process.stderr],
      env: { ...process.env, SUCCESSION_HOME: home, NO_COLOR: '1' },
    });
    child.once('error', reject);
    child.once('close', (status) =>
      status === 0
        ? resolve()
        : reject(new Error(`${args.slice(0, 2).join(' ')}: status ${status ?? 'none'}`)),
    );
  });
}

// Ctrl-C ends what runs now; the lab is taken down all the same.
process.on('SIGINT', () => undefined);
const lacking = whyNoHosts();
if (lacking !== null) throw new Error(`${lacking.reason}: ${lacking.remedy}`);
const rows: (readonly (string | number)[])[] = [heading];
const notes: string[] = [];
const chosen = cases.filter(
  ({ change, way }) => change.name.includes(values.only) && way.kind.includes(values.by),
);
for (const one of chosen) {
  const title = `${one.change.name}, ${one.way.kind}`;
  process.stderr.write(`\n${title}\n`);
  try {
    const figures = await measureOnLab(one);
    process.stderr.write(`${JSON.stringify(figures)}\n`);
    rows.push(lineOf(one, figures));
    notes.push(...figures.vain.map((what) => `${title}: in vain, ${what}`));
    notes.push(...figures.notServing.map((address) => `${title}: ${address} served nobody at the end`));
  } catch (error) {
    process.exitCode = 1;
    notes.push(`${title}: no figures: ${error instanceof Error ? error.message : String(error)}`);
  }
}
process.stdout.write(`${markdownTable(rows).join('\n')}\n\n${notes.map((note) => `- ${note}\n`).join('')}`);
