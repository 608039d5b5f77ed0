// The rendered scripts, run by bash below a folder of their own, with stand-ins for the programs that they call.

import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { generatorScript } from './generator-script.js';
import { installScript, type Generation } from './install-script.js';
import { dcosRetry, settingsOf } from './settings.js';
import { upgradeScript } from './upgrade-script.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'succession-scripts-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, content: string, mode = 0o644): string {
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, content);
  chmodSync(target, mode);
  return target;
}

/** A program on the script's PATH. */
function program(name: string, body: string): void {
  write(`bin/${name}`, `#!/bin/bash\n${body}\n`, 0o755);
}

/** Runs the script with every folder of a host that it names below `root`. */
function bash(
  script: string,
  args: readonly string[] = [],
  limitMs = 20_000,
  cwd = root,
): SpawnSyncReturns<string> {
  const rooted = script.replaceAll(
    /\/(?:opt\/mesosphere|etc\/(?:mesosphere|systemd|profile\.d)|var\/lib|run\/lock)/g,
    `${root}$&`,
  );
  const path = write('script.sh', rooted);
  const env = { ...process.env, PATH: `${join(root, 'bin')}:${process.env['PATH'] ?? ''}`, ROOT: root };
  return spawnSync('bash', [path, ...args], {
    encoding: 'utf8',
    env,
    cwd,
    timeout: limitMs,
    killSignal: 'SIGKILL',
  });
}

function generation(version: string, more: Readonly<Record<string, string>> = {}): Generation {
  const given = new Map(
    Object.entries({ bootstrap_url: 'http://b:80', master_list: '["10.0.0.1"]', ...more }),
  );
  const settings = settingsOf(given, { version, variant: 'open', ipDetect: '', retry: dcosRetry });
  return { settings, packageIds: ['a--1', 'b--2'], packageListId: 'x', generatedAt: 'now' };
}

/** A node of this version and role, whose pkgpanda writes down what it is told. */
function node(version: string, role: string): void {
  write('opt/mesosphere/environment.export', '');
  const document = { version, 'dcos-image-commit': 'c', 'bootstrap-id': 'b' };
  write('opt/mesosphere/etc/dcos-version.json', JSON.stringify(document, null, 2));
  write(`etc/mesosphere/roles/${role}`, '');
  program('pkgpanda', 'echo "$*" >> "$ROOT/asked"');
  write('opt/mesosphere/bin/dcos-check-runner', '#!/bin/sh\n', 0o755);
}

describe('dcos_node_upgrade.sh', () => {
  test.each(['1.9.10', '1.12.5'])('%s never reads a role that it is given', (version) => {
    node(version, 'slave');
    const ended = bash(upgradeScript(generation(version), version), ['master']);
    expect([ended.status, ended.stdout]).toEqual([0, `Upgrading DC/OS agent ${version} -> ${version}\n`]);
    expect(readFileSync(join(root, 'asked'), 'utf8')).toBe(
      'fetch --repository-url=http://b:80 a--1 b--2\nactivate --no-block a--1 b--2\n',
    );
  });

  test('1.13.9 never ends when it is given one, and says nothing', () => {
    node('1.13.9', 'slave');
    const ended = bash(upgradeScript(generation('1.13.9'), '1.13.9'), ['slave'], 1500);
    expect([ended.signal, ended.stdout + ended.stderr]).toEqual(['SIGKILL', '']);
    expect(existsSync(join(root, 'asked'))).toBe(false);
    expect(bash(upgradeScript(generation('1.13.9'), '1.13.9'), ['--skip-checks']).status).toBe(0);
    const unknown = bash(upgradeScript(generation('1.13.9'), '1.13.9'), ['--force']);
    expect([unknown.status, unknown.stderr]).toEqual([
      1,
      expect.stringContaining('Unsupported flag --force'),
    ]);
  });

  test('a node of another version, and one without a role, are left as they are', () => {
    node('1.9.9', 'none');
    const other = bash(upgradeScript(generation('1.9.10'), '1.9.10'));
    expect([other.status, other.stdout]).toEqual([
      1,
      'ERROR: Expecting to upgrade DC/OS from 1.9.10 to 1.9.10. Version found on node: 1.9.9\n',
    ]);
    const lost = bash(upgradeScript(generation('1.9.10'), '1.9.9'));
    expect([lost.status, lost.stdout]).toEqual([
      1,
      expect.stringMatching(
        /^ERROR: Can't determine this node's role\. One of master, slave, or slave_public must/,
      ),
    ]);
  });

  test("1.9 waits for the master's Exhibitor, and for nothing more; its script begins with an empty line", () => {
    node('1.9.10', 'master');
    program('sleep', ':');
    program(
      'dcos-shell',
      'n=$(cat "$ROOT/tries" 2>/dev/null || echo 0); echo $((n + 1)) > "$ROOT/tries"; [ "$n" -ge 2 ]',
    );
    const script = upgradeScript(generation('1.9.10'), '1.9.10');
    expect(script.startsWith('\n#!/bin/bash\n')).toBe(true);
    const ended = bash(script);
    expect([ended.status, ended.stdout]).toEqual([
      0,
      'Upgrading DC/OS master 1.9.10 -> 1.9.10\nWaiting for Exhibitor...\nWaiting for Exhibitor...\n',
    ]);
    program('dcos-shell', 'exit 2');
    const refused = bash(script);
    expect([refused.status, refused.stdout]).toEqual([
      1,
      expect.stringContaining('Could not read from Exhibitor'),
    ]);
  });

  test('real checks fail before and after; void ones never do', () => {
    node('1.11.12', 'master');
    program('sleep', ':');
    write('opt/mesosphere/etc/dcos-diagnostics-runner-config.json', '{}');
    const tool = 'opt/mesosphere/bin/dcos-diagnostics';
    write(tool, '#!/bin/sh\necho broken; exit 2\n', 0o755);
    const full = upgradeScript(generation('1.11.12'), '1.11.12');
    expect(full).toContain('-ge 300 ]');
    const script = full.replace('-ge 300 ]', '-ge 3 ]');
    const before = bash(script);
    expect([before.status, before.stdout]).toEqual([1, 'Cannot proceed with upgrade, node checks failed\n']);
    write(tool, '#!/bin/sh\n[ ! -e "$ROOT/asked" ]\n', 0o755);
    const after = bash(script);
    expect([after.status, after.stdout]).toEqual([
      1,
      expect.stringMatching(/Node upgrade not successful, checks failed\n$/),
    ]);
    expect(bash(script, ['--skip-checks']).status).toBe(0);
    node('1.12.5', 'master');
    write('opt/mesosphere/etc/dcos-check-config.json', '{}');
    write('opt/mesosphere/bin/dcos-check-runner', '#!/bin/sh\n[ "$#" -gt 2 ]\n', 0o755);
    expect(bash(upgradeScript(generation('1.12.5'), '1.12.5')).status).toBe(0);
  });
});

/** The generator's script, with a program on the PATH where the container would run. */
function generator(version: string): string {
  return generatorScript({ version, variant: 'open' }).replace(/\/usr\/bin\/node \S+/, 'in-container');
}

describe('dcos_generate_config.sh', () => {
  test('without Docker nothing is done', () => {
    program('docker', 'exit 1');
    const ended = bash(generator('1.9.10'));
    expect([ended.status, ended.stderr]).toEqual([1, 'docker should be installed and running. Aborting.\n']);
    expect(existsSync(join(root, 'genconf'))).toBe(false);
  });

  test("a folder without genconf/ gets one; the status is the container's", () => {
    program('docker', ':');
    program('in-container', 'echo "$@"; exit 7');
    mkdirSync(join(root, 'var/lib'), { recursive: true });
    mkdirSync(join(root, 'run/lock'), { recursive: true });
    const first = bash(generator('2.1.0'), ['--genconf']);
    expect([first.status, first.stdout.split('\n').at(-2)]).toEqual([7, '2.1.0 open --genconf']);
    expect(existsSync(join(root, 'genconf/state'))).toBe(true);
    mkdirSync(join(root, 'a folder'));
    expect(bash(generator('2.1.0'), [], 20_000, join(root, 'a folder')).status).toBe(125);
  });

  test('a second run beside the first, and an image that was pruned, end in 125', () => {
    program('docker', ':');
    mkdirSync(join(root, 'run/lock'), { recursive: true });
    program('in-container', `bash "$ROOT/script.sh"; exit $?`);
    const beside = bash(generator('2.1.0'));
    expect([beside.status, beside.stderr]).toEqual([125, expect.stringContaining('is already in use')]);
    rmSync(join(root, 'var'), { recursive: true });
    expect(bash(generator('1.9.10')).status).toBe(125);
    rmSync(join(root, 'var'), { recursive: true, force: true });
    const pruned = bash(generator('1.9.10'));
    expect([pruned.status, pruned.stderr]).toEqual([125, expect.stringContaining('Unable to find image')]);
  });

  test('the port of the web installer has to be free, through 1.13.9', async () => {
    program('docker', ':');
    program('in-container', ':');
    mkdirSync(join(root, 'run/lock'), { recursive: true });
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const on = (version: string): string => generator(version).replace(':-9000', `:-${port}`);
    const taken = bash(on('1.13.9'));
    expect([taken.status, taken.stderr]).toEqual([125, expect.stringContaining('port is already allocated')]);
    expect(bash(on('2.1.0')).status).toBe(0);
    server.close();
  });
});

describe('dcos_install.sh', () => {
  test('an existing installation, a missing role and a wish for help end in 1', () => {
    const script = installScript(generation('1.9.10'));
    const noRole = bash(script);
    expect([noRole.status, noRole.stdout]).toEqual([
      1,
      expect.stringContaining('Atleast one role name must be specified'),
    ]);
    expect(bash(script, ['--help']).status).toBe(1);
    mkdirSync(join(root, 'opt/mesosphere'), { recursive: true });
    const again = bash(script, ['master']);
    expect([again.status, again.stdout]).toEqual([
      1,
      expect.stringContaining('Found an existing DC/OS installation.'),
    ]);
  });

  test('the status of the preflight is the number of checks that failed', () => {
    for (const name of ['docker', 'ipset', 'unzip', 'systemctl', 'getent', 'ping', 'systemd-notify', 'ss'])
      program(name, ':');
    program('docker', '[ "$1" != version ] || echo "1.5.0 20.10.1"');
    program('systemctl', 'echo "systemd 252 (252.39)"');
    program('ss', '[[ $* != *sport\\ =\\ :5051 ]] || echo taken');
    const ended = bash(installScript(generation('1.9.10')), ['master', 'slave']);
    const failures = ended.stdout.split('\n').filter((line) => line.includes('FAIL'));
    // Docker is too old, an agent's port is taken, and two roles are none.
    expect(failures).toHaveLength(3);
    expect(ended.status).toBe(3);
    expect(ended.stdout).toContain('Checking if port 5051 (required by mesos-agent) is in use: FAIL');
    expect(ended.stdout.trimEnd().endsWith('Please consult product documentation')).toBe(true);
  });
});
