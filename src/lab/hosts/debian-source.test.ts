import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { debianSource } from './debian-source.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'apt-'));
  mkdirSync(join(folder, 'sources.list.d'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('debianSource reads both forms of apt’s sources, and passes over other archives', async () => {
  expect(await debianSource('bookworm', folder)).toBeUndefined();
  writeFileSync(
    join(folder, 'sources.list.d', 'debian.sources'),
    `Types: deb
# URIs: http://elsewhere.example/old
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /keys/debian.gpg

Types: deb
URIs: http://mirror.example/other
Suites: nodistro
Components: main
`,
  );
  const found = { mirror: 'http://mirror.example/debian', keyring: '/keys/debian.gpg' };
  expect(await debianSource('bookworm', folder)).toEqual(found);
  writeFileSync(
    join(folder, 'sources.list'),
    '# deb http://off.example/ bookworm main\ndeb [arch=amd64] http://lines.example/debian bookworm main contrib\n',
  );
  expect(await debianSource('bookworm', folder)).toEqual({ mirror: 'http://lines.example/debian' });
});
