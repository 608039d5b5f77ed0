// How a command is run inside a lab's network, where the hosts are reached and nothing else is.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { text } from 'node:stream/consumers';
import type { Address } from '../../model/ensemble.js';
import { liveKeeper, sshConfigPath } from './hosts-files.js';

/** The words in front of a command that make it run there; null when the lab is down. */
async function labPrefix(directory: string): Promise<readonly string[] | null> {
  const card = await liveKeeper(directory);
  return card === null ? null : ['nsenter', `--net=/proc/${card.pid}/ns/net`, '--'];
}

/**
 * Runs it with our own standard streams, and resolves to its exit status (128 and the number for a signal). Null when
 * the lab is down.
 */
export async function runInLab(directory: string, command: readonly string[]): Promise<number | null> {
  const prefix = await labPrefix(directory);
  if (prefix === null) return null;
  const [program = '', ...args] = [...prefix, ...command];
  const child = spawn(program, args, { stdio: 'inherit' });
  const pass = (): void => void child.kill('SIGTERM');
  process.on('SIGTERM', pass).on('SIGINT', ignore);
  try {
    return await statusOf(child);
  } finally {
    process.off('SIGTERM', pass).off('SIGINT', ignore);
  }
}

/** A terminal tells the command of Ctrl-C itself, and the command may choose to go on. */
function ignore(): void {
  return undefined;
}

/** How a command on a host ended. */
export interface HostAnswer {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a shell command as root on a host, over ssh. Throws when the lab is down. */
export async function onHost(
  directory: string,
  host: Address,
  command: string,
  stdin = '',
): Promise<HostAnswer> {
  const prefix = await labPrefix(directory);
  if (prefix === null) throw new Error(`the lab in ${directory} is down`);
  const [program = '', ...args] = prefix;
  const ssh = ['ssh', '-F', sshConfigPath(directory), '-o', 'BatchMode=yes', '-l', 'root', host, command];
  const child = spawn(program, [...args, ...ssh], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  const [stdout, stderr, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    statusOf(child),
  ]);
  return { status, stdout, stderr };
}

function statusOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status, signal) =>
      resolve(status ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  });
}
