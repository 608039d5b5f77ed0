// A lab of hosts through the real command line: what a person does with one, and what is left of it.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { controlGroups } from '../../src/lab/hosts/control-groups.js';
import { liveKeeper } from '../../src/lab/hosts/hosts-files.js';
import { whyNoHosts } from '../../src/lab/hosts/why-no-hosts.js';
import { run } from '../support/command.js';
import type { CommandEnd } from '../support/command.js';

const lacking = whyNoHosts();
const [bootstrap, one, other] = ['172.31.16.198', '172.31.16.60', '172.31.18.152'] as const;
const file = `schema: succession.hosts-lab/1
name: small
dcos: { version: '1.9.10', variant: open }
bootstrap: ${bootstrap}
masters: [${one}]
spares: [${other}]
dns: { names: [masters.small.example] }
`;

let home = '';
let folder = '';
const lab = (...args: readonly string[]): Promise<CommandEnd> => run(home, 'lab', ...args);
const up = (): Promise<CommandEnd> => lab('up', '--bare', '--hosts', join(home, 'lab.yaml'));
const inside = (...command: readonly string[]): Promise<CommandEnd> => lab('run', '--', ...command);
const ssh = (...words: readonly string[]): Promise<CommandEnd> =>
  inside('ssh', '-F', join(folder, 'ssh_config'), '-o', 'ConnectTimeout=2', ...words);

async function done(end: Promise<CommandEnd>): Promise<string> {
  const { status, out, err } = await end;
  expect(status, err).toBe(0);
  return out.trim();
}

/** The lab's control groups, with which its processes are told from those of other labs. */
function groups(): readonly string[] {
  return controlGroups(folder, one).map((group) => dirname(group));
}

/** What a lab could leave on the machine: processes, mounts and loop devices. */
function traces(): readonly string[] {
  const [group = ''] = groups();
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const ours = readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(basename(group));
        return ours || command.includes(folder) ? [command] : [];
      } catch {
        return [];
      }
    });
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  const loops = execFileSync('losetup', ['--all'], { encoding: 'utf8' }).split('\n');
  return [...processes, ...[...mounts, ...loops].filter((line) => line.includes(folder))];
}

async function untilNoTrace(): Promise<void> {
  await expect.poll(traces, { timeout: 20_000 }).toEqual([]);
}

describe.skipIf(lacking !== null)(`a lab of hosts${lacking === null ? '' : ` (${lacking.reason})`}`, () => {
  const interfaces = JSON.stringify(networkInterfaces());

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'succession-hosts-'));
    folder = join(home, 'labs', 'default');
    writeFileSync(join(home, 'lab.yaml'), file);
    await done(up());
  }, 900_000);

  afterAll(async () => {
    await lab('down');
    rmSync(home, { recursive: true, force: true });
  });

  test('hosts boot with systemd, ssh, sudo, Docker and names, and nobody else notices', async () => {
    expect(await done(ssh(one, 'hostname; id -un; sudo -n id -un; cat /proc/1/comm'))).toBe(
      'ip-172-31-16-60\ncore\nroot\nsystemd',
    );
    expect(await done(ssh(one, 'node -p 1+1; getent hosts masters.small.example'))).toMatch(
      /^2\n172\.31\.16\.60 /,
    );
    expect(await done(ssh('-l', 'root', one, 'docker ps --quiet && systemctl is-active docker'))).toBe(
      'active',
    );
    const refused = await ssh('-l', 'ops', one, 'sudo -n true');
    expect(refused.status).toBe(1);
    expect(await done(ssh('-l', 'ops', one, 'echo correct horse | sudo -S id -un 2>/dev/null'))).toBe('root');
    expect(JSON.stringify(networkInterfaces())).toBe(interfaces);
    expect(await inside('false')).toMatchObject({ status: 1 });
  });

  test('a disk survives a pulled plug, a reboot and a stop; a wipe takes it and may bring another host key', async () => {
    await done(ssh(one, 'sudo sh -c "echo kept > /opt/kept && sync"'));
    await done(lab('kill', one));
    expect(await ssh(one, 'true')).toMatchObject({ status: 255 });
    await done(lab('start', one));
    await done(lab('reboot', one));
    expect(await done(ssh(one, 'cat /opt/kept'))).toBe('kept');
    await done(lab('stop', one));
    await done(lab('start', one));
    expect(await done(ssh(one, 'cat /opt/kept'))).toBe('kept');
    await done(lab('wipe', one));
    await done(lab('start', one));
    expect(await done(ssh(one, 'ls /opt'))).not.toContain('kept');
    await done(lab('wipe', one, '--new-host-key'));
    await done(lab('start', one));
    const stranger = await ssh(one, 'true');
    expect(stranger).toMatchObject({ status: 255 });
    expect(stranger.err).toContain('REMOTE HOST IDENTIFICATION HAS CHANGED');
  });

  test('networks, clocks and disks are hurt and healed', async () => {
    const ping = (from: string, to: string): Promise<CommandEnd> => ssh(from, `ping -c 1 -W 1 ${to}`);
    await done(lab('partition', other, '--from', bootstrap));
    expect(await ping(other, bootstrap)).toMatchObject({ status: 1 });
    await done(ssh(other, 'true'));
    await done(lab('partition', other));
    expect(await ssh(other, 'true')).toMatchObject({ status: 255 });
    expect(await done(lab('status'))).toContain('cut off from all');
    await done(lab('heal', other));
    await done(ping(other, bootstrap));
    await done(lab('slow', other, '--delay', '150ms'));
    const [, slow = '0'] = /time=([\d.]+)/.exec(await done(ping(bootstrap, other))) ?? [];
    expect(Number(slow)).toBeGreaterThanOrEqual(300);
    await done(lab('heal', other));
    await done(lab('clock-skew', other, '--by', '-3600'));
    const clock = Number(await done(ssh(other, 'date +%s')));
    expect(Math.abs(Date.now() / 1000 - 3600 - clock)).toBeLessThan(60);
    await done(lab('fill-disk', other));
    const full = await ssh(other, 'sudo dd if=/dev/zero of=/opt/more bs=1M count=1');
    expect(full.err).toContain('No space left on device');
    await done(lab('heal', other));
    await done(ssh(other, 'sudo dd if=/dev/zero of=/opt/more bs=1M count=1'));
  });

  test('the lab ends with its keeper, however that ends, and leaves nothing', async () => {
    const keeper = await liveKeeper(folder);
    expect(traces().length).toBeGreaterThan(3);
    process.kill(keeper?.pid ?? 0, 'SIGKILL');
    await untilNoTrace();
    expect((await lab('status')).status).toBe(5);
    await done(lab('down'));
    expect(existsSync(folder)).toBe(false);
    await done(up());
    await done(ssh(one, 'true'));
    await done(lab('down'));
    expect(groups().filter((group) => existsSync(group))).toEqual([]);
    await untilNoTrace();
    expect(existsSync(folder)).toBe(false);
    expect(JSON.stringify(networkInterfaces())).toBe(interfaces);
  });
});
