// What is wrong with genconf is told before anything is changed: on stand-ins whose hosts are folders of this machine.

import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type BootstrapStandIn, bootstrapStandIn } from '../../../../test/support/bootstrap-stand-in.js';
import { sortedEnsemble } from '../../../model/ensemble.js';
import { lookAtConfiguration } from './preflight-configuration.js';

const masters = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
const before = sortedEnsemble(masters);
const after = sortedEnsemble(['10.0.0.1', '10.0.0.2', '10.0.0.4']);
const plan = { from: before, stages: [{ number: 1, from: before, ensemble: after, fresh: ['10.0.0.4'] }] };
const zeros = `dcos-config--setup_${'0'.repeat(40)}`;

let standIn: BootstrapStandIn;

beforeEach(async () => {
  standIn = await bootstrapStandIn(masters);
  for (const address of masters) await standIn.runsWith(address, zeros, before);
});

afterEach(() => standIn.end());

async function seen(): Promise<{ readonly faults: readonly string[]; readonly notes: readonly string[] }> {
  const dcos = { version: '1.9.10', variant: 'open' } as const;
  const cluster = { dcos, bootstrap: standIn.folder };
  const asked = { id: 'preflight', signal: new AbortController().signal };
  const { faults, notes } = await lookAtConfiguration({ cluster, plan, masters }, standIn.transport, asked);
  return { faults: faults.map((fault) => fault.seen), notes };
}

test('a genconf that says what the masters run, or holds the first list already, has no fault', async () => {
  const { faults, notes } = await seen();
  expect(faults).toEqual([]);
  expect(notes).toEqual([
    'besides the list genconf says what 10.0.0.1, 10.0.0.2, 10.0.0.3 run',
    'not compared, for its value is hidden on the masters: exhibitor_admin_password',
    'the generator is asked for its version once it has unpacked itself',
  ]);
  await writeFile(
    standIn.path('genconf/config.yaml'),
    standIn.config(after.map((member) => member.address)) + 'agent_list: [10.0.0.9]\n',
  );
  expect(await seen()).toMatchObject({
    faults: [],
    notes: expect.arrayContaining(['differs, but only an installer reads it: agent_list']) as unknown,
  });
});

test('the typo of the runbook, an address that nobody knows, an unfinished edit: all is told', async () => {
  const [file, right] = [standIn.path('genconf/config.yaml'), standIn.config(masters)];
  await writeFile(file, right.replace('master_list', 'master list').replace('permissive', 'strict'));
  expect((await seen()).faults).toEqual([
    expect.stringMatching(/config\.yaml:\d+: The key 'master list' means nothing/),
    expect.stringMatching(/besides the list, than the masters run: 10\.0\.0\.1: security; 10\.0\.0\.2: s/),
  ]);
  await writeFile(file, right.replace('10.0.0.3', '10.0.0.33'));
  expect((await seen()).faults.join(' | ')).toMatch(
    /10\.0\.0\.33 is not a master [^|]*did you mean 10\.0\.0\.3/,
  );
  await writeFile(file, right);
  await standIn.runsWith('10.0.0.2', `${zeros.slice(0, -1)}1`, before);
  await writeFile(standIn.path('genconf/ip-detect'), 'echo 10.0.0.9\n');
  expect((await seen()).faults).toEqual([
    expect.stringMatching(/10\.0\.0\.1: ip-detect; 10\.0\.0\.2: ip-detect; 10\.0\.0\.3: ip-detect$/),
    `it runs ${zeros}`,
    `it runs ${zeros.slice(0, -1)}1`,
    `it runs ${zeros}`,
  ]);
});

test('a generator of another version is a fault; one of the masters’ own build is known by its image', async () => {
  const tag = `dcos-genconf.${'c'.repeat(18)}-${'b'.repeat(18)}.tar`;
  const [generator, unpacked] = [standIn.path('generate.sh'), standIn.path(tag)];
  await standIn.generatorOf('1.9.11');
  await writeFile(generator, `${await readFile(generator, 'utf8')}# ${tag}\n`);
  await writeFile(unpacked, '');
  expect((await seen()).faults).toEqual([
    'the generator makes DC/OS 1.9.11, open; the cluster runs 1.9.10, open',
  ]);
  const build = { version: '1.9.10', 'dcos-image-commit': 'c'.repeat(40), 'bootstrap-id': 'b'.repeat(40) };
  for (const address of masters)
    await standIn.runsWith(address, zeros, before, { 'etc/dcos-version.json': JSON.stringify(build) });
  expect(await seen()).toMatchObject({
    faults: [],
    notes: expect.arrayContaining(['the generator is of the very build that the masters run']) as unknown,
  });
});
