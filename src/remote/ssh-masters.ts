// The connections to hosts: one for each, opened once however many ask, and ended when we are done.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './run-program.js';
import {
  controlArguments,
  defaultConnectTimeoutMs,
  masterArguments,
  sshEnvironment,
  type SshSettings,
} from './ssh-arguments.js';
import { explainTrouble, type SshTrouble } from './ssh-outcome.js';

/** ms beyond the connect timeout for the host to take our key. */
const authenticationMs = 15_000;

/** An open connection, by its socket, or why there is none. */
export type Master = { readonly kind: 'open'; readonly socket: string } | SshTrouble;

/** The connections of one transport. */
export interface SshMasters {
  /** Opens the connection unless it is open. Never throws. */
  open(host: string): Promise<Master>;
  /** As `open`, after a command could not be begun: tries whether the connection lives. Null when it does. */
  reopen(host: string): Promise<Master | null>;
  /** Ends all connections and removes the sockets' folder. */
  close(): Promise<void>;
}

/** No connection is opened before it is asked for. */
export function sshMasters(settings: SshSettings): SshMasters {
  const places = new Map<string, number>();
  const openings = new Map<string, Promise<Master>>();
  const closing = new AbortController();
  let folder: string | null = null;

  const socketOf = (host: string): string => {
    folder ??= privateFolder();
    const place = places.get(host) ?? places.size;
    places.set(host, place);
    return join(folder, `c${place}`);
  };
  const opening = (host: string, socket: string): Promise<Master> => {
    const begun = openings.get(host);
    if (begun !== undefined) return begun;
    const fresh = connect(settings, host, socket, closing.signal).finally(() => openings.delete(host));
    openings.set(host, fresh);
    return fresh;
  };
  const control = (host: string, order: 'check' | 'exit'): ReturnType<typeof runProgram> =>
    runProgram({
      program: 'ssh',
      args: controlArguments(settings, host, socketOf(host), order),
      environment: sshEnvironment(),
      timeoutMs: 5_000,
      signal: new AbortController().signal,
    });

  return {
    open: async (host) => {
      if (closing.signal.aborted) return { kind: 'unknown', reason: 'the transport is closed' };
      const socket = socketOf(host);
      // While it is being opened there is a socket already, which takes no command yet.
      return existsSync(socket) && !openings.has(host) ? { kind: 'open', socket } : opening(host, socket);
    },
    reopen: async (host) => {
      const socket = socketOf(host);
      if (openings.has(host)) return opening(host, socket);
      const check = await control(host, 'check');
      if (check.kind === 'exited' && check.status === 0) return null;
      if (!openings.has(host)) await rm(socket, { force: true });
      return opening(host, socket);
    },
    close: async () => {
      closing.abort();
      await Promise.all(openings.values());
      if (folder === null) return;
      const open = [...places.keys()].filter((host) => existsSync(socketOf(host)));
      await Promise.all(open.map((host) => control(host, 'exit')));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A socket's name has at most 107 bytes, `ssh` adds 17 to ours while it binds it, and `%` means something to it. */
function privateFolder(): string {
  const usual = tmpdir();
  return mkdtempSync(join(/^[\w./-]{1,60}$/.test(usual) ? usual : '/tmp', 'succession-'));
}

/** The standard error goes to a file: older versions of `ssh` keep it open in the background, so a pipe never ends. */
async function connect(
  settings: SshSettings,
  host: string,
  socket: string,
  signal: AbortSignal,
): Promise<Master> {
  const log = `${socket}.log`;
  try {
    const output = openSync(log, 'w', 0o600);
    const child = spawn('ssh', masterArguments(settings, host, socket), {
      detached: true,
      stdio: ['ignore', 'ignore', output],
      env: sshEnvironment(),
    });
    closeSync(output);
    const limitMs = (settings.connectTimeoutMs ?? defaultConnectTimeoutMs) + authenticationMs;
    const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
    const stop = (): boolean => child.kill('SIGKILL');
    signal.addEventListener('abort', stop, { once: true });
    try {
      const [status] = (await once(child, 'exit')) as readonly unknown[];
      if (signal.aborted) return { kind: 'unknown', reason: 'stopped while connecting', cause: 'stopped' };
      if (status === 0) return { kind: 'open', socket };
      const said = await readFile(log, 'utf8');
      return explainTrouble(host, settings.port, status === null ? `timed out\n${said}` : said);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { kind: 'unknown', reason: `ssh did not start: ${detail}` };
  }
}
