// How does a package reach a node? (`fetch_package` in pkgpanda/actions.py)

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from './package.js';
import { packageFolder, packageName, PkgpandaError, type Places } from './pkgpanda-places.js';

/** Fetches one package unless it is there; answers with what pkgpanda says of it. */
export async function fetchPackage(places: Places, repositoryUrl: string, id: string): Promise<string> {
  const name = packageName(id);
  const target = packageFolder(places, id);
  if (existsSync(target)) return 'Package already added.';
  mkdirSync(join(places.root, 'packages'), { recursive: true });
  const work = mkdtempSync(join(places.root, 'packages', '.fetching-'));
  try {
    const tarball = join(work, 'package.tar.xz');
    writeFileSync(tarball, await download(`${repositoryUrl}/${packagePath({ name, id })}`));
    const tree = join(work, 'tree');
    mkdirSync(tree);
    const ended = spawnSync('tar', ['-xJf', tarball, '-C', tree], { encoding: 'utf8' });
    if (ended.status !== 0) throw new PkgpandaError(`Unable to fetch package ${id}: ${ended.stderr.trim()}`);
    renameSync(tree, target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return `Fetched: ${id}`;
}

/** The packages that a node is set up with, from 1.10 on: a list that lies beside them. */
export async function fetchPackageList(repositoryUrl: string, listId: string): Promise<readonly string[]> {
  const url = `${repositoryUrl}/package_lists/${listId}.package_list.json`;
  return textsOf(JSON.parse((await download(url)).toString('utf8')));
}

/** The texts of a JSON list. */
export function textsOf(document: unknown): readonly string[] {
  if (!Array.isArray(document))
    throw new PkgpandaError('Validation Error: a list of packages should be a JSON list');
  const items: readonly unknown[] = document;
  return items.filter((item) => typeof item === 'string');
}

async function download(url: string): Promise<Buffer> {
  try {
    const answer = await fetch(url);
    if (answer.status !== 200) throw new PkgpandaError(`ERROR: ${url} answered ${answer.status}`);
    return Buffer.from(await answer.arrayBuffer());
  } catch (error) {
    if (error instanceof PkgpandaError) throw error;
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new PkgpandaError(`ERROR: ${url}: ${cause}`);
  }
}
