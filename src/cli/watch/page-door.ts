// Where a run's page is found: the same token and port after a restart, so that open pages find it again.

import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { RunFolder } from '../../run/run-folder.js';

/** What is kept in the run's folder, for its owner's eyes only. `port`: where it was served last; 0: nowhere yet. */
export interface PageDoor {
  readonly token: string;
  readonly port: number;
}

const doorSchema: z.ZodType<PageDoor> = z.object({
  token: z.string().min(32),
  port: z.int().min(0).max(65_535),
});

/** Whether approvals can be given. Whoever was shown the one page has no way into the other. */
export type PageManner = 'approving' | 'read-only';

function fileOf(folder: RunFolder, manner: PageManner): string {
  return join(folder.path, manner === 'approving' ? 'page.json' : 'page-read-only.json');
}

/** The door of this run, or a new one. */
export async function readDoor(folder: RunFolder, manner: PageManner): Promise<PageDoor> {
  try {
    return doorSchema.parse(JSON.parse(await readFile(fileOf(folder, manner), 'utf8')));
  } catch {
    return newDoor();
  }
}

/** A door with a token of 192 random bits, and no port yet. */
export function newDoor(): PageDoor {
  return { token: randomBytes(24).toString('base64url'), port: 0 };
}

/** Keeps the door for the next time. */
export async function keepDoor(folder: RunFolder, manner: PageManner, door: PageDoor): Promise<void> {
  await writeFile(fileOf(folder, manner), `${JSON.stringify(door)}\n`, { mode: 0o600 });
}

/** Host headers under which a page bound to `host` may be asked for. */
export function hostHeaders(host: string, port: number): readonly string[] {
  const everywhere = host === '0.0.0.0' || host === '::';
  const names = everywhere
    ? [
        hostname(),
        ...Object.values(networkInterfaces()).flatMap((faces) => (faces ?? []).map((face) => face.address)),
      ]
    : [host];
  const near = isLoopback(host) || everywhere ? ['localhost', '127.0.0.1', '::1'] : [];
  return [...new Set([...names, ...near])].map((name) => `${inUrl(name).toLowerCase()}:${port}`);
}

/** Whether only this machine can get there. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** An IPv6 address stands in brackets. */
export function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
