// What does an Exhibitor believe of its own ZooKeeper, and when does it start it again?
//
// Sources, dcos/exhibitor f665447: core/state/MonitorRunningInstance.java, Checker.java, InstanceStateTypes.java.

/** `InstanceStateTypes`; there is no other. */
export type StateCode = 0 | 1 | 2 | 3;

/** How the codes are called. */
export const stateDescriptions: Readonly<Record<StateCode, string>> = {
  0: 'latent',
  1: 'down',
  2: 'not serving',
  3: 'serving',
};

/** One look at the local server: what `ruok` and `srvr` say. */
export interface Look {
  readonly code: 1 | 2 | 3;
  readonly isLeader: boolean;
}

/** What is believed since the last check; whoever asks is told this, however old it is. */
export interface Instance {
  readonly code: StateCode;
  readonly isLeader: boolean;
  /** Since when the state has been this one, or when the server was started again because of it. */
  readonly sinceMs: number;
}

/** What does not change while an Exhibitor runs. */
export interface CheckRules {
  /** {@link downLimitMs} */
  readonly downLimitMs: number;
  /** The switch `restarts` of the control panel. */
  readonly restarts: boolean;
  /** A host that its own list lacks is started once and never again. */
  readonly member: boolean;
}

/** Before the first check. */
export const latent: Instance = { code: 0, isLeader: false, sinceMs: 0 };

/** `2 · tickTime · max(initLimit, syncLimit)`: 40 s with DC/OS' settings. */
export function downLimitMs(settings: Readonly<Record<string, string>>): number {
  const number = (key: string): number => Number(settings[key] ?? 0);
  return 2 * number('tickTime') * Math.max(number('initLimit'), number('syncLimit'));
}

/** `imok` is not enough: only a server with a `Mode:` serves. Null stands for no answer. */
export function lookFrom(ruok: string | null, srvr: string | null): Look {
  if (ruok?.trim() !== 'imok') return { code: 1, isLeader: false };
  const mode = /^Mode: (\S+)/m.exec(srvr ?? '')?.[1];
  if (mode === undefined) return { code: 2, isLeader: false };
  return { code: 3, isLeader: mode === 'leader' || mode === 'standalone' };
}

/** The first check starts the server whatever it sees; a later one when the state has been bad for longer than the limit. */
export function check(
  before: Instance,
  look: Look,
  nowMs: number,
  rules: CheckRules,
): { readonly instance: Instance; readonly restart: boolean } {
  const { code, isLeader } = look;
  if (before.code === 0) return { instance: { code, isLeader, sinceMs: nowMs }, restart: true };
  if (before.code !== code) return { instance: { code, isLeader, sinceMs: nowMs }, restart: false };
  const overdue = code !== 3 && nowMs - before.sinceMs > rules.downLimitMs;
  const restart = overdue && rules.restarts && rules.member;
  return { instance: { code, isLeader, sinceMs: restart ? nowMs : before.sinceMs }, restart };
}
