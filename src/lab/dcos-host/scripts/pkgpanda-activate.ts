// How does a node go from one set of packages to another? (`Install.activate` and `swap_active` in pkgpanda/__init__.py)

import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { fieldOf } from './host-file.js';
import { versionIn } from './master-role.js';
import { isFromBefore111 } from './version-families.js';
import { systemctl } from './systemctl.js';
import {
  mergedFolders,
  namesIn,
  packageFolder,
  packageName,
  PkgpandaError,
  rolesOf,
  swappedNames,
  wantsFolder,
  type Places,
} from './pkgpanda-places.js';

/** How far a swap has come, as `install_progress` keeps it across a reboot. */
type Stage = 'archive' | 'move_new';

/** Activates exactly these packages, all of which must be in the repository; units are stopped, not started. */
export function activate(places: Places, ids: readonly string[]): void {
  const absent = ids.filter((id) => packageName(id) !== '' && !existsSync(packageFolder(places, id)));
  if (absent[0] !== undefined)
    throw new PkgpandaError(`Package Error: ${absent[0]} is not in the repository`);
  for (const name of swappedNames(places)) {
    for (const generation of ['new', 'old'])
      rmSync(`${name}.${generation}`, { recursive: true, force: true });
  }
  const active = join(places.root, 'active.new');
  for (const folder of mergedFolders(places)) mkdirSync(`${folder}.new`, { recursive: true });
  mkdirSync(active, { recursive: true });
  const roles = rolesOf(places);
  for (const id of ids) {
    const source = packageFolder(places, id);
    for (const folder of mergedFolders(places)) {
      const name = basename(folder);
      for (const each of [name, ...roles.map((role) => `${name}_${role}`)]) {
        linkTree(join(source, each), `${folder}.new`);
      }
    }
    symlinkSync(source, join(active, packageName(id)));
  }
  writeEnvironment(places, ids);
  swap(places, 'archive');
}

/** Ends a swap that a reboot or a kill broke off; undefined when there is none. */
export function recover(places: Places): Stage | undefined {
  const progress = join(places.root, 'install_progress');
  if (!existsSync(progress)) return undefined;
  const document: unknown = JSON.parse(readFileSync(progress, 'utf8'));
  const stage: Stage = fieldOf(document, 'stage') === 'archive' ? 'archive' : 'move_new';
  swap(places, stage);
  return stage;
}

function swap(places: Places, from: Stage): void {
  if (from === 'archive') {
    record(places, 'archive');
    for (const unit of namesIn(wantsFolder(places))) systemctl(places, 'stop', unit, '--no-block');
    removeUnits(places);
    // What is already away was moved before the swap broke off.
    for (const name of swappedNames(places)) {
      if (existsSync(name) && existsSync(`${name}.new`)) renameSync(name, `${name}.old`);
    }
  }
  record(places, 'move_new');
  for (const name of swappedNames(places)) {
    if (existsSync(`${name}.new`)) renameSync(`${name}.new`, name);
  }
  placeUnits(places);
  rmSync(join(places.root, 'install_progress'), { force: true });
}

/** Takes the units of `dcos.target.wants` away from beside `dcos.target`. */
export function removeUnits(places: Places): void {
  for (const unit of namesIn(wantsFolder(places))) rmSync(join(places.systemd, unit), { force: true });
}

/** 1.9 and 1.10 link the units beside `dcos.target`, later versions copy them. */
function placeUnits(places: Places): void {
  const wants = wantsFolder(places);
  const version = versionIn(join(places.root, 'etc/dcos-version.json'));
  for (const unit of namesIn(wants)) {
    const target = join(places.systemd, unit);
    const source = realpathSync(join(wants, unit));
    rmSync(target, { force: true });
    if (version === undefined || isFromBefore111(version)) symlinkSync(source, target);
    else copyFileSync(source, target);
  }
}

/** Written whole or not at all: `setup` reads it after a crash. */
function record(places: Places, stage: Stage): void {
  const path = join(places.root, 'install_progress');
  const file = openSync(`${path}.new`, 'w');
  writeFileSync(file, JSON.stringify({ stage, extension: '.new' }));
  fsyncSync(file);
  closeSync(file);
  renameSync(`${path}.new`, path);
}

function linkTree(source: string, target: string): void {
  if (!existsSync(source)) return;
  for (const name of readdirSync(source)) {
    const from = join(source, name);
    const to = join(target, name);
    if (statSync(from).isDirectory()) {
      mkdirSync(to, { recursive: true });
      linkTree(from, to);
    } else if (existsSync(to)) {
      throw new PkgpandaError(`Validation Error: Two packages are trying to install the same file ${to}`);
    } else symlinkSync(from, to);
  }
}

function writeEnvironment(places: Places, ids: readonly string[]): void {
  const path = `${places.root}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
  const variables = [`PATH=${path}`, `LD_LIBRARY_PATH=${places.root}/lib`];
  const note = ids.map((id) => `# package: ${id}\n`).join('');
  const lines = (prefix: string): string => variables.map((each) => `${prefix}${each}\n`).join('');
  writeFileSync(join(places.root, 'environment.new'), lines('') + note);
  writeFileSync(join(places.root, 'environment.export.new'), lines('export ') + note);
}
