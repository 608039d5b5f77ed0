// How a program on this machine is run to its end, or until time is up: `/bin/sh` for local hosts, `ssh` for others.

import { spawn } from 'node:child_process';
import type { CommandOptions, UnknownCause } from './transport.js';

/** A program that prints more than this is ended: nothing that we ask for comes near. */
const outputLimitBytes = 16 * 1024 * 1024;

/** What is run, and what it gets. */
export interface ProgramRun extends CommandOptions {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
  /** Holds `stdin` back until the standard output shows `until`; `first` is sent before, at once. */
  readonly heldBack?: { readonly first: string; readonly until: string };
}

/** How it ended, with all that it printed until then. */
export type ProgramEnd =
  | { readonly kind: 'exited'; readonly status: number; readonly stdout: string; readonly stderr: string }
  | {
      readonly kind: 'unknown';
      readonly reason: string;
      readonly cause?: UnknownCause;
      readonly stdout: string;
      readonly stderr: string;
    };

/**
 * Runs the program in a process group of its own, which is killed whole when time is up; so Ctrl-C in our terminal does
 * not reach it either. What it puts into another session (a daemon) lives on. Never throws.
 */
export function runProgram(run: ProgramRun): Promise<ProgramEnd> {
  const { program, signal, timeoutMs, heldBack } = run;
  if (signal.aborted) return Promise.resolve(unknown('stopped before it was run', 'stopped'));
  return new Promise((resolve) => {
    const child = spawn(program, run.args, {
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: run.environment ?? process.env,
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let bytes = 0;
    let held = heldBack !== undefined;

    const printed = (): { stdout: string; stderr: string } => ({
      stdout: Buffer.concat(stdout).toString('utf8'),
      stderr: Buffer.concat(stderr).toString('utf8'),
    });
    const killGroup = (): void => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // The group is gone: that is what was wanted.
      }
    };
    const settle = (end: ProgramEnd): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(end);
    };
    const giveUp = (reason: string, cause?: UnknownCause): void => {
      killGroup();
      child.stdout.destroy();
      child.stderr.destroy();
      settle({ ...unknown(reason, cause), ...printed() });
    };
    const onAbort = (): void => giveUp('stopped while it ran', 'stopped');
    const timer = setTimeout(() => giveUp(`no answer within ${timeoutMs} ms`, 'timeout'), timeoutMs);
    signal.addEventListener('abort', onAbort, { once: true });

    const collect = (chunks: Buffer[]) => (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > outputLimitBytes) giveUp(`printed more than ${outputLimitBytes} bytes`);
      else chunks.push(chunk);
    };
    child.stdout.on('data', collect(stdout));
    child.stderr.on('data', collect(stderr));
    // A program may end without reading its input; then the pipe breaks, which says nothing of its outcome.
    child.stdin.on('error', () => undefined);
    if (heldBack === undefined) child.stdin.end(run.stdin ?? '');
    else {
      child.stdin.write(heldBack.first);
      child.stdout.on('data', () => {
        if (!held || !printed().stdout.includes(heldBack.until)) return;
        held = false;
        child.stdin.end(run.stdin ?? '');
      });
    }
    child.on('error', (error) => settle(unknown(`${program} did not start: ${error.message}`)));
    child.on('close', (status, killedBy) => {
      settle(
        status === null
          ? { ...unknown(`ended by ${killedBy ?? 'a signal'}`), ...printed() }
          : { kind: 'exited', status, ...printed() },
      );
    });
  });
}

function unknown(reason: string, cause?: UnknownCause): ProgramEnd & { readonly kind: 'unknown' } {
  return { kind: 'unknown', reason, ...(cause === undefined ? {} : { cause }), stdout: '', stderr: '' };
}
