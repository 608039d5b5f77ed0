// How a deed is done on a host so that it outlives the connection, is found again after a crash, and is done once.

import { activeUnitsScript, awaitScript, forgetScript, startScript, stateRoot } from './detached-scripts.js';
import type { CommandResult, Transport } from './transport.js';
import { pause } from './pause.js';

/** A deed. */
export interface DetachedOrder {
  /** See {@link detachedUnit}. What has run under this name is not run again, but its end told. */
  readonly unit: string;
  /** Run by the host's `/bin/sh` as a systemd unit. Daemons are to be started through systemd. */
  readonly script: string;
  /** Kept on the host, for root alone, until the script has ended. */
  readonly stdin?: string;
  /** ms for the whole of it; afterwards it goes on, and its outcome is unknown. */
  readonly timeoutMs: number;
  /** ms that one question waits on the host for the end; 10 000 when left out. */
  readonly pollMs?: number;
  readonly signal: AbortSignal;
  /** Gets the last line of the script's output, whenever it is another one, and why the host can't be asked. */
  readonly say?: (line: string) => void;
  /** Where the host keeps it: `/var/lib/succession`, but in tests. */
  readonly root?: string;
}

/**
 * How a deed ended; of each output the last 64 KiB. `cut-off`: it was begun and runs no more, and left no status: the
 * host was rebooted in the middle, say. `unknown`: it may still run.
 */
export type DetachedResult =
  | { readonly kind: 'exited'; readonly status: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'cut-off'; readonly reason: string; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** What a host said. */
type Answer =
  | { readonly kind: 'ended'; readonly status: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'running' | 'cut-off'; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'absent' | 'not-begun' }
  | { readonly kind: 'silent'; readonly reason: string; readonly final: boolean };

/** The name of a deed: `succession-<run>-<step>-<kind>`. */
export function detachedUnit(run: string, step: string, kind: string): string {
  return ['succession', run, step, kind].map((part) => part.replaceAll(/[^A-Za-z0-9._]/g, '.')).join('-');
}

/**
 * Starts the deed, or finds it where it was started before, and waits for its end; while the host can't be asked, too.
 * Never throws for what the host does; RangeError for a name that is no unit's.
 */
export async function runDetached(
  transport: Transport,
  host: string,
  order: DetachedOrder,
): Promise<DetachedResult> {
  const { unit, script, stdin = '', timeoutMs, pollMs = 10_000, signal, say, root = stateRoot } = order;
  checkUnit(unit);
  const until = Date.now() + timeoutMs;
  const starting = `${base64(script)}\n${base64(stdin)}\n`;
  let found = false;
  let said = '';
  const tell = (line: string): void => {
    if (line === said || line === '') return;
    said = line;
    say?.(line);
  };
  for (;;) {
    const leftMs = until - Date.now();
    if (signal.aborted) return { kind: 'unknown', reason: `stopped while ${unit} ran on ${host}` };
    if (leftMs <= 0) return { kind: 'unknown', reason: ended(unit, host, timeoutMs, said) };
    const waitMs = Math.min(pollMs, leftMs);
    const command = found ? awaitScript(root, unit, waitMs) : startScript(root, unit, waitMs);
    const options = { timeoutMs: waitMs + 30_000, signal, ...(found ? {} : { stdin: starting }) };
    const answer = answerOf(await transport.run(host, command, options));
    switch (answer.kind) {
      case 'ended':
        return {
          kind: 'exited',
          status: answer.status,
          stdout: answer.stdout,
          stderr: answer.stderr,
        };
      case 'cut-off': {
        const reason = `${unit} on ${host} was cut off: it runs no more, and has left no status`;
        return { kind: 'cut-off', reason, stdout: answer.stdout, stderr: answer.stderr };
      }
      case 'running':
        found = true;
        tell(lastLine(answer.stdout));
        break;
      case 'absent':
      case 'not-begun':
        // Started anew, unless it had been there: then somebody took it away, and nobody knows what came of it.
        if (found) return { kind: 'unknown', reason: `what ${unit} left on ${host} is gone` };
        await pause(200, signal);
        break;
      case 'silent':
        if (answer.final && !found) return { kind: 'unknown', reason: answer.reason };
        tell(answer.reason);
        await pause(1_000, signal);
        break;
    }
  }
}

/** The deeds that run on a host, by name. */
export async function activeUnits(
  transport: Transport,
  host: string,
  signal: AbortSignal,
): Promise<
  | { readonly kind: 'known'; readonly units: readonly string[] }
  | { readonly kind: 'unknown'; readonly reason: string }
> {
  const result = await transport.run(host, activeUnitsScript, { timeoutMs: 20_000, signal });
  if (result.kind === 'unknown') return { kind: 'unknown', reason: result.reason };
  if (result.status !== 0) return { kind: 'unknown', reason: result.stderr.trim().slice(-500) };
  const units = result.stdout.split('\n').map((line) => line.replace(/\.service$/, ''));
  return { kind: 'known', units: units.filter((unit) => unit !== '') };
}

/** Removes what a deed left on a host; not while it runs. Harmless when there is nothing. */
export async function forgetDetached(
  transport: Transport,
  host: string,
  unit: string,
  signal: AbortSignal,
  root: string = stateRoot,
): Promise<{ readonly kind: 'gone' | 'running' } | { readonly kind: 'unknown'; readonly reason: string }> {
  checkUnit(unit);
  const result = await transport.run(host, forgetScript(root, unit), { timeoutMs: 120_000, signal });
  if (result.kind === 'unknown') return { kind: 'unknown', reason: result.reason };
  const state = valueOf(result.stdout, 'state');
  if (result.status === 0 && (state === 'gone' || state === 'running')) return { kind: state };
  return { kind: 'unknown', reason: valueOf(result.stdout, 'detail') || result.stderr.trim().slice(-500) };
}

/** `final`: asking again would change nothing. */
function answerOf(result: CommandResult): Answer {
  if (result.kind === 'unknown') {
    const { cause, reason } = result;
    const final = cause === 'host-key' || cause === 'authentication' || cause === 'sudo';
    return { kind: 'silent', reason, final };
  }
  const text = (key: string): string => Buffer.from(valueOf(result.stdout, key), 'base64').toString('utf8');
  const [stdout, stderr] = [text('stdout'), text('stderr')];
  const state = valueOf(result.stdout, 'state');
  const status = valueOf(result.stdout, 'status');
  if (state === 'ended' && /^\d+$/.test(status))
    return { kind: 'ended', status: Number(status), stdout, stderr };
  if (state === 'running' || state === 'cut-off') return { kind: state, stdout, stderr };
  if (state === 'absent' || state === 'not-begun') return { kind: state };
  const detail = valueOf(result.stdout, 'detail') || result.stderr.trim().slice(-500);
  return { kind: 'silent', reason: `status ${result.status}: ${detail}`, final: true };
}

function valueOf(output: string, key: string): string {
  const line = output.split('\n').find((candidate) => candidate.startsWith(`${key}=`));
  return line?.slice(key.length + 1) ?? '';
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}

function ended(unit: string, host: string, timeoutMs: number, said: string): string {
  const last = said === '' ? '' : `; last it said: ${said}`;
  return `${unit} on ${host} has not ended within ${timeoutMs} ms${last}`;
}

function checkUnit(unit: string): void {
  if (!/^succession-[A-Za-z0-9._-]{1,200}$/.test(unit)) throw new RangeError(`no name of a unit: '${unit}'`);
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
