// Why did `ssh` fail, and what can be done about it?

import type { UnknownCause } from './transport.js';

/** A failure of `ssh` itself. */
export interface SshTrouble {
  readonly kind: 'unknown';
  readonly reason: string;
  readonly cause?: UnknownCause;
}

/** A kind of failure: what `ssh` prints, and what it means. OpenSSH 7.4 to 9.9 print these. */
interface Known {
  readonly pattern: RegExp;
  readonly cause: UnknownCause;
  readonly text: (host: string, port: number | undefined) => string;
}

const knownTroubles: readonly Known[] = [
  {
    pattern: /HOST IDENTIFICATION HAS CHANGED|REVOKED HOST KEY|host key for .* has changed/i,
    cause: 'host-key',
    text: (host) =>
      `${host} shows another host key than known_hosts has: find out why (a new machine, or somebody in between) ` +
      `before you replace it with ssh-keygen -R`,
  },
  {
    pattern: /host key is known for|Host key verification failed/i,
    cause: 'host-key',
    text: (host, port) =>
      `the host key of ${host} is not known: fetch it with ssh-keyscan ${port === undefined ? '' : `-p ${port} `}${host}, ` +
      `verify its fingerprint on the host's own console, then add it to known_hosts`,
  },
  {
    pattern: /Could not resolve hostname/i,
    cause: 'unreachable',
    text: (host) => `the name ${host} can't be resolved: see to DNS, or give its HostName in ssh_config`,
  },
  {
    pattern: /Connection refused/i,
    cause: 'unreachable',
    text: (host) => `${host} refuses the connection: see that sshd runs there, and at that port`,
  },
  {
    pattern: /timed out|timeout/i,
    cause: 'unreachable',
    text: (host) => `${host} did not answer in time: see that it runs, and that no firewall is in between`,
  },
  {
    pattern: /No route to host|Network is unreachable|Host is down/i,
    cause: 'unreachable',
    text: (host) => `there is no way to ${host}: see to the network`,
  },
  {
    pattern: /Permission denied|Too many authentication failures|account is locked|UNPROTECTED PRIVATE KEY/i,
    cause: 'authentication',
    text: (host) =>
      `${host} does not let us in: see that the key is in the agent or in ssh_config, and in the authorized_keys there ` +
      `(nothing asks for a passphrase here)`,
  },
  {
    pattern: /Session open refused/i,
    cause: 'unreachable',
    text: (host) => `sshd on ${host} allows no further command at once: raise its MaxSessions`,
  },
  {
    pattern: /Connection (?:closed|reset)|Broken pipe|kex_exchange_identification/i,
    cause: 'unreachable',
    text: (host) => `${host} closed the connection before a command began: look at sshd's log there`,
  },
];

/** What the standard error of an `ssh` that ran nothing says. */
export function explainTrouble(host: string, port: number | undefined, stderr: string): SshTrouble {
  const detail = lastLines(stderr);
  const known = knownTroubles.find(({ pattern }) => pattern.test(stderr));
  if (known === undefined)
    return {
      kind: 'unknown',
      reason: `ssh to ${host} failed: ${detail === '' ? 'it said nothing' : detail}`,
    };
  return {
    kind: 'unknown',
    cause: known.cause,
    reason: `${known.text(host, port)} (ssh: ${detail})`,
  };
}

/** The end of what a program said, in one line. The frame around a warning tells nothing. */
export function lastLines(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.replaceAll('\r', '').trim());
  return lines
    .filter((line) => line !== '' && !line.startsWith('@'))
    .slice(-3)
    .join('; ')
    .slice(-300);
}
