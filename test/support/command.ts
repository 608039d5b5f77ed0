// The real command line as a process, for tests of whole runs.

import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How a command ended. `status` is null when a signal ended it. */
export interface CommandEnd {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** A command that may still run. */
export interface RunningCommand {
  readonly child: ChildProcess;
  readonly end: Promise<CommandEnd>;
  /** Resolves once standard error holds `text`; rejects when the command ends without it. */
  readonly says: (text: string) => Promise<void>;
  /** The same for a pattern; resolves to the text of its first group. */
  readonly tells: (pattern: RegExp) => Promise<string>;
}

const bin = fileURLToPath(new URL('../../bin/succession', import.meta.url));
const mortal = fileURLToPath(new URL('./mortal-command.mjs', import.meta.url));

/** Starts `succession` with these arguments, runs kept under `home`. */
export function begin(home: string, args: readonly string[]): RunningCommand {
  return start([bin, ...args], home);
}

/** Starts it so that it dies by `kill -9` right after its `record`-th journal record is on disk. */
export function beginMortal(home: string, record: number, args: readonly string[]): RunningCommand {
  return start([mortal, String(record), ...args], home);
}

/** Runs `succession` to its end. */
export function run(home: string, ...args: readonly string[]): Promise<CommandEnd> {
  return begin(home, args).end;
}

function start(argv: readonly string[], home: string): RunningCommand {
  const child = spawn(process.execPath, argv, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, SUCCESSION_HOME: home, NO_COLOR: '1' },
  });
  let out = '';
  let err = '';
  const listeners = new Set<() => void>();
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString('utf8');
    for (const listener of listeners) listener();
  });
  const end = new Promise<CommandEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => {
      resolve({ status, signal, out, err });
    });
  });
  const hear = <Found>(what: string, find: () => Found | null): Promise<Found> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = find();
        if (found === null) return;
        listeners.delete(look);
        resolve(found);
      };
      listeners.add(look);
      look();
      end.then(() => reject(new Error(`ended without saying '${what}':\n${err}`)), reject);
    });
  return {
    child,
    end,
    says: async (text) => void (await hear(text, () => (err.includes(text) ? true : null))),
    tells: (pattern) => hear(String(pattern), () => pattern.exec(err)?.[1] ?? null),
  };
}
