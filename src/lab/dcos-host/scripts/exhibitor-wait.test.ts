import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exhibitorWait, type GatePlaces } from './exhibitor-wait.js';

let root: string;
let server: Server;
let places: GatePlaces;
/** `L`: leads, `S`: serves, `-`: is down. */
let ensemble = 'LSSSS';

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'succession-gate-'));
  server = createServer((_request, response) => {
    const nodes = ensemble.split('').map((state, index) => ({
      code: state === '-' ? 1 : 3,
      description: state === '-' ? 'down' : 'serving',
      hostname: `10.0.0.${index + 1}`,
      isLeader: state === 'L',
    }));
    response.end(JSON.stringify(nodes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  places = {
    statusUrl: `http://127.0.0.1:${port}/exhibitor/v1/cluster/status`,
    pidFile: join(root, 'zk.pid'),
    stash: join(root, 'bootstrap/exhibitor_pid_stat'),
    processes: '/proc',
    zookeeperPort: port,
  };
});
afterEach(() => {
  server.close();
  rmSync(root, { recursive: true, force: true });
});

test.each([
  ['LSSSS', 'yes', 'yes'],
  ['LSSS-', 'no', 'yes'],
  ['LS---', 'no', 'no'],
  ['SSSSS', 'no', 'no'],
  ['LLSSS', 'no', 'no'],
])('%s: all %s, majority %s', async (states, all, majority) => {
  ensemble = states;
  expect((await exhibitorWait('all', 5, places)).opens).toBe(all);
  expect((await exhibitorWait('majority', 5, places)).opens).toBe(majority);
});

test('each rule says what it missed', async () => {
  ensemble = 'LS---';
  expect((await exhibitorWait('all', 5, places)).says).toBe(
    'Expected 5 servers and 1 leader, got 2 servers and 1 leaders',
  );
  expect((await exhibitorWait('majority', 5, places)).says).toBe(
    'Require 3+ servers and 1 leader, have 2 servers and 1 leaders',
  );
});

test('a ZooKeeper that was once seen in a quorum needs none while it runs under the same pid', async () => {
  const helper = spawn('bash', ['-c', `exec -a java bash -c 'read' /etc/zoo.cfg`], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  try {
    await new Promise((resolve) => helper.once('spawn', resolve));
    writeFileSync(places.pidFile, `${helper.pid}\n`);
    ensemble = 'LSSSS';
    expect((await exhibitorWait('all', 5, places)).opens).toBe('yes');
    expect(existsSync(places.stash)).toBe(true);
    ensemble = '-----';
    await expect.poll(async () => (await exhibitorWait('all', 5, places)).opens).toBe('yes');
    // A server that was started anew writes its pid anew.
    utimesSync(places.pidFile, 1, 1);
    expect((await exhibitorWait('all', 5, places)).opens).toBe('no');
  } finally {
    helper.kill('SIGKILL');
  }
});
