// What the proof says goes wrong goes wrong on real servers; and what `verify` says of files, through the command line.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { replaySchema } from '../../src/cli/document-schemas.js';
import { verificationSchema } from '../../src/cli/verification-schema.js';
import { run } from '../support/command.js';

const examples = fileURLToPath(new URL('../../examples', import.meta.url));
let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'succession-counterexample-'));
});

afterAll(async () => {
  await rm(home, { recursive: true, force: true });
});

test('a newcomer that starts one step too early: an acknowledged write is lost on real servers, as the proof says', async () => {
  const file = join(examples, 'hold-back-too-early.json');
  const end = await run(
    home,
    'rehearse',
    file,
    '--counterexample',
    '--zookeeper',
    '3.8',
    '--tick',
    // Elections of the three that wake need their time, also where the machine is busy.
    '1000',
    '-q',
    '-o',
    'json',
  );
  expect(end.status, `${end.err}${end.out}`).toBe(0);
  expect(replaySchema.parse(JSON.parse(end.out))).toMatchObject({
    acknowledged: 1,
    lost: 1,
    reproduced: true,
    outcome: 'as predicted: 1 of 1 acknowledged writes lost',
  });
});

describe('verify', () => {
  test('says 0 for a safe plan and 3 for one that is not, and prints the proof as JSON', async () => {
    const safe = await run(home, 'verify', join(examples, 'worked-example.json'), '-o', 'json');
    expect(safe.status, safe.err).toBe(0);
    expect(verificationSchema.parse(JSON.parse(safe.out))).toMatchObject({ verdict: 'safe', findings: [] });
    const unsafe = await run(home, 'verify', join(examples, 'runbook-expansion.json'));
    expect(unsafe.status, unsafe.err).toBe(3);
    expect(unsafe.out).toMatch(/^UNSAFE: .*\n[^]*W\s+is truncated: lost\./);
  });

  test('says 2 for what is no plan, and replays nothing where nothing goes wrong', async () => {
    const file = join(home, 'no-plan.json');
    await writeFile(file, '{"schema": "succession.plan/1"}');
    expect(await run(home, 'verify', file)).toMatchObject({ status: 2, out: '' });
    const replay = await run(home, 'rehearse', join(examples, 'worked-example.json'), '--counterexample');
    expect(replay).toMatchObject({ status: 2, out: '' });
    expect(replay.err).toMatch(/no counterexample/);
  });
});
