// A real sshd for tests: on loopback addresses, with keys, settings and known_hosts of its own, gone when the test is done.

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** A running sshd, and the `ssh_config` of somebody who may log in. */
export interface TestSshd {
  readonly folder: string;
  readonly port: number;
  readonly configFile: string;
  readonly knownHosts: string;
  /** The public host key, as `known_hosts` has it after the name. */
  readonly hostKey: string;
  /** How many logins it has taken. */
  readonly logins: () => number;
  /** Cuts all connections, as a machine in between would: no goodbye, and what runs on the host runs on. */
  readonly cut: () => void;
  readonly end: () => Promise<void>;
}

const program = '/usr/sbin/sshd';

/** Why there can be none on this machine; null when there can. */
export const sshdMissing: string | null = existsSync(program)
  ? null
  : 'no sshd on this machine: apt-get install openssh-server';

/** Starts it. Its commands find programs of the test in `bin` of the folder first. */
export async function testSshd(addresses: readonly string[] = ['127.0.0.1']): Promise<TestSshd> {
  const folder = mkdtempSync(join(tmpdir(), 'succession-sshd-'));
  const file = (name: string): string => join(folder, name);
  mkdirSync(file('bin'));
  // Where systemd does not run nobody has made it; sshd as root refuses to start without it.
  if (userInfo().uid === 0 && !existsSync('/run/sshd')) mkdirSync('/run/sshd', { mode: 0o755 });
  for (const key of ['host_key', 'key'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', file(key)]);
  writeFileSync(file('authorized_keys'), readFileSync(file('key.pub')));
  const hostKey = readFileSync(file('host_key.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
  const port = await freePort(addresses[0] ?? '127.0.0.1');
  writeFileSync(file('known_hosts'), addresses.map((one) => `[${one}]:${port} ${hostKey}\n`).join(''));
  writeFileSync(
    file('sshd_config'),
    [
      ...addresses.map((one) => `ListenAddress ${one}:${port}`),
      `HostKey ${file('host_key')}`,
      `AuthorizedKeysFile ${file('authorized_keys')}`,
      'PidFile none',
      'StrictModes no',
      'PermitRootLogin prohibit-password',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'UsePAM no',
      'LogLevel VERBOSE',
      // Without a home nothing of this machine's own `.bashrc` has a say.
      `SetEnv HOME=${folder} PATH=${file('bin')}:/usr/local/bin:/usr/bin:/bin`,
      '',
    ].join('\n'),
  );
  writeFileSync(
    file('ssh_config'),
    `Host *
  Port ${port}
  IdentityFile ${file('key')}
  IdentitiesOnly yes
  UserKnownHostsFile ${file('known_hosts')}
  GlobalKnownHostsFile /dev/null
`,
  );
  chmodSync(file('ssh_config'), 0o600);
  const child = spawn(program, ['-D', '-e', '-f', file('sshd_config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk.toString('utf8');
  });
  while (!log.includes('Server listening')) {
    if (child.exitCode !== null) throw new Error(`sshd: ${log}`);
    await new Promise((wake) => setTimeout(wake, 10));
  }
  return {
    folder,
    port,
    configFile: file('ssh_config'),
    knownHosts: file('known_hosts'),
    hostKey,
    logins: () => log.split('Accepted publickey').length - 1,
    cut: () => cut(child),
    end: async () => {
      cut(child);
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The listener's children are the connections. */
function cut(listener: ChildProcess): void {
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
    try {
      const parent = /\) \S (\d+) /.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1];
      if (Number(parent) === listener.pid) process.kill(Number(name), 'SIGKILL');
    } catch {
      // It has just ended.
    }
  }
}

/** A port that nobody listens at. */
export async function freePort(address: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const bound = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  return bound.port;
}
