// One session of a run, from a cluster file to its exit status: what apply, resume, rollback and rehearse share.

import { zookeeperLock } from '../platform/zookeeper/cluster-lock.js';
import { zookeeperCanary } from '../platform/zookeeper/platform.js';
import type { Plan } from '../plan/plan.js';
import type { Recipient } from '../remote/deliver.js';
import { pause } from '../remote/pause.js';
import type { DutyKind } from '../run/duty.js';
import type { RunFolder } from '../run/run-folder.js';
import type { SessionEnd, SessionHost } from '../run/session.js';
import type { RunSettings } from '../run/settings.js';
import { approvalDesk } from './approval-desk.js';
import { listenForInterrupts } from './interrupts.js';
import { liveFile } from './live-file.js';
import { addressesOf, type LiveCluster } from './live-cluster.js';
import { proveWhileClientsWrite } from './prove/rest-in-thread.js';
import { notifier } from './notifier.js';
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

/** How a session is carried out. */
export interface Manner {
  readonly load: Load;
  /** The work around the stages that the operator lets go on although it is not as it should be. */
  readonly waived?: readonly DutyKind[];
  /** Who is told of the run. */
  readonly recipients?: readonly Recipient[];
}

/** Builds everything that a session needs, runs it, and takes it down again. */
export async function carryOut(
  context: CommandContext,
  { cluster, plan }: { readonly cluster: LiveCluster; readonly plan: Plan },
  folder: RunFolder,
  settings: RunSettings,
  { load, waived = [], recipients = [] }: Manner,
  work: (host: SessionHost) => Promise<SessionEnd>,
): Promise<SessionEnd> {
  const transport = cluster.transport();
  const surroundings = cluster.surroundingsOver(transport, plan);
  const canary = zookeeperCanary(cluster.reach, {
    root: `/succession/${folder.run}`,
    ledgerFile: folder.ledger,
    ...load,
  });
  const interrupts = listenForInterrupts((text) => display.note(text));
  const display = runDisplay(context, canary, interrupts.pauseRequested);
  const people = notifier(recipients, context.by, display.warn);
  let end: SessionEnd | null = null;
  const { now } = context.terminal;
  const live = liveFile(folder.live, { canary, pausing: interrupts.pauseRequested, now });
  try {
    end = await work({
      platform: cluster.platformOver(transport),
      canary,
      lock: zookeeperLock(cluster.reach, addressesOf(cluster, plan)),
      ...(surroundings === null ? {} : { surroundings }),
      waived,
      settings,
      now,
      sleep: pause,
      signal: interrupts.signal,
      desk: approvalDesk(context, folder),
      proveRest: proveWhileClientsWrite,
      pauseRequested: interrupts.pauseRequested,
      by: context.by,
      version,
      onProgress: (progress) => {
        display.onProgress(progress);
        live.onProgress(progress);
      },
      onDuty: (progress) => {
        display.onDuty(progress);
        live.onDuty(progress);
      },
      onServices: live.onServices,
      onRecord: (record, state) => {
        display.onRecord(record, state);
        people.onRecord(record, state);
        live.onRecord(record);
        context.terminal.onRecord(record);
      },
    });
    return end;
  } finally {
    await people.end(end);
    display.end();
    await live.end();
    interrupts.release();
    await transport.close();
  }
}
