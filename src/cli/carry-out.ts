// One session of a run, from a cluster file to its exit status: what apply, resume, rollback and rehearse share.

import { transportFor } from '../platform/transport-for.js';
import type { Cluster } from '../platform/zookeeper/cluster-file.js';
import { zookeeperLock } from '../platform/zookeeper/cluster-lock.js';
import { zookeeperCanary, zookeeperPlatform } from '../platform/zookeeper/platform.js';
import type { RunFolder } from '../run/run-folder.js';
import type { SessionEnd, SessionHost } from '../run/session.js';
import type { RunSettings } from '../run/settings.js';
import { listenForInterrupts } from './interrupts.js';
import { proveWhileClientsWrite } from './prove/rest-in-thread.js';
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
  const transport = transportFor(cluster);
  const canary = zookeeperCanary(cluster, {
    root: `/succession/${folder.run}`,
    ledgerFile: folder.ledger,
    ...load,
  });
  const interrupts = listenForInterrupts((text) => display.note(text));
  const display = runDisplay(context, canary, interrupts.pauseRequested);
  try {
    return await work({
      platform: zookeeperPlatform(cluster, transport),
      canary,
      lock: zookeeperLock(
        cluster,
        cluster.hosts.map((host) => host.address),
      ),
      settings,
      now: context.terminal.now,
      sleep,
      signal: interrupts.signal,
      proveRest: proveWhileClientsWrite,
      pauseRequested: interrupts.pauseRequested,
      by: context.by,
      version,
      onProgress: display.onProgress,
      onDuty: display.onDuty,
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
