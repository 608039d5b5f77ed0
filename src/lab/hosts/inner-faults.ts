// How a machine's clock is made to differ, and how its disk is filled: faults inside a machine, set from outside.

import { readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { must } from './command.js';
import { faketimeLibrary } from './image-recipe.js';

const preload = 'etc/ld.so.preload';
const setting = 'etc/faketimerc';
const filler = 'var/lib/filler';

/**
 * Shifts the clock of every program that starts from now on below `root`, by libfaketime: all containers share the
 * kernel's clock, which can't be shifted for one of them. Zero takes the shift away.
 */
export async function skewClock(root: string, seconds: number): Promise<void> {
  if (seconds === 0) {
    await rm(join(root, preload), { force: true });
    await rm(join(root, setting), { force: true });
    return;
  }
  await put(join(root, setting), `${seconds > 0 ? '+' : ''}${seconds}\n`);
  await put(join(root, preload), `${faketimeLibrary}\n`);
}

/** Never through a link: an absolute one of the host's would lead into this machine. */
async function put(path: string, text: string): Promise<void> {
  await rm(path, { force: true });
  await writeFile(path, text, { flag: 'wx' });
}

/** The shift in seconds that new programs get. */
export async function clockSkew(root: string): Promise<number> {
  const text = await readFile(join(root, setting), 'utf8').catch(() => '0');
  return Number(text.trim());
}

/** Fills the disk up to the last block, at once: the room is set aside, not written. */
export async function fillDisk(root: string): Promise<void> {
  await freeDisk(root);
  for (;;) {
    const { bavail, bsize } = await statfs(root);
    if (bavail < 8) return;
    // The file's own map takes some blocks as well.
    const share = bavail > 4096 ? bavail - 2048 : Math.max(1, Math.floor(bavail / 2));
    await must('fallocate', '--length', String(share * bsize), join(root, `${filler}.${bavail}`));
  }
}

/** Gives the room back. */
export async function freeDisk(root: string): Promise<void> {
  await must('sh', '-c', 'rm -f "$1".*', 'sh', join(root, filler));
}
