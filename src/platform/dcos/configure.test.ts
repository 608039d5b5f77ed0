// Stand-ins: a generator of a few lines of bash, and a transport that runs every host's commands on this machine, with the hosts' folders inside a temporary one.

import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sortedEnsemble } from '../../model/ensemble.js';
import { localTransport } from '../../remote/local.js';
import type { CommandResult, Transport } from '../../remote/transport.js';
import type { Duty, DutyContext, DutyReading } from '../../run/duty.js';
import { backupDuty } from './backup.js';
import { configureDuty } from './configure.js';

const before = sortedEnsemble(['10.0.0.1', '10.0.0.2', '10.0.0.3']);
const after = sortedEnsemble(['10.0.0.1', '10.0.0.2', '10.0.0.4']);
const forward = { number: 1, from: before, ensemble: after };

/** Lists, ids, packages and URLs as the real one makes them; the ids follow the order of a plain sort. */
const generator = `set -eu
masters=$(sed -n 's/^- \\([0-9.]*\\).*/\\1/p' genconf/config.yaml)
[ -n "$masters" ] || { printf '\\033[31mmaster_list: Must set master_list, no way to calculate value.\\033[0m\\n' >&2; exit 1; }
id=dcos-config--setup_$(sha1sum genconf/config.yaml | cut -c 1-40)
hex=$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \\n')
mkdir -p genconf/serve/upgrade/$hex genconf/serve/packages/dcos-config work/etc
list=$(echo "$masters" | sed 's/.*/"&"/' | paste -sd,)
echo "[$list]" >work/etc/master_list
printf "master_list: '[%s]'\\n" "$list" >work/etc/user.config.yaml
printf 'EXHIBITOR_BACKEND=STATIC\\nEXHIBITOR_STATICENSEMBLE=%s\\n' "$(echo "$masters" | LC_ALL=C sort | awk '{print NR":"$0}' | paste -sd,)" >work/etc/exhibitor
tar -C work -cJf genconf/serve/packages/dcos-config/$id.tar.xz .
sleep 0.02
echo "packages $id" | tee genconf/serve/dcos_install.sh >genconf/serve/upgrade/$hex/dcos_node_upgrade.sh
printf '\\033[32mPackage filename: packages/dcos-config/%s.tar.xz\\033[0m\\n' $id >&2
echo "Node upgrade script URL: $(sed -n 's/^bootstrap_url: //p' genconf/config.yaml)/upgrade/$hex/dcos_node_upgrade.sh"
`;

let root: string;
let server: Server;
let generations: number;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'configure-'));
  generations = 0;
  server = createServer((request, response) => {
    readFile(join(root, 'boot/genconf/serve', request.url ?? '')).then(
      (content) => response.end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  await mkdir(join(root, 'boot/genconf'), { recursive: true });
  await writeFile(join(root, 'boot/generate.sh'), generator);
  await writeFile(config(), text(3));
  for (const address of ['10.0.0.1', '10.0.0.2'])
    await runsWith(address, `dcos-config--setup_${'0'.repeat(40)}`, before);
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(root, { recursive: true, force: true });
});

const config = (): string => join(root, 'boot/genconf/config.yaml');

function text(third: number): string {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return `# by hand\nbootstrap_url: http://127.0.0.1:${port}\nmaster_discovery: static\nmaster_list:\n- 10.0.0.${third} # the third\n- 10.0.0.1\n- 10.0.0.2\n`;
}

/** What a master has active. */
async function runsWith(address: string, name: string, ensemble: typeof before): Promise<void> {
  const mesosphere = join(root, address, 'opt/mesosphere');
  await rm(mesosphere, { recursive: true, force: true });
  for (const folder of ['active', 'etc', `packages/${name}`])
    await mkdir(join(mesosphere, folder), { recursive: true });
  await symlink(`../packages/${name}`, join(mesosphere, 'active/dcos-config'));
  await writeFile(
    join(mesosphere, 'etc/master_list'),
    JSON.stringify(ensemble.map((member) => member.address)),
  );
}

function transport(): Transport {
  const local = localTransport();
  return {
    ...local,
    run: async (host, command, options): Promise<CommandResult> => {
      const own = (script: string): string =>
        script
          .replaceAll('/var/lib/succession', join(root, 'state'))
          .replaceAll('/opt/mesosphere', join(root, host, 'opt/mesosphere'));
      if (command.includes('state=gone'))
        return { kind: 'exited', status: 0, stdout: 'state=gone\n', stderr: '' };
      if (!command.includes('systemd-run')) return local.run(host, own(command), options);
      generations += 1;
      const script = Buffer.from(options.stdin?.split('\n')[0] ?? '', 'base64').toString();
      const end = await local.run(host, own(script), { ...options, stdin: '' });
      if (end.kind === 'unknown') return end;
      const [stdout, stderr] = [end.stdout, end.stderr].map((one) => Buffer.from(one).toString('base64'));
      return {
        kind: 'exited',
        status: 0,
        stdout: `state=ended\nstatus=${end.status}\nstdout=${stdout}\nstderr=${stderr}\n`,
        stderr: '',
      };
    },
  };
}

const bootstrap = (): { address: string; directory: string; generator: string } => ({
  address: '10.0.0.9',
  directory: join(root, 'boot'),
  generator: 'generate.sh',
});

function dutyFor(stage: typeof forward) {
  return inRun(configureDuty({ dcos: { version: '1.9.10' }, bootstrap: bootstrap() }, transport(), stage));
}

function inRun(duty: Duty) {
  const context: DutyContext = {
    id: `r1-${duty.id}`,
    facts: {},
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

describe('configureDuty', () => {
  test('edits, keeps a copy, generates once, and knows the facts again after a crash', async () => {
    const first = dutyFor(forward);
    expect(saw(await first.look())).toContain('to-do');
    expect(await first.perform()).toMatchObject({ kind: 'done' });
    expect(await readFile(config(), 'utf8')).toBe(text(4));
    expect(await readFile(join(root, 'boot/genconf/config.yaml.succession-r1-1'), 'utf8')).toBe(text(3));
    const reading = await dutyFor(forward).look();
    expect(reading).toMatchObject({
      kind: 'done',
      facts: {
        masterList: '10.0.0.1,10.0.0.2,10.0.0.4',
        previousPackage: `dcos-config--setup_${'0'.repeat(40)}`,
        upgradeUrl: expect.stringMatching(/\/upgrade\/[0-9a-f]{32}\/dcos_node_upgrade\.sh$/) as unknown,
        installUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/dcos_install\.sh$/) as unknown,
      },
    });
    expect(generations).toBe(1);
  });

  test('goes back to the very text, and so to the very package, that was before', async () => {
    await dutyFor(forward).perform();
    const gone = await dutyFor(forward).look();
    const made = gone.kind === 'done' ? (gone.facts?.['configurationPackage'] ?? '') : '';
    await runsWith('10.0.0.1', made, after);
    const undo = dutyFor({ number: 2, from: after, ensemble: before });
    expect(await undo.perform()).toMatchObject({ kind: 'done' });
    expect(await readFile(config(), 'utf8')).toBe(text(3));
    expect(await undo.look()).toMatchObject({
      kind: 'done',
      facts: { masterList: '10.0.0.1,10.0.0.2,10.0.0.3' },
    });
  });

  test('what is generated anew by somebody else, or edited, is to do again', async () => {
    const duty = dutyFor(forward);
    await duty.perform();
    await writeFile(join(root, 'boot/genconf/serve/dcos_install.sh'), 'another');
    expect(saw(await duty.look())).toMatch(/^to-do: dcos_install\.sh does not lead to/);
    await writeFile(config(), `${text(4)}# more\n`);
    expect(saw(await duty.look())).toContain('nothing is generated from it yet');
  });

  test('a web server that is down, a package on masters with another list: refused, with what was seen', async () => {
    const duty = dutyFor(forward);
    await duty.perform();
    const reading = await duty.look();
    const made = reading.kind === 'done' ? (reading.facts?.['configurationPackage'] ?? '') : '';
    await runsWith('10.0.0.2', made, before);
    expect(saw(await duty.look())).toContain(
      'is active already on masters that hold another list | 10.0.0.2:',
    );
    server.closeAllConnections();
    server.close();
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
    expect(await readdir(join(root, 'boot/genconf'))).toEqual(['config.yaml']);
  });

  test('a generator that fails is told with its reason, and runs again at the next try', async () => {
    await writeFile(
      join(root, 'boot/generate.sh'),
      'echo "docker should be installed and running. Aborting." >&2; exit 1',
    );
    expect(await dutyFor(forward).perform()).toMatchObject({
      kind: 'failed',
      reason: 'Docker does not answer on the bootstrap node',
    });
    await writeFile(join(root, 'boot/generate.sh'), generator);
    expect(await dutyFor(forward).perform()).toMatchObject({ kind: 'done' });
    expect(saw(await dutyFor(forward).look())).toMatch(/^done/);
  });
});

function backup(version: string) {
  const dcos = { version, variant: 'open' } as const;
  const masters = before.map((member) => member.address);
  return inRun(backupDuty({ dcos, bootstrap: bootstrap(), masters }, transport()));
}

describe('backupDuty', () => {
  test('keeps the configuration, and says what it does not keep', async () => {
    const duty = backup('1.9.10');
    expect(saw(await duty.look())).toMatch(/^to-do/);
    await duty.perform();
    expect(saw(await duty.look())).toMatch(
      /^done: .*config\.yaml\.succession-r1-backup.*ZooKeeper's data was not copied/,
    );
    expect(await readFile(join(root, 'boot/genconf/config.yaml.succession-r1-backup'), 'utf8')).toBe(text(3));
  });

  test('dumps the IAM database on the first master that can; where none can, a person may waive it', async () => {
    const duty = backup('1.13.9');
    await duty.perform();
    expect(saw(await duty.look())).toMatch(/^refused: .*no dump of the IAM database/);
    const bin = join(root, '10.0.0.2/opt/mesosphere/bin');
    await mkdir(bin);
    for (const [name, script] of [
      ['dcos-shell', 'exec "$(dirname "$0")/$1"'],
      ['iam-database-backup', 'echo "CREATE TABLE users"'],
    ] as const) {
      await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
      await chmod(join(bin, name), 0o755);
    }
    await duty.perform();
    expect(saw(await duty.look())).toMatch(/^done: .*r1-backup\.iam\.sql on 10\.0\.0\.1, 19 bytes/);
  });
});
