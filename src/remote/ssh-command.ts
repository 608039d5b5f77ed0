// How a command and its input travel to a host, and how its own end is told from the connection's.

import { quote } from './quote.js';
import type { SshSettings } from './ssh-arguments.js';

/** The shell text that the login shell gets. Holds no secret and nothing of the command, whatever its size. */
export interface Envelope {
  readonly command: string;
  /** For the standard input once the output shows `mark`. */
  readonly payload: string;
  readonly mark: string;
}

/**
 * Wraps a command. The host's side prints `mark` on both outputs when it has begun, takes in the payload whole (half a
 * payload, of a connection that broke, runs nothing), and at last prints `mark end STATUS` on the standard error: so a
 * command's own status 255 differs from that of `ssh`, and what a login shell prints of itself is left out.
 * The text has no newline, backslash or exclamation mark, so that csh and fish read it as sh does.
 */
export function envelope(sudo: SshSettings['sudo'], mark: string, command: string, stdin: string): Envelope {
  const [sealed, input] = [base64(command), base64(stdin)];
  // A line that is not ours is a password that sudo did not ask for. The lengths tell a whole payload from half of one;
  // cutting one text in two with `${p#*:}` would take dash minutes for a megabyte.
  const wait = `while read -r succession_k succession_a succession_b || exit 71; do [ "$succession_k" = ${mark} ] && break; done`;
  const take = 'IFS= read -r succession_c; succession_i=$(cat)';
  const check = '[ ${#succession_c} = "$succession_a" ] && [ ${#succession_i} = "$succession_b" ] || exit 72';
  const decode = 'succession_c=$(echo "$succession_c" | base64 -d) || exit 73';
  const run = 'echo "$succession_i" | base64 -d | ( unset succession_i; eval "$succession_c" )';
  const script = `echo ${mark}; echo ${mark} >&2; ${wait}; ${take}; ${check}; ${decode}; ${run}; echo "${mark} end $?" >&2`;
  return {
    command: `exec ${becomeRoot(sudo)}/bin/sh -c ${quote(script)}`,
    payload: `${mark} ${sealed.length} ${input.length}\n${sealed}\n${input}`,
    mark,
  };
}

/** `sudo` reads exactly one line, also where it would remember an earlier password. */
export const sudoWithPassword = "sudo -k -S -p ''";

function becomeRoot(sudo: SshSettings['sudo']): string {
  if (sudo === 'none') return '';
  return sudo === 'passwordless' ? 'sudo -n -- ' : `${sudoWithPassword} -- `;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** `waiting`: the host's side never began, so nothing was run. `broken`: it began, and its end was not seen. */
export type Opened =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'broken' }
  | { readonly kind: 'ended'; readonly status: number; readonly stdout: string; readonly stderr: string };

/** What came back. */
export function openEnvelope(mark: string, stdout: string, stderr: string): Opened {
  const begun = stdout.indexOf(`${mark}\n`);
  if (begun === -1) return { kind: 'waiting' };
  const end = stderr.lastIndexOf(`${mark} end `);
  const status = /^ end (\d+)\n/.exec(stderr.slice(end + mark.length))?.[1];
  if (end === -1 || status === undefined) return { kind: 'broken' };
  const own = stderr.slice(0, end);
  const from = own.indexOf(`${mark}\n`);
  return {
    kind: 'ended',
    status: Number(status),
    stdout: stdout.slice(begun + mark.length + 1),
    stderr: from === -1 ? own : own.slice(from + mark.length + 1),
  };
}
