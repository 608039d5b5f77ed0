// How much of the processors does a process take?

import { readFile } from 'node:fs/promises';
import process from 'node:process';

/** Ticks of proc(5) are 10 ms on every Linux that Node runs on. */
const TICK_MS = 10;

/** What a process that lives has taken so far, in ms. */
export async function takenBy(pid: number): Promise<number> {
  return summed(`/proc/${pid}/stat`, 11);
}

/** What this program's children took that have ended, with theirs, in ms. */
export async function takenByEnded(): Promise<number> {
  return summed(`/proc/${process.pid}/stat`, 13);
}

/** `utime` and `stime`, or `cutime` and `cstime`: counted from behind the name, which may hold anything. */
async function summed(file: string, first: number): Promise<number> {
  const stat = await readFile(file, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[first]) + Number(fields[first + 1])) * TICK_MS;
}
