// Writes docs/examples/ anew: a change request, and the reports of a finished and of a stopped run. The runs were real and lie
// in docs/examples/runs/, so that the same program makes the same files, byte by byte.
//
//   --check        only says which of the files are not today's
//   --record       carries both runs out again before, on real ZooKeeper servers of this machine: some minutes
//   --home FOLDER  where they live meanwhile; its path stands in the reports

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { readRun, reportOfRun } from '../dist/cli/report-of-run.js';
import { version } from '../dist/cli/version.js';
import { sortedEnsemble } from '../dist/model/ensemble.js';
import { makePlan } from '../dist/plan/make-plan.js';
import { runFolder } from '../dist/run/run-folder.js';
import { planHtml } from '../dist/view/html/plan-page.js';
import { reportHtml } from '../dist/view/html/report-page.js';
import { planMarkdown } from '../dist/view/plan-markdown.js';
import { reportMarkdown } from '../dist/view/report-markdown.js';
import { recordExamples } from './record-examples.mjs';

const folder = fileURLToPath(new URL('../docs/examples/', import.meta.url));
const folderOf = (/** @type {string} */ name) => join(folder, 'runs', name);

const { values } = parseArgs({
  options: { check: { type: 'boolean' }, record: { type: 'boolean' }, home: { type: 'string' } },
});

/** The worked example of the runbook: five masters, each of which goes. */
function workedExample() {
  const result = makePlan({
    platform: 'dcos',
    idPolicy: 'sorted',
    zookeeper: '3.4.8',
    cluster: null,
    createdBy: `succession ${version}`,
    current: sortedEnsemble(['10.10.0.236', '100.10.0.66', '10.10.0.158', '100.10.0.158', '10.10.0.149']),
    change: {
      kind: 'target',
      addresses: ['100.10.0.85', '100.10.0.147', '10.10.0.230', '10.10.0.184', '10.10.0.233'],
    },
    leader: '10.10.0.149',
    consents: { allowCascade: false, allowRenumber: false, allowOutage: false },
    spares: [],
    candidates: [],
  });
  if (result.kind !== 'planned') throw new Error(`no plan: ${result.kind}`);
  return result.plan;
}

/** Reads a kept run as `show` reads a run, and gives its plan and its report. */
async function readKept(/** @type {string} */ name) {
  const home = await mkdtemp(join(tmpdir(), 'succession-examples-'));
  try {
    const files = runFolder(home, name);
    await mkdir(files.path, { recursive: true });
    await writeFile(files.journal, await readFile(join(folderOf(name), 'journal.jsonl')));
    await writeFile(files.ledger, gunzipSync(await readFile(join(folderOf(name), 'ledger.jsonl.gz'))));
    const state = await readRun(files);
    return { plan: state.plan, report: await reportOfRun(files, state) };
  } finally {
    await rm(home, { recursive: true });
  }
}

if (values.record) {
  const home = values.home ?? (await mkdtemp(join(tmpdir(), 'succession-')));
  await recordExamples(workedExample(), home, folderOf);
  if (values.home === undefined) await rm(home, { recursive: true });
}

const finished = await readKept('five-masters');
const stopped = await readKept('stopped-run');

/** @type {Readonly<Record<string, string>>} */
const examples = {
  'change-request.html': planHtml(finished.plan),
  'change-request.md': planMarkdown(finished.plan),
  'five-masters.html': reportHtml(finished.report),
  'five-masters.md': reportMarkdown(finished.report),
  'stopped-run.html': reportHtml(stopped.report),
  'stopped-run.md': reportMarkdown(stopped.report),
};

for (const [name, content] of Object.entries(examples)) {
  if (!values.check) await writeFile(join(folder, name), content);
  else if ((await readFile(join(folder, name), 'utf8').catch(() => null)) !== content) {
    process.stderr.write(`docs/examples/${name} is not today's: npm run examples\n`);
    process.exitCode = 1;
  }
}
