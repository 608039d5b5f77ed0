// Where the processes of a machine are counted: a control group of its own, in each hierarchy that systemd uses.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Address } from '../../model/ensemble.js';

const mount = '/sys/fs/cgroup';

/** The lab's folders: `systemd` and `unified` where version 1 is mounted as well, else the one tree. */
function labGroups(directory: string): readonly string[] {
  const lab = `succession-lab-${createHash('sha256').update(directory).digest('hex').slice(0, 12)}`;
  const mixed = ['systemd', 'unified'].filter((name) => existsSync(join(mount, name)));
  return (mixed.length > 0 ? mixed : ['']).map((name) => join(mount, name, lab));
}

/** The machine's folders; they need not exist. Two containers in one group would take each other's for their own. */
export function controlGroups(directory: string, address: Address): readonly string[] {
  return labGroups(directory).map((group) => join(group, address));
}

/** Removes what a lab left. Its last processes may still be dying, so this may take a moment. */
export async function clearLabGroups(directory: string): Promise<void> {
  const groups = labGroups(directory);
  for (let tries = 1; tries <= 40 && groups.some((group) => existsSync(group)); tries += 1) {
    if (tries > 1) await new Promise((wake) => setTimeout(wake, 50));
    clearControlGroups(groups);
  }
}

/** Removes groups and all below them. One that still holds a process stays. */
export function clearControlGroups(groups: readonly string[]): void {
  for (const group of groups) remove(group);
}

function remove(group: string): void {
  if (!existsSync(group)) return;
  const inner = readdirSync(group, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of inner) remove(join(group, name));
  try {
    rmdirSync(group);
  } catch {
    // It is in use.
  }
}
