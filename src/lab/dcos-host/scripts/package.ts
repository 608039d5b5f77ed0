// What is a package of pkgpanda: its content, its id, and the tarball that the bootstrap node serves?

import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A file of a package, below `bin/`, `etc/`, `dcos.target.wants/` or one of these with `_<role>` behind. */
export type PackageFile =
  | { readonly path: string; readonly mode: number; readonly content: string }
  | { readonly path: string; readonly linkTo: string };

/** A package as it is built: `id` is `name--version`. */
export interface BuiltPackage {
  readonly name: string;
  readonly id: string;
  readonly files: readonly PackageFile[];
}

/** A package whose version is the digest of its content: what is equal has one name. */
export function packageOf(name: string, files: readonly PackageFile[]): BuiltPackage {
  const digest = createHash('sha1')
    .update(JSON.stringify([name, files]))
    .digest('hex');
  return { name, id: `${name}--${digest}`, files };
}

/** The tarball's place below the served folder. */
export function packagePath(built: Pick<BuiltPackage, 'name' | 'id'>): string {
  return `packages/${built.name}/${built.id}.tar.xz`;
}

/** Writes the files below `folder`. */
export function writeFiles(folder: string, files: readonly PackageFile[]): void {
  for (const file of files) {
    const path = join(folder, file.path);
    mkdirSync(dirname(path), { recursive: true });
    if ('linkTo' in file) symlinkSync(file.linkTo, path);
    else {
      writeFileSync(path, file.content);
      chmodSync(path, file.mode);
    }
  }
}

/** Packs the files into `target`, unless it is there: its name says what it holds. Throws when tar fails. */
export function writeTarball(target: string, files: readonly PackageFile[]): void {
  if (existsSync(target)) return;
  const folder = mkdtempSync(join(tmpdir(), 'dcos-package-'));
  try {
    // The tree's own mode goes into the tarball, and so onto the host.
    chmodSync(folder, 0o755);
    writeFiles(folder, files);
    mkdirSync(dirname(target), { recursive: true });
    const order = ['--sort=name', '--owner=0', '--group=0', '--mtime=@0'];
    run('tar', ['-C', folder, ...order, '-cJf', `${target}.part`, '.']);
    renameSync(`${target}.part`, target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs a program to its end; throws with what it said when it fails. */
export function run(program: string, args: readonly string[]): string {
  const ended = spawnSync(program, args, { encoding: 'utf8' });
  if (ended.error !== undefined) throw ended.error;
  if (ended.status === 0) return ended.stdout;
  throw new Error(`${program} ${args.join(' ')} ended with ${ended.status}: ${ended.stderr.trimEnd()}`);
}
