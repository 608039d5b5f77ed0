// How does pkgpanda speak to systemd?

import { spawnSync } from 'node:child_process';
import type { Places } from './pkgpanda-places.js';

/** Runs systemctl, its words going where ours go; answers whether it ended with 0. */
export function systemctl(places: Pick<Places, 'manages'>, ...args: readonly string[]): boolean {
  if (places.manages === 'nothing') return true;
  return spawnSync('systemctl', args, { stdio: ['ignore', 2, 2] }).status === 0;
}
