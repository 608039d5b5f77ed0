// How a run shows while it goes on: a frame on a terminal, lines anywhere else.

import { createLogUpdate } from 'log-update';
import type { Canary } from '../run/canary.js';
import type { JournalRecord } from '../run/journal-record.js';
import type { RunState } from '../run/run-state.js';
import type { GateProgress } from '../run/wait-for-gate.js';
import { canaryLine, gateLine, liveFrame } from '../view/live-frame.js';
import { recordLine } from '../view/record-line.js';
import { interruptsHint } from './interrupts.js';
import type { CommandContext } from './terminal.js';

/** What the engine tells, and the end. */
export interface RunDisplay {
  readonly onRecord: (record: JournalRecord, state: RunState) => void;
  readonly onProgress: (progress: GateProgress) => void;
  /** How far a long piece of the work around the stages is. */
  readonly onDuty: (progress: string) => void;
  /** Something that the operator must hear of now; the frame shows it in its own way. */
  readonly note: (text: string) => void;
  /** Something that went wrong beside the run; the frame goes on below it. */
  readonly warn: (text: string) => void;
  /** Leaves the last frame standing. */
  readonly end: () => void;
}

const HEARTBEAT_MS = 10_000;
const REPAINT_MS = 200;
/** How much of the log a frame shows. */
const LOG_LINES = 3;

/** The display that suits the terminal. */
export function runDisplay(context: CommandContext, canary: Canary, pausing: () => boolean): RunDisplay {
  if (context.quiet)
    return {
      onRecord: () => undefined,
      onProgress: () => undefined,
      onDuty: () => undefined,
      note: (text) => context.terminal.err(`${text}\n`),
      warn: (text) => context.terminal.err(`${text}\n`),
      end: () => undefined,
    };
  if (context.output === 'json') return jsonLines(context, canary);
  return context.terminal.repaints && !context.verbose
    ? frames(context, canary, pausing)
    : lines(context, canary);
}

function frames(context: CommandContext, canary: Canary, pausing: () => boolean): RunDisplay {
  const update = createLogUpdate(process.stderr, { showCursor: true });
  let state: RunState | null = null;
  let gate: GateProgress | null = null;
  let duty: string | null = null;
  let log: readonly string[] = [];
  const paint = (): void => {
    if (state === null) return;
    const view = {
      state,
      gate,
      canary: canary.read(),
      now: context.terminal.now(),
      pausing: pausing(),
      duty,
      log,
    };
    update(liveFrame(view, context.terminal.columns(), context.palette).join('\n'));
  };
  const timer = setInterval(paint, REPAINT_MS);
  return {
    onRecord: (record, after) => {
      const line = recordLine(record, after);
      if (line !== null) log = [...log, line].slice(-LOG_LINES);
      // What a gate saw is of no more worth once something is done to a host.
      if (record.kind === 'step-intent' || record.kind === 'step-done') gate = null;
      if (after.duties.length !== state?.duties.length) duty = null;
      state = after;
      paint();
    },
    onProgress: (progress) => {
      gate = progress;
    },
    onDuty: (progress) => {
      duty = progress;
    },
    note: paint,
    warn: (text) => {
      update.persist(context.palette.warn(text));
      paint();
    },
    end: () => {
      clearInterval(timer);
      paint();
      update.done();
    },
  };
}

function lines(context: CommandContext, canary: Canary): RunDisplay {
  let lastAt = 0;
  let isFirst = true;
  return {
    onRecord: (record, state) => {
      const line = recordLine(record, state);
      // A simulation is over before anybody could press it.
      if (isFirst && state.simulation === null) context.say(interruptsHint);
      isFirst = false;
      lastAt = context.terminal.now();
      if (line !== null) context.say(line);
    },
    onProgress: (progress) => {
      const now = context.terminal.now();
      if (!context.verbose && now - lastAt < HEARTBEAT_MS) return;
      lastAt = now;
      context.say(
        `${new Date(now).toISOString().slice(11, 19)}     gate: ${gateLine(progress)}; ${canaryLine(canary.read())}`,
      );
    },
    onDuty: (progress) => {
      const now = context.terminal.now();
      if (!context.verbose && now - lastAt < HEARTBEAT_MS) return;
      lastAt = now;
      context.say(`${new Date(now).toISOString().slice(11, 19)}     ${progress}`);
    },
    note: context.say,
    warn: context.say,
    end: () => undefined,
  };
}

/** What stands in the journal, line for line, and between its records how the waiting goes. */
function jsonLines({ terminal, verbose }: CommandContext, canary: Canary): RunDisplay {
  let lastAt = 0;
  const print = (line: object): void => {
    lastAt = terminal.now();
    terminal.err(`${JSON.stringify(line)}\n`);
  };
  const tell = (kind: string, rest: object): void =>
    print({ kind, at: new Date(terminal.now()).toISOString(), ...rest });
  const isTime = (): boolean => verbose || terminal.now() - lastAt >= HEARTBEAT_MS;
  return {
    onRecord: print,
    onProgress: ({ conditions, waitedMs, limitMs, heldMs, holdMs }) => {
      const gate = { conditions, waitedMs, limitMs, heldMs, holdMs };
      if (isTime()) tell('gate-waits', { gate, canary: canary.read() });
    },
    onDuty: (text) => {
      if (isTime()) tell('duty-goes-on', { text });
    },
    note: (text) => tell('note', { text }),
    warn: (text) => tell('warning', { text }),
    end: () => undefined,
  };
}
