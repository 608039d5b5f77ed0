import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askOnce } from './streams.js';

const bin = fileURLToPath(new URL('../../bin/succession', import.meta.url));
const change = ['--current', '10.0.0.1,10.0.0.2,10.0.0.3', '--replace', '10.0.0.2=10.0.0.25'];
let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'succession-streams-'));
});
afterAll(() => rm(home, { recursive: true }));

type Place = 'gone' | 'kept' | number;

function at(place: Place): 'pipe' | number {
  return typeof place === 'number' ? place : 'pipe';
}

/** Runs the command; of a stream that is `gone` the reader has left before the first word. */
function ended(
  args: readonly string[],
  { out = 'kept', err = 'kept' }: { readonly out?: Place; readonly err?: Place },
): Promise<{ readonly status: number | null; readonly err: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], {
      stdio: ['ignore', at(out), at(err)],
      env: { ...process.env, SUCCESSION_HOME: home, NO_COLOR: '1' },
    });
    if (out === 'gone') child.stdout?.destroy();
    else child.stdout?.resume();
    let said = '';
    if (err === 'gone') child.stderr?.destroy();
    else child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, err: said }));
  });
}

describe('a reader that goes away', () => {
  test('does not end a run, whichever stream it read', async () => {
    const rehearse = ['rehearse', '--simulate', ...change];
    expect(await ended(rehearse, { out: 'gone', err: 'gone' })).toEqual({ status: 0, err: '' });
    const shown = await ended(['show', '-o', 'html'], { out: 'gone' });
    expect(shown).toEqual({ status: 0, err: '' });
  });

  test('is another thing than a result that can’t be written', async () => {
    const full = await open('/dev/full', 'w');
    try {
      const { status, err } = await ended(['plan', ...change], { out: full.fd });
      expect(err).toMatch(/^The result could not be written: .*ENOSPC/);
      expect(status).toBe(1);
    } finally {
      await full.close();
    }
  });
});

describe('a question', () => {
  test('that is left without an answer is a stop, and no bug', async () => {
    const stdin = new PassThrough();
    const stderr = new PassThrough();
    const asked = askOnce({ stdin, stderr }, 'Carry it out? [y/N] ');
    stdin.end();
    await expect(asked).rejects.toMatchObject({ status: 4, lines: ['', 'Not answered, so not done.'] });
    expect(String(stderr.read())).toContain('Carry it out?');
  });

  test('is answered by one line', async () => {
    const stdin = new PassThrough();
    const asked = askOnce({ stdin, stderr: new PassThrough() }, 'Well? ');
    stdin.write('yes\nno\n');
    expect(await asked).toBe('yes');
  });
});
