import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { localTransport } from './local.js';
import { quote } from './quote.js';

const transport = localTransport();
const patient = (): { timeoutMs: number; signal: AbortSignal } => ({
  timeoutMs: 20_000,
  signal: new AbortController().signal,
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'succession-local-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Waits until the process is gone, or a zombie that only waits to be reaped. */
async function untilGone(pid: number): Promise<void> {
  for (;;) {
    if (!existsSync(`/proc/${pid}/stat`)) return;
    if (/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Waits until the file holds a process id. */
async function pidIn(path: string): Promise<number> {
  for (;;) {
    const text = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
    if (text !== '') return Number(text);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('local transport', () => {
  test('gives the status, both outputs, and the standard input to the command', async () => {
    const result = await transport.run('any', 'cat; echo oops >&2; exit 7', {
      ...patient(),
      stdin: 'grüße\n',
    });
    expect(result).toEqual({ kind: 'exited', status: 7, stdout: 'grüße\n', stderr: 'oops\n' });
  });

  test('a command that ignores a large input still ends with its own status', async () => {
    const result = await transport.run('any', 'exit 3', { ...patient(), stdin: 'x'.repeat(1_000_000) });
    expect(result).toMatchObject({ kind: 'exited', status: 3 });
  });

  test('after the time limit the outcome is unknown and nothing of the group is left', async () => {
    const pidFile = join(folder, 'pid');
    const command = `sleep 1000 & echo $! >${quote(pidFile)}; wait`;
    const result = await transport.run('any', command, { ...patient(), timeoutMs: 500 });
    expect(result).toEqual({ kind: 'unknown', reason: 'no answer within 500 ms', cause: 'timeout' });
    await untilGone(await pidIn(pidFile));
  });

  test('when stopped the outcome is unknown and nothing of the group is left', async () => {
    const pidFile = join(folder, 'pid');
    const controller = new AbortController();
    const running = transport.run('any', `echo $$ >${quote(pidFile)}; sleep 1000; true`, {
      ...patient(),
      signal: controller.signal,
    });
    const pid = await pidIn(pidFile);
    controller.abort();
    expect(await running).toEqual({ kind: 'unknown', reason: 'stopped while it ran', cause: 'stopped' });
    await untilGone(pid);
  });

  test('a command that a signal ended has an unknown outcome', async () => {
    const result = await transport.run('any', 'kill -9 $$', patient());
    expect(result).toEqual({ kind: 'unknown', reason: 'ended by SIGKILL' });
  });
});
