// What goes wrong while a run goes on: the run stops where it must, says what it saw, and goes on when it may.

import { execFile } from 'node:child_process';
import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { killServer, labStatus, startServer, wipeServer } from '../../src/lab/lab.js';
import { describeEnsemble, sortedEnsemble } from '../../src/model/ensemble.js';
import { begin, type CommandEnd, run } from '../support/command.js';
import { type TestLab, testLab } from '../support/lab.js';

const execute = promisify(execFile);
const here = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5'];
const there = ['10.0.0.1', '10.0.0.25', '10.0.0.3', '10.0.0.4', '10.0.0.5'];

let lab: TestLab;
let current: readonly string[] = here;

beforeAll(async () => {
  lab = await testLab(here, ['10.0.0.25'], null, 300);
});

afterAll(async () => {
  await lab.end();
});

/** A plan to the other list, in a file; the host that comes (back) is clean. */
async function planFile(): Promise<{ readonly file: string; readonly target: readonly string[] }> {
  const target = current === here ? there : here;
  await wipeServer(lab.lab.directory, target.find((address) => !current.includes(address)) ?? '');
  const plan = await run(
    lab.home,
    'plan',
    '--cluster',
    lab.lab.clusterFile,
    '--target',
    target.join(','),
    '-o',
    'json',
  );
  expect(plan.status, plan.err).toBe(0);
  const file = join(lab.home, 'plan.json');
  await writeFile(file, plan.out);
  return { file, target };
}

function apply(file: string, home = lab.home): readonly [string, readonly string[]] {
  return [home, ['apply', file, '--cluster', lab.lab.clusterFile, '--yes']];
}

async function finish(target: readonly string[], args: readonly string[] = ['resume']): Promise<CommandEnd> {
  const end = await run(lab.home, ...args, '-o', 'json');
  expect(end.status, end.err).toBe(0);
  expect(JSON.parse(end.out)).toMatchObject({
    status: 'finished',
    to: sortedEnsemble(target),
    audit: { lost: 0 },
  });
  current = target;
  return end;
}

async function newestJournal(home = lab.home): Promise<string> {
  const names = (await readdir(join(home, 'runs'))).sort();
  return join(home, 'runs', names.at(-1) ?? '', 'journal.jsonl');
}

async function downServers(): Promise<readonly string[]> {
  const status = await labStatus(lab.lab.directory, new AbortController().signal);
  return status.kind === 'up' ? status.hosts.filter((host) => !host.running).map((host) => host.address) : [];
}

describe('during a run', () => {
  test('a member that dies stops the run at its gate; no second one is taken down; resume goes on once it is back', async () => {
    const { file, target } = await planFile();
    const running = begin(...apply(file));
    await running.says('install 10.0.0.25');
    await killServer(lab.lab.directory, '10.0.0.1');
    const end = await running.end;
    expect(end.status, end.err).toBe(4);
    expect(end.err).toMatch(/Stopped \(member-down\).*10\.0\.0\.1/);
    expect(end.err).toMatch(/succession resume /);
    expect(await downServers()).toEqual(['10.0.0.1', '10.0.0.2']);

    const stillDown = await run(lab.home, 'resume');
    expect(stillDown.status, stillDown.err).toBe(4);
    expect(stillDown.err).toMatch(/10\.0\.0\.1 is down, and not by this run/);
    expect(await downServers()).toEqual(['10.0.0.1', '10.0.0.2']);

    await startServer(lab.lab.directory, '10.0.0.1');
    await finish(target);
  });

  test('a second run is told who holds the cluster, and changes nothing', async () => {
    const { file, target } = await planFile();
    const first = begin(...apply(file));
    await first.says('stage 1 of 1');
    const [name] = (await readdir(join(lab.home, 'runs'))).sort().slice(-1);
    const elsewhere = join(lab.home, 'elsewhere');
    const second = await begin(...apply(file, elsewhere)).end;
    expect(second.status, second.err).toBe(6);
    expect(second.err).toContain(name);
    expect(await readdir(join(elsewhere, 'runs'))).toEqual([]);
    const again = await run(lab.home, 'resume');
    expect(again.status).toBe(6);
    const end = await first.end;
    expect(end.status, end.err).toBe(0);
    expect(end.out).toContain(' 0 lost');
    current = target;
  });

  test('Ctrl-C pauses between two steps; a journal whose last line is torn is resumed all the same', async () => {
    const { file, target } = await planFile();
    const running = begin(...apply(file));
    await running.says('stop 10.0.0.');
    running.child.kill('SIGINT');
    const end = await running.end;
    expect(end.status, end.err).toBe(4);
    expect(end.err).toMatch(/Paused.*\n.*succession resume/);
    await appendFile(await newestJournal(), '{"seq":99,"at":"2026-');
    await finish(target);
  });

  test('a damaged journal is refused with its line', async () => {
    const file = await newestJournal();
    const text = await readFile(file, 'utf8');
    const name = file.split('/').at(-2) ?? '';
    await writeFile(file, text.replace('"kind":"step-acted"', '"kind":"step-axted"'));
    const end = await run(lab.home, 'show', name);
    await writeFile(file, text);
    expect(end.status).toBe(2);
    expect(end.err).toMatch(/journal\.jsonl, line \d+/);
  });

  test('rollback leads a half-done stage back to where it began, with every write', async () => {
    const { file } = await planFile();
    const before = current;
    const running = begin(...apply(file));
    await running.says('upgrade 10.0.0.3');
    // The second one stops in the middle of the step, and is no worse for it.
    running.child.kill('SIGINT');
    await running.says('Pausing after the step under way');
    running.child.kill('SIGINT');
    await running.says('Stopping at once');
    const end = await running.end;
    expect(end.status, end.err).toBe(4);
    expect(end.err).toMatch(/Paused.*\n.*succession resume/);
    await finish(before, ['rollback']);
    const status = await run(lab.home, 'status', '--cluster', lab.lab.clusterFile, '-o', 'json');
    expect(status.status, status.err).toBe(0);
    expect(JSON.parse(status.out)).toMatchObject({ margin: 2, run: null });
  });

  test('a plan for another cluster, or for members that are not there any more, is refused before anything is changed', async () => {
    const strange = await run(
      lab.home,
      'plan',
      '--current',
      '10.9.0.1,10.9.0.2,10.9.0.3',
      '--replace',
      '10.9.0.2=10.9.0.25',
      '-o',
      'json',
    );
    const file = join(lab.home, 'strange.json');
    await writeFile(file, strange.out);
    const end = await begin(...apply(file)).end;
    expect(end.status).toBe(5);
    expect(end.err).toMatch(/10\.9\.0\.1.*\n(.*\n)*.*Nothing was changed/);

    const target = current === here ? there : here;
    const gone = await run(
      lab.home,
      'plan',
      '--current',
      target.join(','),
      '--target',
      current.join(','),
      '-o',
      'json',
    );
    await writeFile(file, gone.out);
    expect(await begin(...apply(file)).end).toMatchObject({ status: 5 });
    const cluster = await readFile(lab.lab.clusterFile, 'utf8');
    expect(cluster).toContain(current[1]);
    expect(describeEnsemble(sortedEnsemble(current))).toContain('1:10.0.0.1');
  });

  // Only root may mount a disk that is full so soon.
  test.skipIf(process.getuid?.() !== 0)(
    'a full disk stops the run before it does anything that it could not journal',
    async () => {
      const home = join(lab.home, 'small');
      await mkdir(home);
      const { file } = await planFile();
      await execute('mount', ['-t', 'tmpfs', '-o', 'size=24k', 'tmpfs', home]);
      try {
        const end = await begin(...apply(file, home)).end;
        expect(end.status, end.err).toBe(4);
        expect(end.err).toMatch(/journal can't be written: .*ENOSPC/);
        expect((await downServers()).length).toBeLessThanOrEqual(2);
      } finally {
        await execute('umount', [home]);
      }
    },
  );
});
