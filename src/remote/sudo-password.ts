// Which line does `sudo` on a host get, and is it the right one? A wrong password is tried once, never again.

import { runProgram } from './run-program.js';
import { commandArguments, sshEnvironment, type SshSettings } from './ssh-arguments.js';
import { sudoWithPassword } from './ssh-command.js';
import { lastLines, type SshTrouble } from './ssh-outcome.js';

/** The first line of a command's input, empty where `sudo` wants none. */
export type SudoLine =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'no-connection'; readonly stderr: string }
  | SshTrouble;

/** The lines of one transport. */
export interface SudoLines {
  /** Over the connection that is open. Never rejects. */
  lineFor(host: string, socket: string): Promise<SudoLine>;
}

/**
 * Each host is asked once whether it takes the password. With the command itself behind the password, `sudo` would read
 * on after a wrong one, take the command for the next try, and the account might be locked.
 */
export function sudoLines(settings: SshSettings): SudoLines {
  const asked = new Map<string, Promise<SudoLine>>();
  return {
    lineFor: async (host, socket) => {
      if (settings.sudo !== 'password') return { kind: 'line', text: '' };
      const before = asked.get(host);
      if (before !== undefined) return before;
      const fresh = ask(settings, host, socket);
      asked.set(host, fresh);
      const line = await fresh;
      const isVerdict = line.kind === 'line' || (line.kind === 'unknown' && line.cause === 'sudo');
      if (!isVerdict) asked.delete(host);
      return line;
    },
  };
}

async function ask(settings: SshSettings, host: string, socket: string): Promise<SudoLine> {
  const text = await passwordOf(settings);
  if (typeof text !== 'string') return text;
  const end = await runProgram({
    program: 'ssh',
    args: commandArguments(settings, host, socket, `exec ${sudoWithPassword} -- true`),
    environment: sshEnvironment(),
    stdin: text,
    timeoutMs: 20_000,
    signal: new AbortController().signal,
  });
  if (end.kind === 'unknown') return { kind: 'unknown', reason: `sudo on ${host}: ${end.reason}` };
  if (end.status === 0) return { kind: 'line', text };
  if (end.status === 255) return { kind: 'no-connection', stderr: end.stderr };
  const reason =
    `sudo on ${host} refused the password: correct the file that ssh.sudoPasswordFile names ` +
    `(it was tried once; sudo said: ${lastLines(end.stderr)})`;
  return { kind: 'unknown', cause: 'sudo', reason };
}

async function passwordOf({ sudoPassword }: SshSettings): Promise<string | SshTrouble> {
  if (sudoPassword === undefined) return trouble('sudo wants a password, and none was given');
  try {
    const password = await sudoPassword();
    if (password === '' || /[\n\0]/.test(password)) return trouble('the password for sudo is not one line');
    return `${password}\n`;
  } catch (error) {
    return trouble(`no password for sudo: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function trouble(reason: string): SshTrouble {
  return { kind: 'unknown', cause: 'sudo', reason };
}
