// How a running process lets other processes see what it sees: a small file, replaced twice a second at most.

import { rename, rm, writeFile } from 'node:fs/promises';
import type { Canary } from '../run/canary.js';
import type { JournalRecord } from '../run/journal-record.js';
import type { LiveCondition, LiveReading, LiveService } from '../run/live-reading.js';
import type { Services } from '../run/sighting.js';
import type { GateProgress } from '../run/wait-for-gate.js';

/** Takes what the engine tells. */
export interface LiveFile {
  readonly onRecord: (record: JournalRecord) => void;
  readonly onProgress: (progress: GateProgress) => void;
  readonly onDuty: (progress: string) => void;
  /** What the servers say while no gate asks them. */
  readonly onServices: (services: Services) => void;
  /** Takes the file away. */
  readonly end: () => Promise<void>;
}

/** What the file is written from. */
export interface LiveSources {
  readonly canary: Pick<Canary, 'read'>;
  readonly pausing: () => boolean;
  /** ms since the epoch. */
  readonly now: () => number;
}

/** Also the shortest time between two writings. */
const WRITE_MS = 500;

/**
 * Writes `file` until `end`, by rename, so that nobody reads half of it. Never synced, and what the disk refuses is
 * passed over: the run needs none of it.
 */
export function liveFile(file: string, { canary, pausing, now }: LiveSources): LiveFile {
  let gate: GateProgress | null = null;
  let services: readonly LiveService[] = [];
  let servicesAt: number | null = null;
  let conditions: readonly LiveCondition[] = [];
  let duty: string | null = null;
  let writing: Promise<void> | null = null;
  const read = (): LiveReading => ({
    schema: 'succession.live/1',
    at: now(),
    pid: process.pid,
    gate: gate && {
      conditions,
      waitedMs: gate.waitedMs,
      limitMs: gate.limitMs,
      heldMs: gate.heldMs,
      holdMs: gate.holdMs,
    },
    services,
    servicesAt,
    canary: canary.read(),
    duty,
    pausing: pausing(),
  });
  const write = async (): Promise<void> => {
    try {
      await writeFile(`${file}.new`, `${JSON.stringify(read())}\n`, { mode: 0o600 });
      await rename(`${file}.new`, file);
    } catch {
      // The page shows less, and the run goes on.
    }
    writing = null;
  };
  const timer = setInterval(() => {
    writing ??= write();
  }, WRITE_MS);
  timer.unref();
  return {
    onRecord: ({ kind }) => {
      // What a gate saw is of no more worth once something is done to a host.
      if (kind === 'step-done' || kind === 'step-intent' || kind === 'duty-done') gate = null;
      if (kind.startsWith('duty-')) duty = null;
    },
    onProgress: (progress) => {
      const at = now();
      conditions = progress.conditions.map(({ name, state, seen }) => {
        const before = gate === null ? undefined : conditions.find((one) => one.name === name);
        return { name, state, seen, since: before?.state === state ? before.since : at };
      });
      gate = progress;
      services = liveServices(progress.services);
      servicesAt = at;
    },
    onServices: (seen) => {
      services = liveServices(seen);
      servicesAt = now();
    },
    onDuty: (progress) => {
      duty = progress;
    },
    end: async () => {
      clearInterval(timer);
      await writing;
      await rm(file, { force: true }).catch(() => undefined);
    },
  };
}

function liveServices(services: Services): readonly LiveService[] {
  return [...services.values()].map(
    ({ address, mode, epoch, zxid, serverId, syncedFollowers, ensemble }) => ({
      address,
      mode,
      epoch,
      zxid,
      serverId,
      syncedFollowers,
      ensemble,
    }),
  );
}
