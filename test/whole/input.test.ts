// Bad input: each fault has its exit status, names what is wrong and where, and says what to do instead.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../support/command.js';

const three = ['--current', '10.0.0.1,10.0.0.2,10.0.0.3'];
let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'succession-input-'));
});

afterAll(async () => {
  await rm(home, { recursive: true });
});

describe('bad input', () => {
  const cases: readonly [string, readonly string[], number, readonly RegExp[]][] = [
    [
      'an unknown address to replace, with the member that was meant',
      [...three, '--replace', '10.0.0.22=10.0.0.25'],
      2,
      [/--replace|replace, item 1/, /10\.0\.0\.22/, /did you mean 10\.0\.0\.2\b/],
    ],
    [
      'the same address twice',
      ['--current', '10.0.0.1,10.0.0.2,10.0.0.1', '--target', '10.0.0.1'],
      2,
      [/--current/, /item 3/, /10\.0\.0\.1/],
    ],
    [
      'an id twice',
      ['--platform', 'zookeeper', '--ensemble', '1:a,2:b,2:c', '--remove', 'c'],
      2,
      [/--ensemble/, /item 3/, /id 2/],
    ],
    [
      '300 in an octet',
      ['--current', '10.0.0.1,10.0.300.2,10.0.0.3', '--target', '10.0.0.1'],
      2,
      [/item 2/, /300/],
    ],
    [
      'a leading zero',
      ['--current', '10.0.0.1,10.0.0.02,10.0.0.3', '--target', '10.0.0.1'],
      2,
      [/item 2/, /zero/],
    ],
    ['an empty list', ['--current', '', '--target', '10.0.0.1'], 2, [/--current/, /empty/]],
    ['an empty target', [...three, '--target', ''], 2, [/target/, /empty/]],
    ['no change at all', three, 2, [/No change/, /--target/]],
    ['no members', ['--add', '10.0.0.4'], 2, [/--current/]],
    ['a count that DC/OS refuses', [...three, '--add', '10.0.0.4'], 2, [/4/, /1, 3, 5, 7/]],
    [
      'a DC/OS that nobody studied, with those that are known',
      [...three, '--replace', '10.0.0.2=10.0.0.25', '--dcos', '1.8.9'],
      2,
      [/--dcos/, /1\.8\.9/, /1\.9\.0 to 2\.2/],
    ],
    [
      'a DC/OS without its patch',
      [...three, '--replace', '10.0.0.2=10.0.0.25', '--dcos', '1.13'],
      2,
      [/--dcos/, /patch/],
    ],
    [
      'a DC/OS for a plain ensemble',
      ['--platform', 'zookeeper', '--ensemble', '1:a,2:b,3:c', '--replace', 'c=d', '--dcos', '1.9.10'],
      2,
      [/--dcos/, /--zookeeper/],
    ],
    [
      'a version whose rules nobody studied',
      [...three, '--replace', '10.0.0.2=10.0.0.25', '--zookeeper', '2.9'],
      2,
      [/2\.9/, /3\.4\.6/],
    ],
    ['an unknown option, with the one that was meant', [...three, '--replaces', 'x'], 2, [/--replace/]],
  ];
  test.each(cases)('%s', async (_name, args, status, patterns) => {
    const end = await run(home, 'plan', ...args);
    expect(end.status, end.err).toBe(status);
    expect(end.out).toBe('');
    for (const pattern of patterns) expect(end.err).toMatch(pattern);
  });

  test('an unknown command is unknown to `help` as well, and a home that is no folder is named', async () => {
    const help = await run(home, 'help', 'pln');
    expect(help).toMatchObject({ status: 2, out: '' });
    expect(help.err).toContain("unknown command 'pln' Did you mean plan?");
    const runs = await run(import.meta.filename, 'runs');
    expect(runs).toMatchObject({ status: 2, out: '' });
    expect(runs.err).toMatch(/ENOTDIR.*\n.*--home/);
  });

  test('a target that equals the present is nothing to do', async () => {
    const end = await run(home, 'plan', ...three, '--target', '10.0.0.3,10.0.0.2,10.0.0.1', '-o', 'json');
    expect(end.status).toBe(0);
    expect(JSON.parse(end.out)).toMatchObject({ stages: [] });
  });

  test('a target that would renumber is no plan, and the ways out are shown', async () => {
    const end = await run(home, 'plan', ...three, '--replace', '10.0.0.3=10.0.0.15', '-o', 'json');
    expect(end.status).toBe(3);
    expect(JSON.parse(end.out)).toMatchObject({
      stages: [],
      alternatives: [
        { needs: ['allow-cascade'] },
        { needs: ['allow-renumber'] },
        { needs: ['allow-outage'] },
      ],
    });
  });

  test('a truncated plan file, at any place, is refused with the place', async () => {
    const plan = await run(home, 'plan', ...three, '--replace', '10.0.0.2=10.0.0.25', '-o', 'json');
    const file = join(home, 'cut.json');
    for (const part of [0, 0.3, 0.9]) {
      await writeFile(file, plan.out.slice(0, Math.floor(plan.out.length * part)));
      const end = await run(home, 'apply', file, '--cluster', '/nonexistent', '--yes');
      expect(end.status).toBe(2);
      expect(end.err).toContain(file);
      expect(end.err).toMatch(/Make it again/);
    }
  });

  test('a plan that was edited so that a survivor changes its id is refused', async () => {
    const plan = await run(home, 'plan', ...three, '--replace', '10.0.0.2=10.0.0.25', '-o', 'json');
    const file = join(home, 'edited.json');
    await writeFile(file, plan.out.replaceAll('10.0.0.25', '10.0.0.05').replaceAll('10.0.0.05', '10.0.0.9'));
    const end = await run(home, 'apply', file, '--cluster', '/nonexistent', '--yes');
    expect(end.status).toBe(2);
    expect(end.err).toMatch(/positions of the sorted addresses/);
  });

  test('a missing plan file and a missing cluster file are named', async () => {
    expect(await run(home, 'apply', join(home, 'none.json'), '--cluster', 'x')).toMatchObject({
      status: 2,
      err: expect.stringContaining('none.json') as string,
    });
    const plan = await run(home, 'plan', ...three, '--replace', '10.0.0.2=10.0.0.25', '-o', 'json');
    const file = join(home, 'plan.json');
    await writeFile(file, plan.out);
    expect(await run(home, 'apply', file, '--cluster', join(home, 'none.yaml'), '--yes')).toMatchObject({
      status: 2,
      err: expect.stringContaining('none.yaml') as string,
    });
  });

  test('a run that does not exist', async () => {
    expect(await run(home, 'resume', 'nobody')).toMatchObject({
      status: 2,
      err: expect.stringContaining('nobody') as string,
    });
    expect(await run(home, 'show')).toMatchObject({
      status: 2,
      err: expect.stringContaining('no runs') as string,
    });
  });

  test('--help of every command shows its options and ends well', async () => {
    for (const command of [
      'plan',
      'verify',
      'rehearse',
      'apply',
      'resume',
      'rollback',
      'status',
      'runs',
      'show',
      'lab',
    ]) {
      const end = await run(home, command, '--help');
      expect(end.status).toBe(0);
      expect(end.out).toContain(`Usage: succession ${command}`);
    }
  });
});
