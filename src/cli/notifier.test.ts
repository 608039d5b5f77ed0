import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JournalRecord } from '../run/journal-record.js';
import { applyRecord, type RunState } from '../run/run-state.js';
import { settingsFor } from '../run/settings.js';
import { notificationSchema } from './document-schemas.js';
import { notifier } from './notifier.js';
import { parsePlanFile } from './plan-document.js';

const patience = { attemptMs: 5000, pausesMs: [20, 20, 20], lingerMs: 5000 };
let folder: string;
let records: readonly JournalRecord[];
let warnings: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'succession-notifier-'));
  warnings = [];
  const plan = await parsePlanFile(join(import.meta.dirname, '../../examples/worked-example.json'));
  const at = '2026-11-23T06:31:44.000Z';
  const failure = {
    code: 'gate-limit',
    blame: 'cluster',
    message: 'zk2 did not join',
    seen: ['what a host printed'],
    expected: 'it joins',
    next: ['resume'],
  } as const;
  records = [
    {
      seq: 0,
      at,
      previous: '',
      kind: 'run-started',
      schema: 'succession.journal/1',
      version: '0.1.0',
      run: '20261123-063144-9f3a',
      purpose: 'apply',
      cluster: 'prod',
      clusterFile: '/etc/succession.yaml',
      by: 'ada@bastion',
      plan,
      settings: settingsFor(2000, 0),
    },
    { seq: 1, at, previous: '', kind: 'stage-started', stage: 1, epoch: 1, leader: null },
    { seq: 2, at, previous: '', kind: 'run-stopped', failure },
  ];
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** A server on a free port that answers with these statuses, then with 204. */
async function receiver(statuses: readonly number[]) {
  const bodies: string[] = [];
  let asked = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString('utf8');
    });
    request.on('end', () => {
      const status = statuses[asked] ?? 204;
      asked += 1;
      if (status < 300) bodies.push(body);
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hooks/token-that-is-secret`,
    bodies,
    asked: () => asked,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

function play(people: ReturnType<typeof notifier>): void {
  let state: RunState | null = null;
  for (const record of records) {
    state = applyRecord(state, record);
    people.onRecord(record, state);
  }
}

const warn = (text: string): void => void warnings.push(text);
const stopped = { kind: 'paused', reason: 'as the journal says' } as const;

describe('a URL', () => {
  test('that fails twice gets each notification once, in order, and nothing that was seen on hosts', async () => {
    const server = await receiver([503, 500]);
    const people = notifier([{ kind: 'url', url: server.url }], 'ada@bastion', warn, patience);
    play(people);
    await people.end(stopped);
    await server.close();
    const got = server.bodies.map((body) => notificationSchema.parse(JSON.parse(body)));
    expect(got.map(({ id, event, text }) => [id, event, text])).toEqual([
      ['20261123-063144-9f3a-0', 'started', 'prod: apply 20261123-063144-9f3a was started by ada@bastion'],
      [
        '20261123-063144-9f3a-2',
        'stopped',
        'prod: apply 20261123-063144-9f3a has stopped (gate-limit): zk2 did not join',
      ],
    ]);
    expect(server.bodies.join('')).not.toContain('what a host printed');
    expect(server.asked()).toBe(4);
    expect(warnings).toEqual([]);
  });

  test('that refuses is not tried again, and the warning has its origin only', async () => {
    const server = await receiver([404, 302]);
    const people = notifier([{ kind: 'url', url: server.url }], 'ada@bastion', warn, patience);
    play(people);
    await people.end(stopped);
    await server.close();
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toMatch(
      /^'started' did not reach http:\/\/127\.0\.0\.1:\d+: it answered 404 \(tries: 1\)/,
    );
    expect(warnings.join()).not.toContain('secret');
  });
});

describe('a command', () => {
  test('reads the document on its input', async () => {
    const file = join(folder, 'told');
    const people = notifier(
      [{ kind: 'command', command: `cat >> '${file}'` }],
      'ada@bastion',
      warn,
      patience,
    );
    play(people);
    await people.end(stopped);
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    expect(lines.map((line) => notificationSchema.parse(JSON.parse(line)).event)).toEqual([
      'started',
      'stopped',
    ]);
  });

  test('that hangs keeps the end of the run for the time that is allowed, and no longer', async () => {
    const begun = Date.now();
    const people = notifier([{ kind: 'command', command: 'sleep 600' }], 'ada@bastion', warn, {
      ...patience,
      attemptMs: 600_000,
      lingerMs: 300,
    });
    play(people);
    expect(Date.now() - begun).toBeLessThan(1000);
    await people.end(stopped);
    expect(Date.now() - begun).toBeLessThan(30_000);
    expect(warnings).toEqual([
      expect.stringMatching(/^'started' did not reach the notify command: stopped while it ran/),
      expect.stringMatching(/^'stopped' did not reach the notify command: stopped while it ran/),
    ]);
  });

  test('that hangs on the beginning is told of the end all the same', async () => {
    const file = join(folder, 'told');
    const command = `told=$(cat); case $told in *'"event":"started"'*) sleep 600 ;; *) echo "$told" > '${file}' ;; esac`;
    const slow = { ...patience, attemptMs: 600_000, lingerMs: 4000 };
    const people = notifier([{ kind: 'command', command }], 'ada@bastion', warn, slow);
    play(people);
    await people.end(stopped);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ event: 'stopped' });
    expect(warnings).toEqual([expect.stringMatching(/^'started' did not reach the notify command/)]);
  });
});

test('whoever was told of a beginning is told of an end that the journal does not have', async () => {
  const file = join(folder, 'told');
  const people = notifier([{ kind: 'command', command: `cat >> '${file}'` }], 'ada@bastion', warn, patience);
  records = records.slice(0, 1);
  play(people);
  await people.end(null);
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  expect(JSON.parse(lines[1] ?? '')).toMatchObject({
    event: 'stopped',
    text: expect.stringContaining('broke off') as string,
  });
});
