// Stand-ins: a generator of a few lines of bash, and hosts that are folders of this machine.

import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type BootstrapStandIn, bootstrapStandIn } from '../../../../test/support/bootstrap-stand-in.js';
import { sortedEnsemble } from '../../../model/ensemble.js';
import type { Duty, DutyContext, DutyReading, Facts } from '../../../run/duty.js';
import { backupDuty } from '../databases/backup.js';
import { configureDuty } from './configure.js';

const before = sortedEnsemble(['10.0.0.1', '10.0.0.2', '10.0.0.3']);
const after = sortedEnsemble(['10.0.0.1', '10.0.0.2', '10.0.0.4']);
const forward = { number: 1, from: before, ensemble: after };
const backward = { number: 2, from: after, ensemble: before };
const zeros = `dcos-config--setup_${'0'.repeat(40)}`;

let standIn: BootstrapStandIn;

beforeEach(async () => {
  standIn = await bootstrapStandIn(['10.0.0.3', '10.0.0.1', '10.0.0.2']);
  for (const address of ['10.0.0.1', '10.0.0.2']) await standIn.runsWith(address, zeros, before);
});

afterEach(() => standIn.end());

const config = (): string => standIn.path('genconf/config.yaml');

function text(third: number): string {
  return standIn.config([`10.0.0.${third}`, '10.0.0.1', '10.0.0.2']);
}

function dutyFor(stage: typeof forward, facts: Facts = {}) {
  const dcos = { version: '1.9.10', variant: 'open' } as const;
  return inRun(configureDuty({ dcos, bootstrap: standIn.folder }, standIn.transport, stage), facts);
}

function inRun(duty: Duty, facts: Facts = {}) {
  const context: DutyContext = {
    id: `r1-${duty.id}`,
    facts,
    signal: new AbortController().signal,
    now: () => Date.now(),
    sleep: () => Promise.resolve(),
    say: () => undefined,
    watchEnsemble: () => Promise.resolve({ kind: 'interrupted' }),
  };
  return { look: () => duty.look(context), perform: () => duty.perform(context) };
}

function saw(reading: DutyReading): string {
  return reading.kind === 'refused'
    ? `refused: ${[reading.failure.message, ...reading.failure.seen].join(' | ')}`
    : `${reading.kind}: ${reading.evidence.join(' | ')}`;
}

function factsOf(reading: DutyReading): Facts {
  return (reading.kind === 'done' ? reading.facts : undefined) ?? {};
}

describe('configureDuty', () => {
  test('edits, keeps a copy, generates once, and knows the facts again after a crash', async () => {
    const first = dutyFor(forward);
    expect(saw(await first.look())).toContain('to-do');
    expect(await first.perform()).toMatchObject({ kind: 'done' });
    expect(await readFile(config(), 'utf8')).toBe(text(4));
    expect(await readFile(standIn.path('genconf/config.yaml.succession-r1-1'), 'utf8')).toBe(text(3));
    const reading = await dutyFor(forward).look();
    expect(reading).toMatchObject({
      kind: 'done',
      facts: {
        masterList: '10.0.0.1,10.0.0.2,10.0.0.4',
        previousPackage: zeros,
        upgradeUrl: expect.stringMatching(/\/upgrade\/[0-9a-f]{32}\/dcos_node_upgrade\.sh$/) as unknown,
        installUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/dcos_install\.sh$/) as unknown,
      },
    });
    expect(standIn.generations()).toBe(1);
  });

  test('goes back to the very text that was before, and to the package that a master runs still', async () => {
    const old = await standIn.generate();
    for (const address of ['10.0.0.1', '10.0.0.2']) await standIn.runsWith(address, old, before);
    await dutyFor(forward).perform();
    const made = factsOf(await dutyFor(forward).look())['configurationPackage'] ?? '';
    await standIn.runsWith('10.0.0.1', made, after);
    const undo = dutyFor(backward);
    expect(await undo.perform()).toMatchObject({ kind: 'done' });
    expect(await readFile(config(), 'utf8')).toBe(text(3));
    expect(await undo.look()).toMatchObject({
      kind: 'done',
      facts: { masterList: '10.0.0.1,10.0.0.2,10.0.0.3', configurationPackage: old },
    });
  });

  test('what else genconf would change is refused; a master that does not tell what it was given is named', async () => {
    await dutyFor(forward).perform();
    const made = await readFile(config(), 'utf8');
    await writeFile(config(), text(3).replace('permissive', 'disabled'));
    const edited = dutyFor(forward);
    await edited.perform();
    expect(saw(await edited.look())).toMatch(
      /^refused: .* besides the list \| 10\.0\.0\.1: security \| 10\.0\.0\.2: security$/,
    );
    await writeFile(config(), made);
    await writeFile(standIn.path('genconf/ip-detect'), 'echo 10.0.0.2\n');
    await edited.perform();
    expect(saw(await edited.look())).toMatch(/^refused: .* \| 10\.0\.0\.1: ip-detect \| /);
    const untold = { 'etc/user.config.yaml': null, 'bin/detect_ip': null };
    for (const address of ['10.0.0.1', '10.0.0.2']) await standIn.runsWith(address, zeros, before, untold);
    expect(saw(await edited.look())).toMatch(
      /^done: .*10\.0\.0\.1, 10\.0\.0\.2: not compared with what runs there/,
    );
  });

  test('a generator of another version changes nothing, not even the file', async () => {
    await standIn.generatorOf('1.9.11');
    expect(await dutyFor(forward).perform()).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('makes DC/OS 1.9.11, open; the cluster runs 1.9.10, open') as unknown,
    });
    expect(await readFile(config(), 'utf8')).toBe(text(3));
    expect(standIn.generations()).toBe(0);
  });

  test('goes back by the upgrade script of before, whatever has become of the generator since', async () => {
    const made = await standIn.generate();
    for (const address of ['10.0.0.1', '10.0.0.2']) await standIn.runsWith(address, made, before);
    const [url = ''] = await readdir(standIn.path('genconf/serve/upgrade'));
    await dutyFor(forward).perform();
    const facts = factsOf(await dutyFor(forward).look());
    expect(facts['previousUrl']).toContain(`/upgrade/${url}/`);
    await standIn.runsWith('10.0.0.1', facts['configurationPackage'] ?? '', after);
    await writeFile(standIn.path('generate.sh'), 'exit 1');
    await writeFile(standIn.path('genconf/ip-detect'), 'echo 10.0.0.2\n');
    const undo = dutyFor(backward, facts);
    expect(saw(await undo.look())).toMatch(/^to-do/);
    expect(await undo.perform()).toMatchObject({ kind: 'done' });
    expect(await readFile(config(), 'utf8')).toBe(text(3));
    expect(await readFile(standIn.path('genconf/serve/dcos_install.sh'), 'utf8')).toContain(made);
    expect(await dutyFor(backward, facts).look()).toMatchObject({
      kind: 'done',
      facts: {
        upgradeUrl: facts['previousUrl'],
        configurationPackage: made,
        masterList: '10.0.0.1,10.0.0.2,10.0.0.3',
      },
    });
    expect(standIn.generations()).toBe(1);
  });

  test('where none is served any more, what is generated must be the package of before', async () => {
    const made = await standIn.generate();
    for (const address of ['10.0.0.1', '10.0.0.2']) await standIn.runsWith(address, made, before);
    await rm(standIn.path('genconf/serve/upgrade'), { recursive: true });
    await dutyFor(forward).perform();
    const facts = factsOf(await dutyFor(forward).look());
    await standIn.runsWith('10.0.0.1', facts['configurationPackage'] ?? '', after);
    const [ipDetect, file] = [standIn.path('genconf/ip-detect'), await readFile(config(), 'utf8')];
    await writeFile(ipDetect, `${await readFile(ipDetect, 'utf8')}# more\n`);
    const undo = dutyFor(backward, facts);
    expect(await undo.perform()).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining(`and not ${made}`) as unknown,
    });
    await writeFile(ipDetect, (await readFile(ipDetect, 'utf8')).replace('# more\n', ''));
    expect(await undo.perform()).toMatchObject({ kind: 'done' });
    expect(factsOf(await undo.look())['configurationPackage']).toBe(made);
    expect(await readFile(config(), 'utf8')).not.toBe(file);
  });

  test('given up before a master was touched: the file is put back, and the generator is not asked', async () => {
    const made = await standIn.generate();
    for (const address of ['10.0.0.1', '10.0.0.2']) await standIn.runsWith(address, made, before);
    await rm(standIn.path('genconf/serve/upgrade'), { recursive: true });
    await dutyFor(forward).perform();
    await writeFile(standIn.path('generate.sh'), 'exit 1');
    const undo = dutyFor(backward);
    expect(await undo.perform()).toMatchObject({ kind: 'done' });
    expect(saw(await undo.look())).toMatch(/^done: .* needs no upgrade script$/);
    expect(await readFile(config(), 'utf8')).toBe(text(3));
    expect(await readFile(standIn.path('genconf/serve/dcos_install.sh'), 'utf8')).toContain(made);
    await standIn.runsWith('10.0.0.1', zeros, after);
    expect(saw(await undo.look())).toMatch(/^to-do/);
  });

  test('a host that is rebuilt in an unchanged list gets what the others run, and that is no way back', async () => {
    const made = await standIn.generate();
    for (const { address } of before) await standIn.runsWith(address, made, before);
    const rebuild = dutyFor({ number: 1, from: before, ensemble: before });
    expect(await rebuild.perform()).toMatchObject({ kind: 'done' });
    const facts = factsOf(await rebuild.look());
    expect(facts).toMatchObject({ configurationPackage: made, previousPackage: made });
    const next = dutyFor({ ...forward, number: 2 }, facts);
    expect(await next.perform()).toMatchObject({ kind: 'done' });
    expect(factsOf(await next.look())).toMatchObject({
      masterList: '10.0.0.1,10.0.0.2,10.0.0.4',
      previousPackage: made,
      previousList: '10.0.0.1,10.0.0.2,10.0.0.3',
    });
  });

  test('what is generated anew by somebody else, or edited, is to do again', async () => {
    const duty = dutyFor(forward);
    await duty.perform();
    await writeFile(standIn.path('genconf/serve/dcos_install.sh'), 'another');
    expect(saw(await duty.look())).toMatch(/^to-do: dcos_install\.sh does not lead to/);
    await writeFile(config(), `${text(4)}# more\n`);
    expect(saw(await duty.look())).toContain('nothing is generated from it yet');
  });

  test('a web server that is down, a package on masters with another list: refused, with what was seen', async () => {
    const duty = dutyFor(forward);
    await duty.perform();
    const made = factsOf(await duty.look())['configurationPackage'] ?? '';
    await standIn.runsWith('10.0.0.2', made, before);
    expect(saw(await duty.look())).toContain(
      'is active already on masters that hold another list | 10.0.0.2:',
    );
    standIn.stopWeb();
    expect(saw(await duty.look())).toMatch(
      /not every master can load it \| the bootstrap node itself: no answer \| 10\.0\.0\.1: no answer/,
    );
  });

  test('the file of another cluster, or one that can’t be edited, is left alone', async () => {
    for (const [from, to] of [
      ['10.0.0.3', '10.0.0.33'],
      ['master_list', 'master list'],
    ] as const) {
      const broken = text(3).replace(from, to);
      await writeFile(config(), broken);
      expect(saw(await dutyFor(forward).look())).toMatch(/did you mean 10\.0\.0\.3|misspelt-key/);
      expect(await dutyFor(forward).perform()).toMatchObject({ kind: 'failed' });
      expect(await readFile(config(), 'utf8')).toBe(broken);
    }
    expect(await readdir(standIn.path('genconf'))).toEqual(['config.yaml', 'ip-detect']);
  });

  test('a generator that fails is told with its reason, and runs again at the next try', async () => {
    await writeFile(
      standIn.path('generate.sh'),
      'echo "docker should be installed and running. Aborting." >&2; exit 1',
    );
    expect(await dutyFor(forward).perform()).toMatchObject({
      kind: 'failed',
      reason: 'Docker does not answer on the bootstrap node',
    });
    await standIn.generatorOf('1.9.10');
    expect(await dutyFor(forward).perform()).toMatchObject({ kind: 'done' });
    expect(saw(await dutyFor(forward).look())).toMatch(/^done/);
  });
});

function backup(version: string) {
  const dcos = { version, variant: 'open' } as const;
  const masters = before.map((member) => member.address);
  return inRun(backupDuty({ dcos, bootstrap: standIn.folder }, standIn.transport, masters));
}

describe('backupDuty', () => {
  test('keeps the configuration, and says what it does not keep', async () => {
    const duty = backup('1.9.10');
    expect(saw(await duty.look())).toMatch(/^to-do/);
    await duty.perform();
    expect(saw(await duty.look())).toMatch(
      /^done: .*config\.yaml\.succession-r1-backup.*ZooKeeper's data was not copied/,
    );
    expect(await readFile(standIn.path('genconf/config.yaml.succession-r1-backup'), 'utf8')).toBe(text(3));
  });

  test('dumps the IAM database on the first master that can, for the bootstrap node to keep; where none can, a person may waive it', async () => {
    const duty = backup('1.13.9');
    await duty.perform();
    expect(saw(await duty.look())).toMatch(/^refused: .*no dump of the IAM database/);
    const bin = standIn.on('10.0.0.2', 'opt/mesosphere/bin');
    await mkdir(bin, { recursive: true });
    for (const [name, script] of [
      ['dcos-shell', 'exec "$(dirname "$0")/$1"'],
      ['iam-database-backup', 'echo "CREATE TABLE users"'],
    ] as const) {
      await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
      await chmod(join(bin, name), 0o755);
    }
    await duty.perform();
    expect(saw(await duty.look())).toMatch(
      /^done: .*r1-backup\.iam\.sql on 10\.0\.0\.9, 19 bytes, sha256 [0-9a-f]{64}/,
    );
    const kept = standIn.on('10.0.0.9', 'state/r1-backup.iam.sql');
    expect(await readFile(kept, 'utf8')).toBe('CREATE TABLE users\n');
    expect((await stat(kept)).mode & 0o777).toBe(0o600);
  });
});
