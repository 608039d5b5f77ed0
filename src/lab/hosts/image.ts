// How the disk that all hosts begin with is made: once, by debootstrap, and kept.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { debianSource } from './debian-source.js';
import { finishing, packages, recipeHash, release } from './image-recipe.js';

const execute = promisify(execFile);
const limitMs = 15 * 60_000;

/** Where the image is, or why there is none. */
export type ImageResult =
  | { readonly kind: 'ready'; readonly folder: string }
  | { readonly kind: 'missing'; readonly what: string; readonly remedy: string };

/**
 * The image of today's recipe, made first if need be, which takes a minute or two: `building` is called then. Whoever
 * comes second waits for the first, by a lock that dies with its holder; what a dead builder left is cleared up.
 */
export async function hostImage(building: () => void, signal: AbortSignal): Promise<ImageResult> {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'succession', 'images');
  const folder = join(cache, recipeHash());
  if (existsSync(folder)) return { kind: 'ready', folder };
  const source = await debianSource(release);
  if (source === undefined) {
    const what = `apt has no source of Debian ${release} here, which the hosts are made of`;
    return { kind: 'missing', what, remedy: `add one: deb MIRROR ${release} main` };
  }
  await mkdir(cache, { recursive: true });
  building();
  const keyring = source.keyring === undefined ? [] : [`--keyring=${source.keyring}`];
  const bootstrap = ['--variant=minbase', '--merged-usr', `--include=${packages.join(',')}`, ...keyring];
  const program = [
    'unshare',
    '--mount',
    '--',
    'sh',
    '-c',
    script,
    'sh',
    folder,
    finishing,
    release,
    source.mirror,
    ...bootstrap,
  ];
  try {
    await execute('flock', [join(cache, 'lock'), ...program], {
      env: { ...process.env, ...(await proxies()), LC_ALL: 'C' },
      timeout: limitMs,
      maxBuffer: 16 * 1024 * 1024,
      signal,
    });
    return { kind: 'ready', folder };
  } catch (error) {
    const log = join(cache, 'build.log');
    const what = `the hosts' image was not made: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`;
    return { kind: 'missing', what: what.slice(0, 200), remedy: `see the end of ${log}` };
  }
}

/** The mount namespace is its own: what debootstrap mounts can't outlive it, nor be deleted by the clearing up. */
const script = `set -eu
image=$1 finishing=$2 release=$3 mirror=$4
shift 4
if [ -d "$image" ]; then exit 0; fi
building=$image.building
exec > "$(dirname "$image")/build.log" 2>&1
rm -rf --one-file-system "$building"
debootstrap --foreign "$@" "$release" "$building" "$mirror"
mkdir -p "$building/etc/dpkg/dpkg.cfg.d"
echo force-unsafe-io > "$building/etc/dpkg/dpkg.cfg.d/lab"
chroot "$building" /debootstrap/debootstrap --second-stage
chroot "$building" /bin/sh -c "$finishing"
umount "$building/proc" "$building/sys" 2>/dev/null || true
mv "$building" "$image"
`;

/** debootstrap fetches with wget, which does not read apt's settings. */
async function proxies(): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (const scheme of ['http', 'https']) {
    const { stdout } = await execute('apt-config', ['shell', 'PROXY', `Acquire::${scheme}::Proxy`]).catch(
      () => ({ stdout: '' }),
    );
    const proxy = /^PROXY='(.+)'/.exec(stdout)?.[1];
    if (proxy !== undefined) found[`${scheme}_proxy`] = proxy;
  }
  return found;
}
