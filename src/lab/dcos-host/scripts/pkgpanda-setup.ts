// What does `pkgpanda setup` do at a node's boot, and `uninstall` at its end? (`setup` in pkgpanda/actions.py)

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { activate, recover, removeUnits } from './pkgpanda-activate.js';
import { namesIn, PkgpandaError, swappedNames, wantsFolder, type Places } from './pkgpanda-places.js';
import { fetchPackage, fetchPackageList, textsOf } from './pkgpanda-repository.js';
import { systemctl } from './systemctl.js';

/** Whether the caller waits until the services were started, or only asks for it. */
export type Waiting = 'block' | 'no-block';

/** The ids of the active packages. */
export function activeIds(places: Places): readonly string[] {
  const folder = join(places.root, 'active');
  if (!existsSync(folder)) {
    throw new PkgpandaError(
      `ERROR: Install directory ${places.root} has no active folder. Has it been bootstrapped?`,
    );
  }
  return namesIn(folder).map((name) => basename(realpathSync(join(folder, name))));
}

/** Enables and starts everything. That a service fails is no failure of its target. */
export function startTarget(places: Places, waiting: Waiting): void {
  const started =
    systemctl(places, 'daemon-reload') &&
    systemctl(places, 'enable', 'dcos.target', '--no-reload') &&
    systemctl(places, 'start', 'dcos.target', ...(waiting === 'no-block' ? ['--no-block'] : []));
  if (!started) throw new PkgpandaError('ERROR: systemd refused to start dcos.target');
}

/** First boot: fetches and activates what `setup-flags` name. Any boot: ends a swap that was broken off. */
export async function setUp(places: Places, waiting: Waiting): Promise<void> {
  const marker = join(places.root, 'bootstrap');
  if (existsSync(marker)) {
    mkdirSync(places.systemd, { recursive: true });
    writeFileSync(join(places.systemd, 'dcos.target'), '[Install]\nWantedBy=multi-user.target\n');
    const ids = await clusterPackages(places);
    makeUsers(places);
    activate(places, ids);
    startTarget(places, waiting);
    rmSync(marker);
  }
  const resumed = recover(places);
  if (resumed === undefined) return;
  console.log(`Resumed an activation that was broken off in stage ${resumed}`);
  startTarget(places, 'no-block');
}

/** Exhibitor's unit runs as a user of its own. */
export function makeUsers(places: Places): void {
  if (places.manages === 'nothing') return;
  const name = 'dcos_exhibitor';
  if (spawnSync('id', [name], { stdio: 'ignore' }).status === 0) return;
  const options = ['--system', '--home-dir', '/opt/mesosphere', '--shell', '/sbin/nologin'];
  const ended = spawnSync('useradd', [...options, name], { encoding: 'utf8' });
  if (ended.status !== 0) throw new PkgpandaError(`Validation Error: User ${name}: ${ended.stderr.trim()}`);
}

/** Stops DC/OS and takes its units and active set away; packages, roles and data stay, for the operator to remove. */
export function uninstall(places: Places): void {
  console.log('Uninstalling DC/OS');
  for (const unit of namesIn(wantsFolder(places))) systemctl(places, 'stop', unit);
  systemctl(places, 'disable', 'dcos.target');
  removeUnits(places);
  rmSync(join(places.systemd, 'dcos.target'), { force: true });
  for (const name of swappedNames(places)) {
    for (const each of [name, `${name}.old`, `${name}.new`]) rmSync(each, { recursive: true, force: true });
  }
  systemctl(places, 'daemon-reload');
}

async function clusterPackages(places: Places): Promise<readonly string[]> {
  const url = flag(places, 'repository-url');
  if (url === undefined) throw new PkgpandaError('ERROR: Non-local package but no repository url given.');
  const named = flag(places, 'cluster-packages.json');
  const listId = flag(places, 'cluster-package-list');
  const ids =
    named !== undefined
      ? textsOf(JSON.parse(named))
      : listId === undefined
        ? []
        : await fetchPackageList(url, listId);
  for (const id of ids) console.log(await fetchPackage(places, url, id));
  return [...new Set([...activeIds(places), ...ids])].sort();
}

function flag(places: Places, name: string): string | undefined {
  const path = join(places.config, 'setup-flags', name);
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
}
