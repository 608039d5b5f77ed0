// Whole rehearsals through the command line: on the ZooKeeper of DC/OS 1.9, killed at random moments, and of every kind of stage.

import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reportSchema } from '../../src/cli/document-schemas.js';
import { sortedEnsemble } from '../../src/model/ensemble.js';
import { begin, run } from '../support/command.js';

const execute = promisify(execFile);
let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'succession-rehearsal-'));
});

afterEach(async () => {
  for (const lab of await readdir(join(home, 'labs')).catch(() => [])) {
    await run(home, 'lab', 'down', '--lab', join(home, 'labs', lab));
  }
  await rm(home, { recursive: true, force: true });
});

/** Processes whose command line names the test's folder: the servers and the keeper of its labs. */
async function leftRunning(): Promise<string> {
  return execute('pgrep', ['-af', home]).then(
    (found) => found.stdout,
    () => '',
  );
}

function checkReport(out: string, target: readonly string[] | null): void {
  const report = reportSchema.parse(JSON.parse(out));
  expect(report.status).toBe('finished');
  expect(report.audit?.lost).toBe(0);
  expect(report.audit?.acknowledged).toBeGreaterThan(100);
  if (target !== null) expect(report.to).toEqual(sortedEnsemble(target));
}

/** Deterministic numbers in [0, 1) from a seed (mulberry32), so that a failure can be repeated. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

describe('rehearse', () => {
  test('on 3.4.8, killed at random moments and resumed, ends at the target with every write, and leaves nothing running', async () => {
    const seed = Number(process.env['SUCCESSION_SEED'] ?? Date.now() % 1_000_000);
    const random = randomOf(seed);
    const target = ['10.0.0.1', '10.0.0.25', '10.0.0.33', '10.0.0.4', '10.0.0.5'];
    const change = [
      '--current',
      '10.0.0.1,10.0.0.2,10.0.0.3,10.0.0.4,10.0.0.5',
      '--target',
      target.join(','),
    ];
    const first = begin(home, ['rehearse', ...change, '--tick', '300', '--zookeeper', '3.4.8']);
    await first.says('rehearsal ');
    let victim = first;
    for (let kills = 0; kills < 5; kills += 1) {
      await new Promise((resolve) => setTimeout(resolve, 300 + random() * 5000));
      victim.child.kill('SIGKILL');
      const end = await victim.end;
      expect(end.signal ?? end.status, `seed ${seed}: ${end.err}`).toSatisfy(
        (how) => how === 'SIGKILL' || how === 0,
      );
      if (end.status === 0) return;
      victim = begin(home, ['resume', '-o', 'json']);
    }
    const end = await victim.end;
    expect(end.status, `seed ${seed}: ${end.err}`).toBe(0);
    checkReport(end.out, target);
    expect(await leftRunning()).toBe('');
  });

  const kinds: readonly [string, readonly string[]][] = [
    [
      'the runbook’s expansion by a cascade',
      [
        '--current',
        '172.31.27.182,172.31.27.57,172.31.31.133',
        '--add',
        '172.31.30.129',
        '--add',
        '172.31.30.220',
        '--allow-cascade',
      ],
    ],
    [
      'the runbook’s own replacement with a full stop',
      [
        '--current',
        '172.31.16.60,172.31.18.152,172.31.29.145,172.31.29.82,172.31.31.63',
        '--replace',
        '172.31.31.63=172.31.22.240',
        '--allow-outage',
      ],
    ],
    [
      'from five to three',
      [
        '--current',
        '10.0.0.1,10.0.0.2,10.0.0.3,10.0.0.4,10.0.0.5',
        '--remove',
        '10.0.0.4',
        '--remove',
        '10.0.0.5',
      ],
    ],
    ['from one to three', ['--platform', 'zookeeper', '--ensemble', '1:zk1', '--add', 'zk2', '--add', 'zk3']],
  ];
  test.each(kinds)('%s', async (_name, change) => {
    const end = await run(home, 'rehearse', ...change, '--tick', '300', '-o', 'json');
    expect(end.status, end.err).toBe(0);
    checkReport(end.out, null);
    expect(await leftRunning()).toBe('');
  });
});
