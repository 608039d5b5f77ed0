// What a run tells while it goes on: a program on standard error, people elsewhere. Neither changes how it ends.

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { notificationSchema } from '../../src/cli/document-schemas.js';
import { run } from '../support/command.js';

const simulate = [
  'rehearse',
  '--current',
  '10.0.0.1,10.0.0.2,10.0.0.3',
  '--replace',
  '10.0.0.2=10.0.0.25',
  '--simulate',
];
let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'succession-tell-'));
});

afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

test('--output json: the journal, line for line, on standard error; the report alone on standard output', async () => {
  const end = await run(home, ...simulate, '-o', 'json', '--verbose');
  expect(end.status, end.err).toBe(0);
  expect(JSON.parse(end.out)).toMatchObject({ schema: 'succession.report/1', status: 'finished' });
  const lines = end.err.split('\n').filter((line) => line.startsWith('{'));
  const [name = ''] = await readdir(join(home, 'runs'));
  const journal = (await readFile(join(home, 'runs', name, 'journal.jsonl'), 'utf8')).trim().split('\n');
  expect(lines.filter((line) => line.includes('"seq":'))).toEqual(journal);
  expect(lines.some((line) => line.startsWith('{"kind":"gate-waits",'))).toBe(true);
});

test('a URL that fails twice hears of it all, and a hook that hangs is left behind', async () => {
  const told: string[] = [];
  let asked = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString('utf8');
    });
    request.on('end', () => {
      asked += 1;
      if (asked > 2) told.push(notificationSchema.parse(JSON.parse(body)).event);
      response.writeHead(asked > 2 ? 204 : 503).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret`;
  const end = await run(home, ...simulate, '--notify-url', url, '--notify-command', 'sleep 600');
  await new Promise((resolve) => server.close(resolve));
  expect(end.status, end.err).toBe(0);
  expect(told).toEqual(['started', 'finished']);
  expect(end.err).toMatch(/'started' did not reach the notify command: stopped while it ran/);
  expect(end.err).not.toContain('/secret');
});
