// What does a generation write under `genconf/`? Nothing that an earlier one wrote is ever taken away.

import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { dcosVersion } from '../../../platform/dcos/versions.js';
import { bootstrapId } from './generator-script.js';
import { installScript, type Generation } from './install-script.js';
import { packagePath, writeTarball, type BuiltPackage, type PackageFile } from './package.js';
import { bootstrapPackages, releasePackages } from './release-packages.js';
import type { Settings } from './settings.js';
import { setupPackages } from './setup-packages.js';
import { upgradeScript } from './upgrade-script.js';

/** A generation that has been written. `setupPaths` are the two packages that the configuration made. */
export interface Served {
  readonly generation: Generation;
  readonly setupPaths: readonly string[];
}

/** Writes `serve/` in the folder `genconf` anew, a fresh `dcos_install.sh` included. */
export function writeServeFolder(genconf: string, settings: Settings, generatedAt: string): Served {
  const serve = join(genconf, 'serve');
  const setup = setupPackages(settings);
  const packages = [...releasePackages(settings), ...setup];
  for (const each of packages) writeTarball(join(serve, packagePath(each)), each.files);
  const id = bootstrapId(settings.version, settings.variant);
  const first = bootstrapPackages();
  writeTarball(join(serve, `bootstrap/${id}.bootstrap.tar.xz`), bootstrapTree(first));
  const packageIds = packages.map((each) => each.id).sort();
  const listId = createHash('sha1').update(JSON.stringify(packageIds)).digest('hex');
  const exhibitorRoot = exhibitorRootOf(genconf, settings);
  const generation: Generation = { settings, packageIds, packageListId: listId, generatedAt, exhibitorRoot };
  const information = json(
    Object.fromEntries(setup.map((each) => [each.name, { id: each.id, filename: packagePath(each) }])),
  );
  write(join(serve, 'bootstrap.latest'), id);
  write(join(serve, `bootstrap/${id}.active.json`), json(first.map((each) => each.id)));
  write(join(serve, 'cluster-package-info.json'), information);
  write(join(genconf, 'cluster_packages.json'), information);
  if (dcosVersion(settings.version)?.packageList === 'cluster-package-list') {
    write(join(serve, `package_lists/${listId}.package_list.json`), json(packageIds));
  }
  write(join(serve, 'dcos_install.sh'), installScript(generation));
  return { generation, setupPaths: setup.map(packagePath) };
}

function exhibitorRootOf(genconf: string, { given }: Settings): string {
  const isOn = given.get('exhibitor_tls_enabled') === 'true';
  return isOn ? readFileSync(join(genconf, 'ca/root-cert.pem'), 'utf8') : '';
}

/** Writes an upgrade script under a name of its own; answers with its URL. Earlier ones stay, and stay valid. */
export function writeUpgradeScript(genconf: string, generation: Generation, from: string): string {
  const path = `upgrade/${randomBytes(16).toString('hex')}/dcos_node_upgrade.sh`;
  write(join(genconf, 'serve', path), upgradeScript(generation, from));
  return `${generation.settings.bootstrapUrl}/${path}`;
}

/** What lies in `/opt/mesosphere` before pkgpanda has run there once: the file `bootstrap` asks it to. */
function bootstrapTree(packages: readonly BuiltPackage[]): readonly PackageFile[] {
  const environment =
    'PATH=/opt/mesosphere/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n';
  return [
    { path: 'bootstrap', mode: 0o644, content: '' },
    { path: 'environment', mode: 0o644, content: environment },
    { path: 'environment.export', mode: 0o644, content: `export ${environment}` },
    ...packages.flatMap(({ name, id, files }) => {
      const folder = `/opt/mesosphere/packages/${id}`;
      return [
        { path: `active/${name}`, linkTo: folder },
        ...files.map((file) => ({ ...file, path: `packages/${id}/${file.path}` })),
        ...files.map((file) => ({ path: file.path, linkTo: `${folder}/${file.path}` })),
      ];
    }),
  ];
}

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function json(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
