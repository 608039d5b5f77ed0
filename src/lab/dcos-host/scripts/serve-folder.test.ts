import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeServeFolder, writeUpgradeScript } from './serve-folder.js';
import { dcosRetry, settingsOf, type Settings } from './settings.js';

let genconf: string;
beforeEach(() => {
  genconf = mkdtempSync(join(tmpdir(), 'succession-genconf-'));
});
afterEach(() => rmSync(genconf, { recursive: true, force: true }));

function settings(
  version: string,
  masters: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Settings {
  const given = new Map(
    Object.entries({ bootstrap_url: 'http://b:80', master_list: JSON.stringify(masters), ...more }),
  );
  return settingsOf(given, { version, variant: 'open', ipDetect: '#!/bin/sh\n', retry: dcosRetry });
}

/** A file out of a package. */
function read(tarball: string, path: string): string {
  return execFileSync('tar', ['-xJOf', tarball, `./${path}`], { encoding: 'utf8' });
}

const old = ['172.31.31.133', '172.31.27.182', '172.31.27.57'];
const next = ['172.31.31.133', '172.31.27.182', '172.31.30.129'];

test('one configuration has one id, another has another, and nothing that was served goes away', () => {
  const first = writeServeFolder(genconf, settings('1.9.10', old), 'day one');
  const url = writeUpgradeScript(genconf, first.generation, '1.9.10');
  expect(url).toMatch(/^http:\/\/b:80\/upgrade\/[0-9a-f]{32}\/dcos_node_upgrade\.sh$/);
  const again = writeServeFolder(genconf, settings('1.9.10', old), 'day two');
  expect(again.setupPaths).toEqual(first.setupPaths);
  expect(again.generation.packageIds).toEqual(first.generation.packageIds);
  const changed = writeServeFolder(genconf, settings('1.9.10', next), 'day three');
  const other = writeUpgradeScript(genconf, changed.generation, '1.9.10');
  expect(changed.setupPaths).not.toEqual(first.setupPaths);
  expect(other).not.toBe(url);
  for (const path of [
    ...first.setupPaths,
    ...changed.setupPaths,
    ...[url, other].map((each) => each.slice(12)),
  ]) {
    expect(existsSync(join(genconf, 'serve', path)), path).toBe(true);
  }
  expect(readFileSync(join(genconf, 'serve/dcos_install.sh'), 'utf8')).toContain('day three');
});

test('the packages hold the ensemble in the order of the generator, and the list in the order of the file', () => {
  const { setupPaths } = writeServeFolder(
    genconf,
    settings('2.1.0', old, { exhibitor_admin_password: 'geheim' }),
    '',
  );
  const [config = '', metadata = ''] = setupPaths.map((path) => join(genconf, 'serve', path));
  expect(read(config, 'etc/exhibitor')).toContain(
    'EXHIBITOR_STATICENSEMBLE=1:172.31.27.182,2:172.31.27.57,3:172.31.31.133\n',
  );
  expect(JSON.parse(read(config, 'etc/master_list'))).toEqual(old);
  expect(read(config, 'etc_master/mesos-master')).toContain('MESOS_QUORUM=2\n');
  expect(read(config, 'etc/user.config.yaml')).not.toContain('geheim');
  expect(read(metadata, 'etc/dcos-version.json')).toContain('"version": "2.1.0"');
  const lists = readdirSync(join(genconf, 'serve/package_lists'));
  expect(lists).toHaveLength(1);
  expect(statSync(join(genconf, 'serve/bootstrap.latest')).size).toBe(40);
});
