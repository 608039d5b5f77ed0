// What a command may use of the process that it runs in: streams, environment, time, signals.

import { hostname, userInfo } from 'node:os';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { JournalRecord } from '../run/journal-record.js';
import { askOnce, outliveReaders } from './streams.js';
import { colourPalette, type Palette, plainPalette } from '../view/palette.js';

/** The process, as far as commands know it. */
export interface Terminal {
  /** Results. */
  readonly out: (text: string) => void;
  /** Everything else. */
  readonly err: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether a person can answer a question. */
  readonly asks: boolean;
  /** Whether standard error can be repainted. */
  readonly repaints: boolean;
  readonly columns: () => number;
  /** Throws a stop where no answer comes. */
  readonly ask: (question: string) => Promise<string>;
  readonly now: () => number;
  /** Called after each journal record is on disk; fault injection hooks in here. */
  readonly onRecord: (record: JournalRecord) => void;
}

/** This very process. */
export function processTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  outliveReaders(process);
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    env,
    asks: stdin.isTTY && stderr.isTTY,
    repaints: stderr.isTTY && env['TERM'] !== 'dumb' && env['CI'] === undefined,
    columns: () => stderr.columns ?? 100,
    ask: (question) => askOnce({ stdin, stderr }, question),
    now: () => Date.now(),
    onRecord: () => undefined,
  };
}

/** How results are printed. */
export type OutputFormat = 'text' | 'json' | 'markdown' | 'html';

/** The options that every command has. */
export interface GlobalOptions {
  readonly output: OutputFormat;
  /** False with `--no-color`. */
  readonly color: boolean;
  readonly quiet?: true | undefined;
  readonly verbose?: true | undefined;
  readonly home?: string | undefined;
}

/** A terminal with the global options applied. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly output: OutputFormat;
  /** For standard error, or for standard output: each may be a terminal or not. */
  readonly palette: Palette;
  readonly resultPalette: Palette;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** Where runs and labs are kept. */
  readonly home: string;
  /** The operator, as `user@host`. */
  readonly by: string;
  /** Says something that is not a result; silent with `--quiet`. */
  readonly say: (text: string) => void;
}

/** What a command works with. NO_COLOR and `--no-color` rule out colour; so does anything but a terminal. */
export function commandContext(terminal: Terminal, options: GlobalOptions): CommandContext {
  const colour = options.color && !terminal.env['NO_COLOR'];
  const quiet = options.quiet === true;
  return {
    terminal,
    output: options.output,
    palette: colour && process.stderr.isTTY ? colourPalette : plainPalette,
    resultPalette: colour && process.stdout.isTTY ? colourPalette : plainPalette,
    quiet,
    verbose: options.verbose === true,
    home: options.home ?? defaultHome(terminal.env),
    by: `${userInfo().username}@${hostname()}`,
    say: (text) => {
      if (!quiet) terminal.err(`${text}\n`);
    },
  };
}

function defaultHome(env: Terminal['env']): string {
  return join(env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'succession');
}
