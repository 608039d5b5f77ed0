// The port through which a command reaches a host. SSH and the local machine are its implementations.

/**
 * Why nobody knows how a command ended, where that can be told. `sudo`: the host was reached, and refused to make us root.
 * `lost`: the connection broke after the command had begun. With `host-key`, `authentication`, `unreachable` and `sudo`
 * nothing was run.
 */
export type UnknownCause =
  'host-key' | 'authentication' | 'unreachable' | 'lost' | 'sudo' | 'timeout' | 'stopped';

/** How a command ended. `unknown` means that we do not know whether it ran: never success, never failure. */
export type CommandResult =
  | { readonly kind: 'exited'; readonly status: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'unknown'; readonly reason: string; readonly cause?: UnknownCause };

/** What a command may use. */
export interface CommandOptions {
  /** Sent to the command's standard input; secrets and file contents go here, never into `command`. */
  readonly stdin?: string;
  /** ms after which the outcome is `unknown`. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** How commands reach hosts. */
export interface Transport {
  /** Runs `command` with the host's `/bin/sh`. Every argument in it went through `quote`. Never throws. */
  run(host: string, command: string, options: CommandOptions): Promise<CommandResult>;
  /** Releases what the transport holds (connections, sockets). */
  close(): Promise<void>;
}
