// A rehearsal without servers: the same engine, gates and journal as ever, on a model of ZooKeeper and a virtual clock.

import { appendFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { eventLine, type SimulationEvent } from '../lab/simulation/events.js';
import { type Simulation, simulate } from '../lab/simulation/simulation.js';
import type { Plan } from '../plan/plan.js';
import { openLedger } from '../probe/ledger.js';
import type { Recipient } from '../remote/deliver.js';
import type { SimulationFacts } from '../run/journal-record.js';
import { takeProcessLock } from '../run/process-lock.js';
import { type RunFolder, runFolder } from '../run/run-folder.js';
import { resumeRun, type SessionEnd, type SessionHost, settingsForPlan, startRun } from '../run/session.js';
import { conclude } from './conclude.js';
import type { ExitStatus } from './exit-status.js';
import { type Interrupts, listenForInterrupts } from './interrupts.js';
import { notifier } from './notifier.js';
import { nameOfSimulation, repeatLines } from './repeat-simulation.js';
import { type RunDisplay, runDisplay } from './run-display.js';
import type { CommandContext } from './terminal.js';
import { version } from './version.js';
import { proveRest } from '../run/prove-rest.js';

/** Longer than any fault lasts, in ms of virtual time: then the simulated operator resumes a run that one has stopped. */
const HEALED_MS = 60_000;

/** Carries the plan out on simulated servers, and reports. */
export async function rehearseSimulated(
  context: CommandContext,
  plan: Plan,
  tickMs: number,
  facts: SimulationFacts,
  recipients: readonly Recipient[],
): Promise<ExitStatus> {
  const settings = settingsForPlan(plan, tickMs);
  const folder = runFolder(context.home, nameOfSimulation(plan, settings, facts));
  const { run } = folder;
  if (!(await emptyFolder(folder))) return conclude(context, folder, { kind: 'busy' });
  await writeFile(folder.plan, `${JSON.stringify(plan, null, 2)}\n`);
  context.say(`Simulated with seed ${facts.seed}: no ZooKeeper runs, and all times are virtual.`);
  const ledger = await openLedger(folder.ledger);
  try {
    const onEvent = (event: SimulationEvent): void => {
      const line = eventLine(event);
      appendFileSync(folder.events, `${line}\n`);
      if (context.verbose) context.say(line);
    };
    const simulation = simulate({
      plan,
      settings,
      ...facts,
      onEvent,
      onEntry: (entry) => ledger.append(entry),
    });
    const end = await inSession(context, simulation, recipients, async (session) => {
      const host = { ...session, settings };
      const about = { purpose: 'simulation', cluster: 'simulated', clusterFile: '' } as const;
      const first = await startRun(host, { folder, ...about, plan, settings, simulation: facts });
      return resumed(context, simulation, first, facts.faults, () => resumeRun(host, folder));
    });
    await ledger.flush();
    const status = await conclude(context, folder, end, repeatLines(folder, { settings }, facts));
    if (end.kind !== 'refused') context.say(`Run ${run}; its events, one a line: ${folder.events}`);
    return status;
  } finally {
    await ledger.close().catch(() => undefined);
  }
}

/** The same simulation again takes the place of the one before. False when a process is at it now. */
async function emptyFolder({ path }: RunFolder): Promise<boolean> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const release = await takeProcessLock(path);
  if (release === null) return false;
  await rm(path, { recursive: true });
  await mkdir(path, { recursive: true, mode: 0o700 });
  await release();
  return true;
}

async function inSession(
  context: CommandContext,
  simulation: Simulation,
  recipients: readonly Recipient[],
  work: (session: Omit<SessionHost, 'settings'>) => Promise<SessionEnd>,
): Promise<SessionEnd> {
  const { platform, canary, lock, now } = simulation;
  const interrupts: Interrupts = listenForInterrupts((text) => display.note(text));
  // Minutes pass in a second, so that a frame would show nothing but its end: lines, in virtual time.
  const terminal = { ...context.terminal, now, repaints: false };
  const display: RunDisplay = runDisplay({ ...context, terminal }, canary, interrupts.pauseRequested);
  const people = notifier(recipients, context.by, display.warn);
  let end: SessionEnd | null = null;
  try {
    end = await work({
      platform,
      canary,
      lock,
      now,
      sleep: async (ms) => {
        simulation.servers.advance(ms);
        // Signals are heard between two turns of the event loop only.
        await new Promise((resolve) => setImmediate(resolve));
      },
      signal: interrupts.signal,
      pauseRequested: interrupts.pauseRequested,
      by: 'simulation',
      version,
      proveRest: async (rest) => proveRest(rest),
      onProgress: display.onProgress,
      onRecord: (record, state) => {
        display.onRecord(record, state);
        people.onRecord(record, state);
        context.terminal.onRecord(record);
      },
    });
    return end;
  } finally {
    await people.end(end);
    display.end();
    interrupts.release();
  }
}

/** A run that a fault has stopped is resumed once all is well again, as an operator would, once a fault at most. */
async function resumed(
  context: CommandContext,
  { servers }: Simulation,
  first: SessionEnd,
  faults: number,
  resume: () => Promise<SessionEnd>,
): Promise<SessionEnd> {
  let end = first;
  for (
    let left = faults;
    left > 0 && end.kind === 'stopped' && end.failure.code !== 'lost-writes';
    left -= 1
  ) {
    context.say(`The simulated operator waits ${HEALED_MS / 1000} s and resumes.`);
    servers.advance(HEALED_MS);
    end = await resume();
  }
  return end;
}
