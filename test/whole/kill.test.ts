// Whatever moment `kill -9` comes at, resume ends at the same ensemble with every acknowledged write.

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportSchema } from '../../src/cli/document-schemas.js';
import { wipeServer } from '../../src/lab/lab.js';
import { sortedEnsemble } from '../../src/model/ensemble.js';
import { beginMortal, run } from '../support/command.js';
import { type TestLab, testLab } from '../support/lab.js';

const here = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
const there = ['10.0.0.1', '10.0.0.25', '10.0.0.3'];

interface Turn {
  readonly from: readonly string[];
  readonly to: readonly string[];
}

let lab: TestLab;
let current: readonly string[] = here;

/** The change from where the lab is now to the other list; the host that comes back was wiped before. */
async function nextTurn(): Promise<Turn> {
  const turn = current === here ? { from: here, to: there } : { from: there, to: here };
  const newcomer = turn.to.find((address) => !turn.from.includes(address)) ?? '';
  await wipeServer(lab.lab.directory, newcomer);
  return turn;
}

async function planFor(turn: Turn): Promise<string> {
  const args = [
    '--current',
    turn.from.join(','),
    '--target',
    turn.to.join(','),
    '--zookeeper',
    lab.lab.cluster.zookeeper.version,
  ];
  const plan = await run(lab.home, 'plan', ...args, '-o', 'json');
  expect(plan.status, plan.err).toBe(0);
  const file = join(lab.home, 'plan.json');
  await writeFile(file, plan.out);
  return file;
}

async function newestJournal(): Promise<{ readonly run: string; readonly kinds: readonly string[] }> {
  const names = (await readdir(join(lab.home, 'runs'))).sort();
  const name = names.at(-1) ?? '';
  const text = await readFile(join(lab.home, 'runs', name, 'journal.jsonl'), 'utf8').catch(() => '');
  const kinds = text
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => (JSON.parse(line) as { kind: string }).kind);
  return { run: name, kinds };
}

/** Resumes until the run is over, and checks what every run must end with. */
async function finish(turn: Turn): Promise<void> {
  const resumed = await run(lab.home, 'resume', '-o', 'json');
  expect(resumed.status, resumed.err).toBe(0);
  const report = reportSchema.parse(JSON.parse(resumed.out));
  expect(report.status).toBe('finished');
  expect(report.to).toEqual(sortedEnsemble(turn.to));
  expect(report.audit?.lost).toBe(0);
  expect(report.audit?.acknowledged).toBeGreaterThan(0);
  expect(report.audit?.members.map((member) => member.address).sort()).toEqual([...turn.to].sort());
  current = turn.to;
}

describe('kill -9', () => {
  beforeAll(async () => {
    lab = await testLab(here, ['10.0.0.25'], null, 200);
  });
  afterAll(async () => {
    await lab.end();
  });

  test('at every journal boundary of a replacement: resume completes it', async () => {
    const boundaries: string[] = [];
    for (let record = 1; ; record += 1) {
      const turn = await nextTurn();
      const plan = await planFor(turn);
      const end = await beginMortal(lab.home, record, [
        'apply',
        plan,
        '--cluster',
        lab.lab.clusterFile,
        '--yes',
      ]).end;
      if (end.signal !== 'SIGKILL') {
        // The run has fewer records than that: every boundary was tried.
        expect(end.status, end.err).toBe(0);
        current = turn.to;
        break;
      }
      const { kinds } = await newestJournal();
      expect(kinds).toHaveLength(record);
      boundaries.push(kinds.at(-1) ?? '');
      if (kinds.at(-1) === 'run-finished') {
        // All is done but the operator's cluster file.
        expect(await run(lab.home, 'resume')).toMatchObject({ status: 0 });
        current = turn.to;
      } else await finish(turn);
    }
    expect(new Set(boundaries)).toEqual(
      new Set([
        'run-started',
        'stage-started',
        'step-intent',
        'step-acted',
        'step-done',
        'stage-done',
        'audited',
        'run-finished',
      ]),
    );
  });
});
