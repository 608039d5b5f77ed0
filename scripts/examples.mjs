// Writes docs/examples/ anew: a change request, and the reports of a finished and of a stopped run. With --check it only says
// which of the files are not today's. The runs are simulated, so that the same program makes the same files, byte by byte.

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { nameOfSimulation } from '../dist/cli/repeat-simulation.js';
import { readRun, reportOfRun } from '../dist/cli/report-of-run.js';
import { version } from '../dist/cli/version.js';
import { eventLine } from '../dist/lab/simulation/events.js';
import { simulate } from '../dist/lab/simulation/simulation.js';
import { sortedEnsemble } from '../dist/model/ensemble.js';
import { makePlan } from '../dist/plan/make-plan.js';
import { openLedger } from '../dist/probe/ledger.js';
import { proveRest } from '../dist/run/prove-rest.js';
import { runFolder } from '../dist/run/run-folder.js';
import { settingsForPlan, startRun } from '../dist/run/session.js';
import { planHtml } from '../dist/view/html/plan-page.js';
import { reportHtml } from '../dist/view/html/report-page.js';
import { planMarkdown } from '../dist/view/plan-markdown.js';
import { reportMarkdown } from '../dist/view/report-markdown.js';

const folder = fileURLToPath(new URL('../docs/examples/', import.meta.url));

/** The worked example of the runbook: five masters, each of which goes. */
const fiveMasters = {
  current: ['10.10.0.236', '100.10.0.66', '10.10.0.158', '100.10.0.158', '10.10.0.149'],
  target: ['100.10.0.85', '100.10.0.147', '10.10.0.230', '10.10.0.184', '10.10.0.233'],
  leader: '10.10.0.149',
};

/** @typedef {import('../dist/plan/plan.js').Plan} Plan */

/** @type {(request: typeof fiveMasters) => Plan} */
function planOf({ current, target, leader }) {
  const result = makePlan({
    platform: 'dcos',
    idPolicy: 'sorted',
    zookeeper: '3.4.8',
    cluster: null,
    createdBy: `succession ${version}`,
    current: sortedEnsemble(current),
    change: { kind: 'target', addresses: target },
    leader,
    consents: { allowCascade: false, allowRenumber: false, allowOutage: false },
    spares: [],
    candidates: [],
  });
  if (result.kind !== 'planned') throw new Error(`no plan: ${result.kind}`);
  return result.plan;
}

/** Carries a plan out on simulated servers, and gives the report. Nobody resumes what a fault has stopped. */
async function reportOf(
  /** @type {Plan} */ plan,
  { seed = 1, faults = 0, approvals = /** @type {'stages' | undefined} */ (undefined) } = {},
) {
  const home = await mkdtemp(join(tmpdir(), 'succession-examples-'));
  try {
    const settings = settingsForPlan(plan, 2000);
    const facts = { seed, faults, clients: 3, pauseMs: 20, down: [] };
    const files = runFolder(home, nameOfSimulation(plan, settings, facts));
    await mkdir(files.path, { recursive: true });
    const ledger = await openLedger(files.ledger);
    /** @type {string[]} */
    const events = [];
    const simulation = simulate({
      plan,
      settings,
      ...facts,
      onEvent: (event) => void events.push(eventLine(event)),
      onEntry: (entry) => ledger.append(entry),
    });
    const { platform, canary, lock, now, servers } = simulation;
    await startRun(
      {
        platform,
        canary,
        lock,
        now,
        settings,
        by: 'simulation',
        version,
        desk: deskOf(now),
        sleep: async (ms) => servers.advance(ms),
        signal: new AbortController().signal,
        pauseRequested: () => false,
        proveRest: async (rest) => proveRest(rest),
        onProgress: () => undefined,
        onRecord: () => undefined,
      },
      {
        folder: files,
        purpose: 'simulation',
        cluster: 'simulated',
        clusterFile: '',
        plan,
        settings,
        approvals,
        simulation: facts,
      },
    );
    await ledger.close();
    await writeFile(files.events, `${events.join('\n')}\n`);
    return await reportOfRun(files, await readRun(files));
  } finally {
    await rm(home, { recursive: true });
  }
}

/** A simulated operator, who thinks for some seconds before each yes. */
function deskOf(/** @type {() => number} */ now) {
  let openedAt = 0;
  const thinkMs = 6000;
  return {
    forget: () => Promise.resolve(),
    open: () => void (openedAt = now()),
    look: async () =>
      now() - openedAt < thinkMs
        ? null
        : {
            approved: true,
            by: 'simulated operator',
            via: /** @type {const} */ ('terminal'),
            from: 'simulation',
          },
    close: () => undefined,
  };
}

const plan = planOf(fiveMasters);
const finished = await reportOf(plan, { approvals: 'stages' });
// In the third stage a server hangs for longer than a run waits.
const stopped = await reportOf(plan, { seed: 7, faults: 2 });

/** @type {Readonly<Record<string, string>>} */
const examples = {
  'change-request.html': planHtml(plan),
  'change-request.md': planMarkdown(plan),
  'five-masters.html': reportHtml(finished),
  'five-masters.md': reportMarkdown(finished),
  'stopped-run.html': reportHtml(stopped),
  'stopped-run.md': reportMarkdown(stopped),
};

await mkdir(folder, { recursive: true });
for (const [name, content] of Object.entries(examples)) {
  if (!process.argv.includes('--check')) await writeFile(join(folder, name), content);
  else if ((await readFile(join(folder, name), 'utf8').catch(() => null)) !== content) {
    process.stderr.write(`docs/examples/${name} is not today's: npm run examples\n`);
    process.exitCode = 1;
  }
}
