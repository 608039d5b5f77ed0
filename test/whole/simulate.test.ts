// Rehearsals on simulated servers through the command line: repeatable, never mistaken for real ones, and without Java.

import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reportSchema } from '../../src/cli/document-schemas.js';
import { eventLegend } from '../../src/lab/simulation/events.js';
import { sortedEnsemble } from '../../src/model/ensemble.js';
import { readJournal } from '../../src/run/journal.js';
import { beginMortal, run } from '../support/command.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const change = ['--current', '10.0.0.1,10.0.0.2,10.0.0.3', '--replace', '10.0.0.2=10.0.0.25'];
const simulate = ['rehearse', ...change, '--simulate', '--seed', '42'];
let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'succession-simulate-'));
});

afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

/** The only run under a home. */
async function onlyRun(under: string): Promise<string> {
  const runs = await readdir(join(under, 'runs'));
  expect(runs).toHaveLength(1);
  return join(under, 'runs', runs[0] ?? '');
}

/** The rows of all tables of two columns in a Markdown text. */
function cellsOf(markdown: string): readonly (readonly string[])[] {
  return markdown.split('\n').flatMap((line) => {
    const cells = /^\| (.*?) +\| (.*?) +\|$/.exec(line);
    return cells ? [cells.slice(1)] : [];
  });
}

describe('rehearse --simulate', () => {
  test('gives a report that fits the schema and says that it is simulated', async () => {
    const end = await run(home, ...simulate, '-o', 'json');
    expect(end.status, end.err).toBe(0);
    const report = reportSchema.parse(JSON.parse(end.out));
    expect(report).toMatchObject({
      purpose: 'simulation',
      status: 'finished',
      to: sortedEnsemble(['10.0.0.1', '10.0.0.25', '10.0.0.3']),
      audit: { lost: 0 },
      simulation: { seed: 42, faults: 0, injected: [] },
    });
    expect(report.audit?.acknowledged).toBeGreaterThan(1000);
    expect(await readJournal(join(await onlyRun(home), 'journal.jsonl'))).toMatchObject({ kind: 'read' });
    const shown = await run(home, 'show', '-o', 'json');
    expect(shown.out).toBe(end.out);
    const text = await run(home, 'show', '-o', 'markdown');
    expect(text.out).toMatch(/^# .*: simulation on simulated, finished\n\n\*\*SIMULATED, seed 42:/);
    const page = await run(home, 'show', '-o', 'html');
    expect(page.out).toMatch(/^<!doctype html>\n/);
    expect(page.out).toContain('<b>Simulated, seed 42.</b>');
    const request = await run(home, 'plan', ...change, '-o', 'html');
    expect(request.out).toContain('all times are estimated');
    expect(page.out).toContain(
      /Fingerprint of the plan: (<code>[0-9a-f]{64}<\/code>)/.exec(request.out)?.[1],
    );
    expect((await run(home, 'runs')).out).toMatch(/sim-42-\w+ +finished +simulation +simulated +1 of 1/);
  });

  test('repeats a seed byte for byte, wherever it runs', async () => {
    const other = join(home, 'elsewhere');
    const faults = ['--simulate-faults', '3', '-o', 'json'];
    const ends = [await run(home, ...simulate, ...faults), await run(other, ...simulate, ...faults)];
    expect(ends[1]?.out).toBe(ends[0]?.out);
    const [here, there] = [await onlyRun(home), await onlyRun(other)];
    for (const name of ['events.log', 'journal.jsonl', 'ledger.jsonl'])
      expect(await readFile(join(there, name), 'utf8')).toBe(await readFile(join(here, name), 'utf8'));
    expect(ends[0]?.out).toContain(' s  ');
    expect(reportSchema.parse(JSON.parse(ends[0]?.out ?? '')).simulation?.injected).not.toHaveLength(0);
    const next = await run(home, ...simulate, '--seed', '43', ...faults);
    expect(next.out).not.toBe(ends[0]?.out);
  });

  test('that was killed can’t be resumed, says how to repeat it, and can be given up without a cluster to ask', async () => {
    const killed = await beginMortal(home, 10, simulate).end;
    expect(killed.signal).toBe('SIGKILL');
    expect((await run(home, 'runs')).out).toMatch(/interrupted +simulation/);
    const [resumed, back] = [await run(home, 'resume'), await run(home, 'rollback')];
    expect([resumed.status, back.status]).toEqual([5, 5]);
    expect(resumed.err).toMatch(/was simulated: its servers ended with its process/);
    const given = await run(home, 'runs', '--abandon', basename(await onlyRun(home)));
    expect(given.status, given.err).toBe(0);
    expect((await run(home, 'runs')).out).toMatch(/abandoned +simulation/);
    const again = /the same again: succession (.*)/.exec(resumed.err)?.[1] ?? '';
    const end = await run(home, ...again.split(' '), '-q');
    expect(end.status, end.err).toBe(0);
    expect(await readdir(join(home, 'runs'))).toHaveLength(1);
  });

  test('tells its events, and help tells what they mean', async () => {
    const end = await run(home, ...simulate, '--verbose');
    expect(end.err).toMatch(/\nt=\d{5}\.\d{3} s {2}lead {3}10\S+ {2}epoch 2, followed by /);
    const help = await run(home, 'rehearse', '--help');
    const reference = await readFile(join(root, 'docs', 'reference', 'simulation.md'), 'utf8');
    for (const [kind, meaning] of Object.entries(eventLegend)) {
      expect(help.out).toContain(`  ${kind.padEnd(5)}  ${meaning}\n`);
      expect(cellsOf(reference)).toContainEqual([`\`${kind}\``, meaning]);
    }
  });

  test('is the only one that takes a seed', async () => {
    const end = await run(home, 'rehearse', ...change, '--seed', '3');
    expect(end.status).toBe(2);
    expect(end.err).toMatch(/--seed is for simulated servers only/);
  });
});

describe('npm start without Java', () => {
  test('says what is missing, and simulates the worked example', async () => {
    const bin = join(home, 'bin');
    await mkdir(bin);
    await symlink(process.execPath, join(bin, 'node'));
    // What `#!/usr/bin/env node` of the compiler's launcher needs beside Node itself.
    await symlink('/usr/bin/env', join(bin, 'env'));
    const end = spawnSync(process.execPath, [join(root, 'scripts', 'start.mjs'), '-o', 'json'], {
      env: { PATH: bin, HOME: home, SUCCESSION_HOME: home },
      encoding: 'utf8',
    });
    expect(end.status, end.stderr).toBe(0);
    expect(end.stderr).toMatch(/no real ZooKeeper servers here: no Java was found/);
    expect(end.stderr).toMatch(/this is a SIMULATION/);
    expect(reportSchema.parse(JSON.parse(end.stdout))).toMatchObject({
      purpose: 'simulation',
      audit: { lost: 0 },
    });
  });
});
