// What `ssh` is told: which of the operator's own settings hold, and which are ours.

/** How hosts are reached. What is not given is as the operator's `ssh_config` says. */
export interface SshSettings {
  /** Instead of `~/.ssh/config` and the system's file. */
  readonly configFile?: string | undefined;
  readonly user?: string | undefined;
  readonly port?: number | undefined;
  /** Whether commands run as root through `sudo`, and whether that wants a password. */
  readonly sudo: 'none' | 'passwordless' | 'password';
  /** Asked when a command is about to run; for `password`. A rejection is reported as the reason. */
  readonly sudoPassword?: (() => Promise<string>) | undefined;
  /** Until the host's greeting; 8000 when left out. */
  readonly connectTimeoutMs?: number | undefined;
}

/** Until a host's greeting, when the settings do not say. */
export const defaultConnectTimeoutMs = 8_000;

/** s that an idle connection stays: should we be killed, it ends by itself. */
const persistSeconds = 60;

/** Messages in English, since we read them. Nothing may pop up a window that asks for a password. */
export function sshEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, LC_ALL: 'C', SSH_ASKPASS_REQUIRE: 'never' };
}

/** Opens the one connection to a host, authenticates, and leaves it in the background. */
export function masterArguments(settings: SshSettings, host: string, socket: string): readonly string[] {
  return [
    ...settingsArguments(settings),
    ...options({ ControlMaster: 'yes', ControlPath: socket, ControlPersist: persistSeconds }),
    '-f',
    '-N',
    '--',
    host,
  ];
}

/**
 * Runs a command over the connection that is open. Where there is none `ssh` would make one of its own: `ProxyCommand`
 * makes that fail at once, so that every connection is opened, and every trouble of it explained, in one place.
 */
export function commandArguments(
  settings: SshSettings,
  host: string,
  socket: string,
  command: string,
): readonly string[] {
  return [
    ...settingsArguments(settings),
    ...options({ ControlMaster: 'no', ControlPath: socket, ProxyCommand: 'false' }),
    '-T',
    '--',
    host,
    command,
  ];
}

/** `check`: exit status 0 when the connection is open. `exit`: ends it. */
export function controlArguments(
  settings: SshSettings,
  host: string,
  socket: string,
  order: 'check' | 'exit',
): readonly string[] {
  return [...settingsArguments(settings), ...options({ ControlPath: socket }), '-O', order, '--', host];
}

function settingsArguments({ configFile, user, port, connectTimeoutMs }: SshSettings): readonly string[] {
  return [
    ...(configFile === undefined ? [] : ['-F', configFile]),
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    // No agent and no display is lent to a host.
    '-a',
    '-x',
    ...options({
      BatchMode: 'yes',
      StrictHostKeyChecking: 'yes',
      UpdateHostKeys: 'no',
      ConnectTimeout: Math.ceil((connectTimeoutMs ?? defaultConnectTimeoutMs) / 1000),
      ConnectionAttempts: 1,
      // A connection that has died is noticed within 20 s.
      ServerAliveInterval: 5,
      ServerAliveCountMax: 3,
      ClearAllForwardings: 'yes',
      PermitLocalCommand: 'no',
      RemoteCommand: 'none',
      RequestTTY: 'no',
      LogLevel: 'ERROR',
    }),
  ];
}

function options(values: Readonly<Record<string, string | number>>): readonly string[] {
  return Object.entries(values).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
}
