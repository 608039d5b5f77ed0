import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testCluster } from '../../../../test/support/dcos-duty.js';
import { sortedEnsemble } from '../../../model/ensemble.js';
import type { GateMoment } from '../../../run/platform.js';
import { askMasters } from './ask-masters.js';
import { exhibitorLogin } from './exhibitor-login.js';
import { serviceWays } from './service-ways.js';
import { dcosVersion } from '../versions.js';

let folder: string;
let passwordFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'succession-login-'));
  passwordFile = join(folder, 'password');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const cluster = (): typeof testCluster => ({ ...testCluster, exhibitor: { passwordFile } });

describe("Exhibitor's login", () => {
  test('is none where the cluster file names none', async () => {
    expect(await exhibitorLogin(testCluster)).toBeUndefined();
  });

  test('is one line of a file of its owner alone, blanks and all', async () => {
    writeFileSync(passwordFile, ' open sesame \n', { mode: 0o600 });
    expect(await exhibitorLogin(cluster())).toEqual({ user: 'admin', password: ' open sesame ' });
    chmodSync(passwordFile, 0o644);
    expect(await exhibitorLogin(cluster())).toBe(
      `${passwordFile} can be read by others: chmod 600 ${passwordFile}`,
    );
  });

  test('is no silence where the file is gone or empty', async () => {
    expect(await exhibitorLogin(cluster())).toContain('ENOENT');
    writeFileSync(passwordFile, '\n', { mode: 0o600 });
    expect(await exhibitorLogin(cluster())).toBe(`${passwordFile} holds no password`);
  });
});

test('a gate whose password can not be read waits with the reason, and asks nobody without it', async () => {
  const address = '127.89.0.1';
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    response.writeHead(401).end();
  });
  await new Promise<void>((resolve) => server.listen(8181, address, resolve));
  const version = dcosVersion('1.13.9');
  if (version === undefined) throw new Error('a known version');
  const lists = new Map([[address, sortedEnsemble([address])]]);
  const moment: GateMoment = {
    expectation: { serving: [], running: [address], stopped: [], lists, distrusted: [], host: null },
    services: new Map(),
  };
  const ways = serviceWays(cluster(), {
    run: () => Promise.resolve({ kind: 'unknown', reason: 'nobody is asked' }),
    close: () => Promise.resolve(),
  });
  const readings = await askMasters(cluster(), version, ways, moment, new AbortController().signal);
  await new Promise((resolve) => server.close(resolve));
  const reading = readings.exhibitors.get(address);
  expect(reading?.kind).toBe('unreadable');
  expect(reading?.kind === 'unreadable' && reading.reason).toMatch(/^exhibitor\.passwordFile: .*ENOENT/);
  expect(asked).toBe(0);
});
