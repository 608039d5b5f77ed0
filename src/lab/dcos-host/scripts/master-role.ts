// What is this node, by its own files?

import { existsSync, readFileSync } from 'node:fs';
import { fieldOf } from './host-file.js';

/** Whether the node was installed as a master. */
export function isMaster(): boolean {
  return existsSync('/etc/mesosphere/roles/master');
}

/** The version that is active on the node, or undefined where none is. */
export function activeVersion(): string | undefined {
  return versionIn('/opt/mesosphere/etc/dcos-version.json');
}

/** What a `dcos-version.json` says, or undefined. */
export function versionIn(path: string): string | undefined {
  const document = readJson(path);
  const version = fieldOf(document, 'version');
  return typeof version === 'string' ? version : undefined;
}

/** The masters of the node's configuration. */
export function masterList(): readonly string[] {
  const document = readJson('/opt/mesosphere/etc/master_list');
  if (!Array.isArray(document)) return [];
  const items: readonly unknown[] = document;
  return items.filter((item) => typeof item === 'string');
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
