// Every machine's disk: a file system of its own and of limited size, laid over the image.

import { existsSync } from 'node:fs';
import { mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Address } from '../../model/ensemble.js';
import { must } from './command.js';
import { machineDirectory } from './hosts-files.js';
import type { HostsPlan } from './hosts-files.js';

/** Deeds on the disks. All mounts are in the keeper's mount namespace, and vanish with it. */
export interface Disks {
  /** The folder that is the machine's `/`, mounted; `fresh`: nothing was ever written to it. */
  mount(address: Address): Promise<{ readonly root: string; readonly fresh: boolean }>;
  /** The machine's disk is lost. It must not run. */
  wipe(address: Address): Promise<void>;
}

/** The disks in this lab's folder. */
export function disks(directory: string, plan: HostsPlan): Disks {
  const placeOf = (address: Address): Place => {
    const mounts = join('/run', 'machines', address);
    return {
      file: join(machineDirectory(directory, address), 'disk.ext4'),
      mounts,
      disk: join(mounts, 'disk'),
      root: join(mounts, 'root'),
    };
  };
  return {
    mount: async (address) => {
      const place = placeOf(address);
      if (existsSync(place.root)) return { root: place.root, fresh: false };
      const fresh = !existsSync(place.file);
      await mkdir(machineDirectory(directory, address), { recursive: true });
      if (fresh) await format(place.file, plan.diskMiB);
      await lay(place, plan.image);
      return { root: place.root, fresh };
    },
    wipe: async (address) => {
      const place = placeOf(address);
      if (existsSync(place.root)) {
        await must('umount', place.root);
        await must('umount', place.disk);
        await rm(place.mounts, { recursive: true });
      }
      await rm(place.file, { force: true });
    },
  };
}

interface Place {
  readonly file: string;
  readonly mounts: string;
  readonly disk: string;
  readonly root: string;
}

/** A sparse file: what the machine does not write takes no room. No journal: what a crash takes is not this machine's. */
async function format(file: string, sizeMiB: number): Promise<void> {
  await writeFile(file, '', { mode: 0o600 });
  await truncate(file, sizeMiB * 1024 * 1024);
  await must('mkfs.ext4', '-q', '-m', '0', '-O', '^has_journal', '-E', 'lazy_itable_init=1', file);
}

/** The loop device frees itself with the mount, however that ends. */
async function lay(place: Place, image: string): Promise<void> {
  const upper = join(place.disk, 'upper');
  const work = join(place.disk, 'work');
  await mkdir(place.disk, { recursive: true });
  await must('mount', '-o', 'loop', place.file, place.disk);
  for (const folder of [upper, work, place.root]) await mkdir(folder, { recursive: true });
  const options = `lowerdir=${image},upperdir=${upper},workdir=${work}`;
  await must('mount', '-t', 'overlay', '-o', options, 'overlay', place.root);
}
