// One session of a run, from a cluster file to its exit status: what apply, resume, rollback and rehearse share.

import { zookeeperCanary } from '../platform/zookeeper/canary.js';
import type { Cluster } from '../platform/zookeeper/cluster-file.js';
import { zookeeperLock } from '../platform/zookeeper/cluster-lock.js';
import { zookeeperPlatform } from '../platform/zookeeper/platform.js';
import { localTransport } from '../remote/local.js';
import type { RunFolder } from '../run/run-folder.js';
import type { SessionEnd, SessionHost } from '../run/session.js';
import type { RunSettings } from '../run/settings.js';
import { failureLines } from '../view/failure-text.js';
import { exitStatus, type ExitStatus } from './exit-status.js';
import { listenForInterrupts } from './interrupts.js';
import { runDisplay } from './run-display.js';
import type { CommandContext } from './terminal.js';
import { version } from './version.js';

/** How hard the canary writes. */
export interface Load {
  readonly clients: number;
  readonly pauseMs: number;
}

/** What a production ensemble bears without noticing: about ten writes a second. */
export const gentleLoad: Load = { clients: 1, pauseMs: 100 };

/** Builds everything that a session needs, runs it, and takes it down again. */
export async function carryOut(
  context: CommandContext,
  cluster: Cluster,
  folder: RunFolder,
  settings: RunSettings,
  load: Load,
  work: (host: SessionHost) => Promise<SessionEnd>,
): Promise<SessionEnd> {
  const transport = localTransport();
  const canary = zookeeperCanary(cluster, { run: folder.run, ledgerFile: folder.ledger, ...load });
  const interrupts = listenForInterrupts(context.say);
  const display = runDisplay(context, canary, interrupts.pauseRequested);
  try {
    return await work({
      platform: zookeeperPlatform(cluster, transport),
      canary,
      lock: zookeeperLock(cluster),
      settings,
      now: context.terminal.now,
      sleep,
      signal: interrupts.signal,
      pauseRequested: interrupts.pauseRequested,
      by: context.by,
      version,
      onProgress: display.onProgress,
      onRecord: (record, state) => {
        display.onRecord(record, state);
        context.terminal.onRecord(record);
      },
    });
  } finally {
    display.end();
    interrupts.release();
    await transport.close();
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    signal.addEventListener('abort', wake, { once: true });
    if (signal.aborted) wake();
  });
}

/** Says how a session ended, with the exact next command, and gives the exit status. */
export function explainEnd(context: CommandContext, folder: RunFolder, end: SessionEnd): ExitStatus {
  const { palette } = context;
  const say = (...lines: readonly string[]): void => context.terminal.err(`${lines.join('\n')}\n`);
  const goOn = [`  go on:   succession resume ${folder.run}`, `  go back: succession rollback ${folder.run}`];
  switch (end.kind) {
    case 'finished':
      return exitStatus.done;
    case 'paused':
      say(`${palette.warn('Paused')}: ${end.reason}.`, ...goOn);
      return exitStatus.stopped;
    case 'stopped':
      say(...failureLines(end.failure, palette), ...goOn);
      return exitStatus.stopped;
    case 'refused':
      say(...failureLines(end.failure, palette), 'Nothing was changed.');
      return exitStatus.notAsExpected;
    case 'locked':
      say(
        `${palette.bad('Locked')}: run ${end.by.run} of ${end.by.owner} holds this cluster since ${end.by.since}. Nothing was changed.`,
        `  Let it finish, or on ${end.by.owner.split('@')[1] ?? 'its machine'}: succession resume ${end.by.run}`,
        `  If it will never go on: succession runs --abandon ${end.by.run} --cluster FILE`,
      );
      return exitStatus.locked;
    case 'busy':
      say(`${palette.bad('Locked')}: another process works on run ${folder.run}. Nothing was changed.`);
      return exitStatus.locked;
    case 'no-such-run':
      say(
        `There is no run ${folder.run} to go on with.`,
        '  `succession runs` lists the runs that there are.',
      );
      return exitStatus.badInput;
    case 'damaged':
      say(`${folder.journal}, line ${end.fault.line}: ${end.fault.message}`, `  ${end.fault.remedy}`);
      return exitStatus.badInput;
    case 'already-over':
      say(`Run ${folder.run} is ${end.state.status} already; there is nothing to do.`);
      return end.state.status === 'finished' ? exitStatus.done : exitStatus.badInput;
    case 'nothing-to-undo':
      say(
        `Run ${folder.run} is between two stages: the ensemble is whole, and there is nothing half-done to undo.`,
        '  Plan a new change to go elsewhere.',
      );
      return exitStatus.done;
  }
}
