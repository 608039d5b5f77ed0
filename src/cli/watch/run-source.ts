// A run's folder as the page's source: looked at a few times a second, whether a process works on it or none does.

import { readFile, stat } from 'node:fs/promises';
import { leaveDecision } from '../approval-desk.js';
import { readJournal } from '../../run/journal.js';
import { isWorkedOn } from '../../run/process-lock.js';
import { type LiveReading, liveReadingSchema } from '../../run/live-reading.js';
import type { RunFolder } from '../../run/run-folder.js';
import type { PageMoment, PageSource } from '../../view/page/page-source.js';
import { ledgerTail } from './ledger-tail.js';

/** A source that lives until it is closed. */
export interface WatchedRun extends PageSource {
  readonly close: () => void;
}

const LOOK_MS = 250;
/** A run's process writes its side file twice a second; in a proof or on a slow disk it may fall behind. */
const STALE_MS = 30_000;

/** Begins to watch. All pages share it: however many there are, the folder is looked at once. */
export async function watchRun(folder: RunFolder): Promise<WatchedRun> {
  let moment: PageMoment = { generation: 0, records: [], live: null, damage: null };
  let ledger = ledgerTail(folder.ledger);
  let journalStamp = '';
  let liveStamp = '';
  let closed = false;
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  const look = async (): Promise<void> => {
    const before = moment;
    const stamp = await stampOf(folder.journal);
    if (stamp !== null && stamp !== journalStamp) {
      journalStamp = stamp;
      moment = await readOn(folder, moment);
      if (moment.generation !== before.generation) ledger = ledgerTail(folder.ledger);
    }
    const seen = await stampOf(folder.live);
    if (seen !== liveStamp) {
      liveStamp = seen ?? '';
      moment = { ...moment, live: await readLive(folder.live) };
    } else if (moment.live !== null && !isAlive(moment.live.pid, seen)) {
      moment = { ...moment, live: null };
    }
    await ledger.follow();
    if (moment === before) return;
    wake();
  };
  await look();
  const go = async (): Promise<void> => {
    await look().catch(() => undefined);
    if (!closed) timer = setTimeout(() => void go(), LOOK_MS);
  };
  let timer: NodeJS.Timeout = setTimeout(() => void go(), LOOK_MS);
  return {
    run: folder.run,
    look: () => moment,
    changed: () =>
      new Promise((resolve) => {
        waiting.add(resolve);
      }),
    availability: () => ledger.read(),
    decide: async (id, decision) => {
      try {
        if (!(await isWorkedOn(folder.path)))
          return { kind: 'failed', reason: 'no process works on it; it asks again once it is resumed' };
        await leaveDecision(folder, id, decision);
        return { kind: 'left' };
      } catch (error) {
        return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
      }
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
      wake();
    },
  };
}

/** Changes whenever the file does; null where there is none. */
async function stampOf(file: string): Promise<string | null> {
  return stat(file).then(
    ({ ino, size, mtimeMs }) => `${ino} ${size} ${mtimeMs}`,
    () => null,
  );
}

async function readOn(folder: RunFolder, moment: PageMoment): Promise<PageMoment> {
  const reading = await readJournal(folder.journal);
  if (reading.kind === 'missing') return moment;
  if (reading.kind === 'damaged') {
    const { line, message } = reading.fault;
    return { ...moment, damage: `${folder.journal}, line ${line}: ${message}` };
  }
  const { records } = reading;
  const known = moment.records.length;
  // Each line holds the digest of the one before it: the same first digest behind what is known, the same journal.
  const goesOn = records.length >= known && sameLine(records[known - 1], moment.records[known - 1]);
  const generation = goesOn ? moment.generation : moment.generation + 1;
  return { ...moment, generation, records, damage: null };
}

function sameLine(a: PageMoment['records'][number] | undefined, b: typeof a): boolean {
  return a?.previous === b?.previous && a?.at === b?.at && a?.kind === b?.kind;
}

async function readLive(file: string): Promise<LiveReading | null> {
  try {
    const parsed = liveReadingSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
    return parsed.success && isAlive(parsed.data.pid, await stampOf(file)) ? parsed.data : null;
  } catch {
    return null;
  }
}

/** A process that was killed leaves the file behind, and its number may be another's by now. */
function isAlive(pid: number, stamp: string | null): boolean {
  const writtenAt = Number(stamp?.split(' ')[2] ?? 0);
  if (Date.now() - writtenAt > STALE_MS) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
