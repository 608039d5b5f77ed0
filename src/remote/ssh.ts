// How a command runs on a host that the system's OpenSSH reaches.

import { randomBytes } from 'node:crypto';
import { runProgram } from './run-program.js';
import { commandArguments, sshEnvironment, type SshSettings } from './ssh-arguments.js';
import { envelope, openEnvelope } from './ssh-command.js';
import { sshMasters } from './ssh-masters.js';
import { explainTrouble, lastLines, type SshTrouble } from './ssh-outcome.js';
import { sudoLines, type SudoLine } from './sudo-password.js';
import type { CommandOptions, CommandResult, Transport } from './transport.js';

/** `no-connection`: the connection that was to be used is none any more; nothing was run. */
type Attempt = CommandResult | { readonly kind: 'no-connection'; readonly stderr: string };

/**
 * Commands over SSH, by the `ssh` of this machine: the operator's `ssh_config`, agent, jump hosts and `known_hosts` hold.
 * Host keys are always checked, nothing ever asks. Close it when done; should we be killed, its connections end within
 * a minute.
 *
 * @example sshTransport({ user: 'centos', sudo: 'passwordless' })
 */
export function sshTransport(settings: SshSettings): Transport {
  const masters = sshMasters(settings);
  const lines = sudoLines(settings);

  const attempt = async (
    host: string,
    socket: string,
    command: string,
    options: CommandOptions,
  ): Promise<Attempt> => {
    const started = Date.now();
    const line = await inTime<SudoLine>(lines.lineFor(host, socket), options);
    if (line.kind !== 'line') return line;
    const timeoutMs = Math.max(1, options.timeoutMs - (Date.now() - started));
    return send(settings, host, socket, line.text, command, { ...options, timeoutMs });
  };

  const run = async (host: string, command: string, options: CommandOptions): Promise<CommandResult> => {
    const until = Date.now() + options.timeoutMs;
    const left = (): CommandOptions => ({ ...options, timeoutMs: Math.max(1, until - Date.now()) });
    const master = await inTime(masters.open(host), options);
    if (master.kind !== 'open') return master;
    const first = await attempt(host, master.socket, command, left());
    if (first.kind !== 'no-connection') return first;
    // It may have died unseen. Since nothing was run over it, a second try is no repetition.
    const again = await inTime(masters.reopen(host), left());
    if (again === null) return explainTrouble(host, settings.port, first.stderr);
    if (again.kind !== 'open') return again;
    const second = await attempt(host, again.socket, command, left());
    return second.kind === 'no-connection' ? explainTrouble(host, settings.port, second.stderr) : second;
  };

  return {
    run: (host, command, options) =>
      options.signal.aborted
        ? Promise.resolve({ kind: 'unknown', reason: 'stopped before it was run', cause: 'stopped' })
        : run(host, command, options),
    close: () => masters.close(),
  };
}

/** Sends the command over the connection, and its input once the other side is ready: before that nothing can run. */
async function send(
  settings: SshSettings,
  host: string,
  socket: string,
  sudoLine: string,
  command: string,
  options: CommandOptions,
): Promise<Attempt> {
  const mark = `succession-${randomBytes(8).toString('hex')}`;
  const sealed = envelope(settings.sudo, mark, command, options.stdin ?? '');
  const end = await runProgram({
    program: 'ssh',
    args: commandArguments(settings, host, socket, sealed.command),
    environment: sshEnvironment(),
    heldBack: { first: sudoLine, until: mark },
    stdin: sealed.payload,
    timeoutMs: options.timeoutMs,
    signal: options.signal,
  });
  const opened = openEnvelope(mark, end.stdout, end.stderr);
  if (opened.kind === 'ended') {
    const { status, stdout, stderr } = opened;
    return { kind: 'exited', status, stdout, stderr };
  }
  if (end.kind === 'unknown') {
    const { kind, reason, cause } = end;
    return { kind, reason, ...(cause === undefined ? {} : { cause }) };
  }
  if (opened.kind === 'waiting') {
    return end.status === 255
      ? { kind: 'no-connection', stderr: end.stderr }
      : refused(settings, host, end.status, end.stderr + end.stdout);
  }
  return end.status === 255
    ? { kind: 'unknown', cause: 'lost', reason: `the connection to ${host} broke while the command ran` }
    : { kind: 'unknown', reason: `the command on ${host} was cut short: ${lastLines(end.stderr)}` };
}

/** The host let us in, and then ran something else than our command. */
function refused(settings: SshSettings, host: string, status: number, output: string): SshTrouble {
  const said = `status ${status}: ${lastLines(output)}`;
  if (settings.sudo !== 'none')
    return { kind: 'unknown', cause: 'sudo', reason: `sudo on ${host} refused (${said})` };
  const reason = `the account on ${host} lets nobody run commands (${said})`;
  return { kind: 'unknown', cause: 'authentication', reason };
}

/** What came, or that time was up or we were stopped before it came. What was begun goes on for the others who wait. */
function inTime<Value>(work: Promise<Value>, options: CommandOptions): Promise<Value | SshTrouble> {
  return new Promise((resolve, reject) => {
    const settle = (trouble: SshTrouble): void => {
      release();
      resolve(trouble);
    };
    const onAbort = (): void =>
      settle({ kind: 'unknown', reason: 'stopped before it was run', cause: 'stopped' });
    const onTime = (): void => {
      const reason = `no connection within ${options.timeoutMs} ms`;
      settle({ kind: 'unknown', reason, cause: 'timeout' });
    };
    const release = (): void => {
      clearTimeout(timer);
      options.signal.removeEventListener('abort', onAbort);
    };
    const timer = setTimeout(onTime, options.timeoutMs);
    options.signal.addEventListener('abort', onAbort, { once: true });
    if (options.signal.aborted) onAbort();
    work.then(resolve, reject).finally(release);
  });
}
