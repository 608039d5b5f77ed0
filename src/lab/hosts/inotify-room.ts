// Whether the kernel lets root watch as many files as a lab's hosts do together.

import { readFile, writeFile } from 'node:fs/promises';

const setting = '/proc/sys/fs/inotify/max_user_instances';
const wanted = 4096;

/**
 * Every systemd holds a handful of inotify instances, and one user may have 128 on many kernels: some twenty hosts, of all
 * labs together. The next one would not boot, nor say why. Raises the limit until the machine reboots; returns what it
 * was, or null when there was nothing to do.
 */
export async function makeInotifyRoom(): Promise<number | null> {
  const limit = Number(await readFile(setting, 'utf8').catch(() => String(wanted)));
  if (limit >= wanted) return null;
  await writeFile(setting, String(wanted));
  return limit;
}
