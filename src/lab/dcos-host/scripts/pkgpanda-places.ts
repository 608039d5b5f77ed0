// Where does pkgpanda keep what on a node?

import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

/** The folders of one installation; `manages` tells whether systemd is spoken to. */
export interface Places {
  /** `/opt/mesosphere` */
  readonly root: string;
  /** `/etc/mesosphere` */
  readonly config: string;
  /** `/etc/systemd/system` */
  readonly systemd: string;
  readonly manages: 'systemd' | 'nothing';
}

/** A refusal that pkgpanda says in one line of standard error; it ends with 1. */
export class PkgpandaError extends Error {}

const folders = ['bin', 'etc', 'include', 'lib'] as const;

/** What activation swaps, each with `.new` before and `.old` after it: folders that packages are merged into first. */
export function mergedFolders(places: Places): readonly string[] {
  return [...folders.map((name) => join(places.root, name)), wantsFolder(places)];
}

/** Everything that activation swaps. */
export function swappedNames(places: Places): readonly string[] {
  const files = ['environment', 'environment.export', 'active'].map((name) => join(places.root, name));
  return [...mergedFolders(places), ...files];
}

/** `dcos.target.wants`: its entries are the units of DC/OS on this node. */
export function wantsFolder(places: Places): string {
  return join(places.systemd, 'dcos.target.wants');
}

/** The package's folder in the repository. */
export function packageFolder(places: Places, id: string): string {
  return join(places.root, 'packages', id);
}

/** The name in `name--version`; throws for anything else. */
export function packageName(id: string): string {
  const found = /^([a-zA-Z0-9@._+][a-zA-Z0-9@._+-]*?)--([a-zA-Z0-9@._+:-]+)$/.exec(id);
  if (found?.[1] === undefined) throw new PkgpandaError(`Validation Error: Invalid package id ${id}`);
  return found[1];
}

/** The node's role, of which there is at most one. */
export function rolesOf(places: Places): readonly string[] {
  const roles = namesIn(join(places.config, 'roles'));
  if (roles.length > 1) {
    throw new PkgpandaError(`ERROR: Only 0 or 1 roles are allowed for a host. Got: ${roles.join(', ')}.`);
  }
  return roles;
}

/** The names in a folder, sorted; none when there is no folder. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .map((name) => basename(name))
      .sort();
  } catch {
    return [];
  }
}
