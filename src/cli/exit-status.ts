// The exit statuses of the contract, and the error that carries one.

/** What each status means; documented in docs/reference/exit-status.md. */
export const exitStatus = {
  done: 0,
  internal: 1,
  badInput: 2,
  noSafePlan: 3,
  stopped: 4,
  notAsExpected: 5,
  locked: 6,
} as const;

/** One of the statuses. */
export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];

/** Ends the command with a status; the lines tell the operator why and what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly status: ExitStatus;
  readonly lines: readonly string[];

  constructor(status: ExitStatus, lines: readonly string[]) {
    super(lines[0] ?? 'the command failed');
    this.status = status;
    this.lines = lines;
  }
}

/** Bad input: what is wrong, where, and the remedy. */
export function badInput(...lines: readonly string[]): CommandError {
  return new CommandError(exitStatus.badInput, lines);
}
