// Records the runs whose reports stand in docs/examples/: rehearsals on real ZooKeeper servers of this machine, kept as their
// journals and ledgers. People and places in them are those that are given here.

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { leaveDecision } from '../dist/cli/approval-desk.js';
import { carryOut } from '../dist/cli/carry-out.js';
import { liveZookeeper } from '../dist/cli/live-cluster.js';
import { distributionFor, rehearsalLab } from '../dist/cli/rehearsal-lab.js';
import { commandContext, processTerminal } from '../dist/cli/terminal.js';
import { killServer, stopLab } from '../dist/lab/lab.js';
import { addressesIn, idOf } from '../dist/model/ensemble.js';
import { newRunName, runFolder } from '../dist/run/run-folder.js';
import { settingsForPlan, startRun } from '../dist/run/session.js';

/** @typedef {import('../dist/plan/plan.js').Plan} Plan */
/** @typedef {import('../dist/run/journal-record.js').JournalRecord} JournalRecord */
/** @typedef {{ lab: import('../dist/lab/lab.js').Lab, folder: import('../dist/run/run-folder.js').RunFolder }} Scene */

const tickMs = 500;
const load = { clients: 3, pauseMs: 20 };
/** A person reads before a yes. */
const thinkMs = 4000;

/**
 * Records both runs of the plan.
 *
 * @param {Plan} plan
 * @param {string} home where runs and labs are meanwhile; its path stands in what the hosts say
 * @param {(name: string) => string} folderOf where the run of this name is kept
 */
export async function recordExamples(plan, home, folderOf) {
  await record(plan, home, folderOf('five-masters'), 'finished', approving());
  await record(plan, home, folderOf('stopped-run'), 'stopped', killing());
}

/**
 * Somebody says yes to each stage, on another machine.
 *
 * @returns {(record: JournalRecord, scene: Scene) => Promise<void>}
 */
function approving() {
  return async (one, { folder }) => {
    if (one.kind !== 'approval-wanted') return;
    await pause(thinkMs);
    const from = 'bastion';
    await leaveDecision(folder, one.id, { approved: true, by: 'bo@bastion', via: 'command', from });
  };
}

/**
 * While the run waits at a gate of the second stage a follower dies that nobody is working on.
 *
 * @returns {(record: JournalRecord, scene: Scene) => Promise<void>}
 */
function killing() {
  /** @type {string[]} */
  let followers = [];
  let worked = '';
  return async (one, { lab }) => {
    if (one.kind === 'step-intent') worked = one.step.host;
    if (one.kind === 'step-done')
      followers = one.gate.seen.flatMap((line) => /^(\S+): follower/.exec(line)?.[1] ?? []);
    if (one.kind !== 'step-acted' || one.id !== '2.2') return;
    const victim = followers.find((address) => address !== worked);
    if (victim === undefined) throw new Error('nobody follows');
    await killServer(lab.directory, victim);
  };
}

/**
 * Carries the plan out on a lab, and keeps what is left of the run.
 *
 * @param {Plan} plan
 * @param {string} home
 * @param {string} kept
 * @param {'finished' | 'stopped'} expected
 * @param {(record: JournalRecord, scene: Scene) => Promise<void>} meanwhile
 */
async function record(plan, home, kept, expected, meanwhile) {
  const folder = runFolder(home, newRunName(Date.now()));
  /** @type {Promise<void>[]} */
  const deeds = [];
  /** @type {Scene | null} */
  let scene = null;
  const terminal = {
    ...processTerminal(),
    asks: false,
    repaints: false,
    onRecord: (/** @type {JournalRecord} */ one) => {
      if (scene) deeds.push(meanwhile(one, scene));
    },
  };
  const context = { ...commandContext(terminal, { output: 'text', color: false, home }), by: 'ana@ops' };
  const lab = await rehearsalLab(context, folder.run, {
    idPolicy: plan.idPolicy,
    ensemble: plan.from,
    spareAddresses: addressesIn(plan.from, plan.to).filter((one) => idOf(plan.from, one) === undefined),
    distribution: await distributionFor(plan.zookeeper),
    tickMs,
  });
  scene = { lab, folder };
  try {
    const settings = settingsForPlan(plan, tickMs);
    const approvals = expected === 'finished' ? /** @type {const} */ ('stages') : undefined;
    const { clusterFile, cluster } = lab;
    const request = { folder, purpose: /** @type {const} */ ('rehearsal'), plan, settings, approvals };
    const end = await carryOut(
      context,
      { cluster: liveZookeeper(cluster), plan },
      folder,
      settings,
      { load },
      (host) => startRun(host, { ...request, cluster: cluster.name, clusterFile }),
    );
    await Promise.all(deeds);
    if (end.kind !== expected) throw new Error(`the run has ${end.kind}, and was to be ${expected}`);
    await mkdir(kept, { recursive: true });
    await writeFile(join(kept, 'journal.jsonl'), await readFile(folder.journal));
    await writeFile(join(kept, 'ledger.jsonl.gz'), gzipSync(await readFile(folder.ledger), { level: 9 }));
  } finally {
    await stopLab(lab.directory, 'remove');
    await rm(folder.path, { recursive: true, force: true });
  }
}
