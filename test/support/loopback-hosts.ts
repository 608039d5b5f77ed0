// How does a test get hosts of DC/OS on loopback addresses, and rid of what runs there?

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { findDistribution, thisMachine } from '../../src/lab/zookeeper-distribution.js';

const programs = fileURLToPath(new URL('../../dist/lab/dcos-host/', import.meta.url));
const javaLimitMs = 40_000;

/** A folder for each host, and the programs that run there. */
export interface LoopbackHosts {
  readonly root: (address: string) => string;
  /** Starts `<program>.js` on a host; its standard output and error go to `<program>.log` of the host's folder. */
  start(address: string, program: string, environment?: Readonly<Record<string, string>>): ChildProcess;
  /** SIGTERM; resolves when the process is gone. */
  stop(address: string, program: string): Promise<void>;
  running(address: string, program: string): boolean;
  stopAll(): Promise<void>;
}

/** What a host is, beside its address. */
export interface HostOrder {
  readonly address: string;
  readonly role: 'master' | 'private-agent';
  readonly timing: Readonly<Record<string, number>>;
}

/** Folders with what the programs read; ZooKeeper 3.4.8, so DC/OS 1.9.10. */
export async function loopbackHosts(
  orders: readonly HostOrder[],
  files: Readonly<Record<string, string>>,
): Promise<LoopbackHosts> {
  const found = await findDistribution('3.4.8', thisMachine());
  if (found.kind === 'missing') throw new Error(`${found.what}: ${found.remedy}`);
  const jars = dirname(found.distribution.classPath.split(':')[0] ?? '');
  const folder = mkdtempSync(join(tmpdir(), 'succession-dcos-host-'));
  const running = new Map<string, ChildProcess>();
  const killAll = (): void => running.forEach((child) => child.kill('SIGKILL'));
  process.once('exit', killAll);
  const root = (address: string): string => join(folder, address);
  for (const order of orders) prepare(root(order.address), order, files, jars);

  return {
    root,
    start: (address, program, environment = {}) => {
      const log = join(root(address), `${program}.log`);
      const place = ['--root', root(address), '--local', address];
      const command = ['exec "$0" "$@" >>"$LOG" 2>&1'];
      const child = spawn(
        '/bin/sh',
        ['-c', ...command, process.execPath, join(programs, `${program}.js`), ...place],
        {
          env: { ...process.env, ...environment, LOG: log },
          stdio: 'ignore',
        },
      );
      running.set(`${address} ${program}`, child);
      return child;
    },
    stop: async (address, program) => {
      const child = running.get(`${address} ${program}`);
      if (child !== undefined) await end(child, 'SIGTERM');
    },
    running: (address, program) => {
      const child = running.get(`${address} ${program}`);
      return child !== undefined && child.exitCode === null && child.signalCode === null;
    },
    stopAll: async () => {
      await Promise.all([...running.values()].map((child) => end(child, 'SIGTERM')));
      process.removeListener('exit', killAll);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

function prepare(
  root: string,
  { address, role, timing }: HostOrder,
  files: Readonly<Record<string, string>>,
  jars: string,
): void {
  const host = { address, role, dcos: '1.9.10', variant: 'enterprise', security: 'permissive', timing };
  const all = {
    ...files,
    'etc/succession-lab/host.json': JSON.stringify(host),
    'opt/mesosphere/bin/detect_ip': `#!/bin/sh\necho ${address}\n`,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text, { mode: 0o755 });
  }
  mkdirSync(join(root, 'usr/lib/zookeeper'), { recursive: true });
  symlinkSync(jars, join(root, 'usr/lib/zookeeper/3.4.8'));
}

/** Asks a program of a host; the status is 0 when it does not answer. */
export function get(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve) => {
    const call = request(url, { agent: false, headers }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString('utf8');
      });
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    call.once('error', () => resolve({ status: 0, body: '' }));
    call.end();
  });
}

/** Looks again and again until what is seen matches; fails with what was seen last. */
export async function eventually(
  look: () => Promise<unknown>,
  wanted: unknown,
  limitMs = javaLimitMs,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const seen = await look();
    try {
      if (typeof wanted === 'object') expect(seen).toMatchObject(wanted as object);
      else expect(seen).toBe(wanted);
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await sleep(200);
  }
}

/** A host's file. */
export function textAt(hosts: LoopbackHosts, address: string, path: string): string {
  return readFileSync(join(hosts.root(address), path), 'utf8');
}
