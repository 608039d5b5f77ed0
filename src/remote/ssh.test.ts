import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { freePort, sshdMissing, testSshd, type TestSshd } from '../../test/support/ssh-server.js';
import { quote } from './quote.js';
import type { SshSettings } from './ssh-arguments.js';
import { sshTransport } from './ssh.js';
import type { CommandResult, Transport } from './transport.js';

const host = '127.0.0.1';
const password = 'correct horse';
const patient = (): { timeoutMs: number; signal: AbortSignal } => ({
  timeoutMs: 20_000,
  signal: new AbortController().signal,
});

/** Stands in for `sudo -n` and `sudo -k -S -p ''`: asks three times, byte by byte, as the real one does. */
const fakeSudo = `#!/bin/sh
# A stand-in for sudo, which the test machine may lack.
echo "$*" >>"$(dirname "$0")/sudo.log"
if [ "$1" = -n ]; then shift 2; exec "$@"; fi
[ "$1 $2 $3 $4 $5" = "-k -S -p  --" ] || exit 64
shift 5
for try in 1 2 3; do
  IFS= read -r line || { echo 'sudo: no password was provided' >&2; exit 1; }
  echo asked >>"$(dirname "$0")/sudo.log"
  [ "$line" != '${password}' ] || exec "$@"
  echo 'Sorry, try again.' >&2
done
exit 1
`;

let sshd: TestSshd;
const opened: Transport[] = [];

function transportWith(settings: Partial<SshSettings> = {}): Transport {
  const transport = sshTransport({ configFile: sshd.configFile, sudo: 'none', ...settings });
  opened.push(transport);
  return transport;
}

/** The settings of somebody whose `ssh_config` differs by these lines, which come first and so win. */
function configWith(name: string, lines: string): Partial<SshSettings> {
  const configFile = join(sshd.folder, name);
  writeFileSync(configFile, `${lines}\n${readFileSync(sshd.configFile, 'utf8')}`, { mode: 0o600 });
  return { configFile };
}

function withPassword(given: string): Partial<SshSettings> {
  return { sudo: 'password', sudoPassword: () => Promise.resolve(given) };
}

function reasonOf(result: CommandResult): string {
  return result.kind === 'unknown' ? result.reason : '';
}

/** A command that runs until the file that it makes is gone: at the latest with the test's folder. */
function whileThereIs(path: string): string {
  return `touch ${quote(path)}; while [ -e ${quote(path)} ]; do sleep 0.05; done`;
}

async function untilExists(path: string): Promise<void> {
  while (!existsSync(path)) await new Promise((wake) => setTimeout(wake, 10));
}

function argumentsOfAll(): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    })
    .join('\n');
}

if (sshdMissing !== null) test.skip(`commands over SSH (${sshdMissing})`, () => undefined);

describe.skipIf(sshdMissing !== null)('ssh transport', () => {
  beforeAll(async () => {
    sshd = await testSshd([host]);
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((transport) => transport.close()));
  });
  afterAll(() => sshd.end());

  test('gives the status, both outputs, and the standard input to the command', async () => {
    const result = await transportWith().run(host, 'cat; echo oops >&2; exit 7', {
      ...patient(),
      stdin: 'grüße\n\n',
    });
    expect(result).toEqual({ kind: 'exited', status: 7, stdout: 'grüße\n\n', stderr: 'oops\n' });
  });

  test("a command's own status 255 is a status, and one that a signal ends has an unknown outcome", async () => {
    const transport = transportWith();
    const result = await transport.run(host, 'printf half >&2; exit 255', patient());
    expect(result).toEqual({ kind: 'exited', status: 255, stdout: '', stderr: 'half' });
    expect(await transport.run(host, 'kill -9 $$', patient())).toMatchObject({ kind: 'unknown' });
  });

  test('a script and an input of a megabyte each arrive whole; an input that nobody reads is no trouble', async () => {
    const transport = transportWith();
    const script = `wc -c\n: ${quote('#!"\\'.repeat(250_000))}\n`;
    const stdin = `it's\n`.repeat(200_000);
    const result = await transport.run(host, script, { ...patient(), stdin });
    expect(result).toMatchObject({ kind: 'exited', status: 0, stdout: '1000000\n' });
    expect(await transport.run(host, 'exit 3', { ...patient(), stdin })).toMatchObject({ status: 3 });
  });

  test('commands that start together share one connection', async () => {
    const before = sshd.logins();
    const transport = transportWith();
    const words = ['a', 'b', 'c', 'd', 'e'];
    const results = await Promise.all(words.map((word) => transport.run(host, `echo ${word}`, patient())));
    expect(results.map((result) => (result.kind === 'exited' ? result.stdout : result.reason))).toEqual(
      words.map((word) => `${word}\n`),
    );
    expect(sshd.logins()).toBe(before + 1);
  });

  test.each([
    ['unknown', () => '', /ssh-keyscan .*verify its fingerprint/],
    [
      'changed',
      () => `[${host}]:${sshd.port} ${readFileSync(join(sshd.folder, 'key.pub'), 'utf8')}`,
      /another host key/,
    ],
  ])('a host key that is %s is refused, and stays so', async (name, knownHosts, reason) => {
    const file = join(sshd.folder, `known-${name}`);
    writeFileSync(file, knownHosts());
    const transport = transportWith(configWith(`config-${name}`, `UserKnownHostsFile ${file}`));
    for (let time = 1; time <= 2; time += 1) {
      const result = await transport.run(host, 'true', patient());
      expect(result).toMatchObject({ kind: 'unknown', cause: 'host-key' });
      expect(reasonOf(result)).toMatch(reason);
    }
    expect(readFileSync(file, 'utf8')).toBe(knownHosts());
  });

  test('a key that the host does not take, a refused port and an unknown name are told apart', async () => {
    const stranger = join(sshd.folder, 'config-stranger');
    const config = readFileSync(sshd.configFile, 'utf8');
    writeFileSync(
      stranger,
      config.replace(/IdentityFile .*/, `IdentityFile ${join(sshd.folder, 'host_key')}`),
    );
    const wrong = await transportWith({ configFile: stranger }).run(host, 'true', patient());
    expect(wrong).toMatchObject({ kind: 'unknown', cause: 'authentication' });
    const refused = await transportWith({ port: await freePort(host) }).run(host, 'true', patient());
    expect(refused).toMatchObject({ kind: 'unknown', cause: 'unreachable' });
    expect(reasonOf(refused)).toContain('refuses');
    const nobody = await transportWith().run('nobody.invalid', 'true', patient());
    expect(nobody).toMatchObject({ kind: 'unknown', cause: 'unreachable' });
    expect(reasonOf(nobody)).toContain('resolved');
  });

  test('a connection that is cut leaves an unknown outcome, and the next command opens a new one', async () => {
    const transport = transportWith();
    const sign = join(sshd.folder, 'begun');
    const running = transport.run(host, whileThereIs(sign), patient());
    await untilExists(sign);
    sshd.cut();
    expect(await running).toMatchObject({ kind: 'unknown', cause: 'lost' });
    expect(await transport.run(host, 'echo again', patient())).toMatchObject({ stdout: 'again\n' });
    sshd.cut();
    expect(await transport.run(host, 'echo idle', patient())).toMatchObject({ stdout: 'idle\n' });
  });

  test('when time is up or the run is stopped the outcome is unknown', async () => {
    const transport = transportWith();
    await transport.run(host, 'true', patient());
    const slow = join(sshd.folder, 'slow');
    const result = await transport.run(host, whileThereIs(slow), { ...patient(), timeoutMs: 300 });
    expect(result).toMatchObject({ kind: 'unknown', cause: 'timeout' });
    const controller = new AbortController();
    const sign = join(sshd.folder, 'stopped');
    const running = transport.run(host, whileThereIs(sign), {
      ...patient(),
      signal: controller.signal,
    });
    await untilExists(sign);
    controller.abort();
    expect(await running).toMatchObject({ kind: 'unknown', cause: 'stopped' });
  });
});

describe.skipIf(sshdMissing !== null)('ssh transport with sudo', () => {
  let log: string;

  beforeAll(async () => {
    sshd = await testSshd([host]);
    writeFileSync(join(sshd.folder, 'bin', 'sudo'), fakeSudo, { mode: 0o755 });
    log = join(sshd.folder, 'bin', 'sudo.log');
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((transport) => transport.close()));
    writeFileSync(log, '');
  });
  afterAll(() => sshd.end());

  test('the password goes first on the standard input, and stands in no arguments', async () => {
    const transport = transportWith(withPassword(password));
    const sign = join(sshd.folder, 'root');
    const secret = 'hunter2-of-the-file';
    const running = transport.run(host, `cat; ${whileThereIs(sign)}`, { ...patient(), stdin: secret });
    await untilExists(sign);
    const all = argumentsOfAll();
    expect(all).toContain('succession_c');
    for (const hidden of [password, secret, Buffer.from(secret).toString('base64')])
      expect(all).not.toContain(hidden);
    rmSync(sign);
    expect(await running).toEqual({ kind: 'exited', status: 0, stdout: secret, stderr: '' });
  });

  test('a wrong password is tried once, and reported as such', async () => {
    const transport = transportWith(withPassword('wrong'));
    const two = await Promise.all([1, 2].map(() => transport.run(host, 'true', patient())));
    for (const result of two) expect(result).toMatchObject({ kind: 'unknown', cause: 'sudo' });
    expect(JSON.stringify(two)).not.toContain('wrong');
    expect(readFileSync(log, 'utf8').match(/asked/g)).toHaveLength(1);
  });

  test('no password is needed, or none can be had', async () => {
    const free = await transportWith({ sudo: 'passwordless' }).run(host, 'echo root', patient());
    expect(free).toMatchObject({ kind: 'exited', stdout: 'root\n' });
    const none = transportWith({
      sudo: 'password',
      sudoPassword: () => Promise.reject(new Error('no file')),
    });
    expect(await none.run(host, 'true', patient())).toMatchObject({
      kind: 'unknown',
      cause: 'sudo',
      reason: 'no password for sudo: no file',
    });
  });
});
