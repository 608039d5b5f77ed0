import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeFiles, type PackageFile } from './package.js';
import { activate, recover } from './pkgpanda-activate.js';
import { packageFolder, type Places } from './pkgpanda-places.js';
import { activeIds } from './pkgpanda-setup.js';

let places: Places;
beforeEach(() => {
  const root = mkdtempSync(join(tmpdir(), 'succession-pkgpanda-'));
  places = { root, config: join(root, 'config'), systemd: join(root, 'systemd'), manages: 'nothing' };
  mkdirSync(join(places.config, 'roles'), { recursive: true });
  writeFileSync(join(places.config, 'roles/master'), '');
});
afterEach(() => rmSync(places.root, { recursive: true, force: true }));

function text(path: string, content: string): PackageFile {
  return { path, mode: 0o644, content };
}

/** Puts a configuration and a program with units for two roles into the repository. */
function addPackages(config: string): readonly string[] {
  const ids = [`dcos-config--setup_${config}`, 'mesos--1'];
  writeFiles(packageFolder(places, ids[0] ?? ''), [
    text('etc/exhibitor', config),
    text('etc_master/master_count', '3'),
  ]);
  if (!existsSync(packageFolder(places, 'mesos--1'))) {
    writeFiles(packageFolder(places, 'mesos--1'), [
      text('dcos.target.wants_master/dcos-mesos-master.service', '[Service]\n'),
      text('dcos.target.wants_slave/dcos-mesos-slave.service', '[Service]\n'),
    ]);
  }
  return ids;
}

function readRoot(path: string): string {
  return readFileSync(join(places.root, path), 'utf8');
}

test('what is active follows the role, and one generation stays behind', () => {
  activate(places, addPackages('a'));
  activate(places, addPackages('b'));
  activate(places, addPackages('c'));
  expect(readRoot('etc/exhibitor')).toBe('c');
  expect(readRoot('etc.old/exhibitor')).toBe('b');
  expect(readRoot('etc/master_count')).toBe('3');
  expect(activeIds(places)).toEqual(['dcos-config--setup_c', 'mesos--1']);
  expect(existsSync(join(places.systemd, 'dcos-mesos-master.service'))).toBe(true);
  expect(existsSync(join(places.systemd, 'dcos.target.wants/dcos-mesos-slave.service'))).toBe(false);
  expect(existsSync(join(places.root, 'install_progress'))).toBe(false);
});

test('a package that is not there, and a name that is none, are refused before anything moves', () => {
  activate(places, addPackages('a'));
  expect(() => activate(places, ['mesos--2'])).toThrow('Package Error: mesos--2');
  expect(() => activate(places, ['mesos'])).toThrow('Validation Error: Invalid package id mesos');
  expect(readRoot('etc/exhibitor')).toBe('a');
});

test.each(['archive', 'move_new'] as const)('a swap that broke off in %s is ended', (stage) => {
  activate(places, addPackages('a'));
  activate(places, addPackages('b'));
  // As a crash leaves it: some names are away already, some are not.
  for (const name of ['bin', 'etc', 'include', 'lib', 'environment', 'environment.export', 'active']) {
    renameSync(join(places.root, name), join(places.root, `${name}.new`));
  }
  writeFileSync(join(places.root, 'install_progress'), JSON.stringify({ stage, extension: '.new' }));
  expect(recover(places)).toBe(stage);
  expect(readRoot('etc/exhibitor')).toBe('b');
  expect(recover(places)).toBeUndefined();
});
