// Which behaviour of ZooKeeper a version has, where it matters to the order of steps.

/**
 * The three behaviours that change a plan (M.7 in docs/reference/joining-rules.md, read from the sources of release-3.4.8, 3.4.14 and 3.8.0):
 * - `3.4.6`: dials back to the address in its own list; adopts votes for unknown ids.
 * - `3.4.13`: dials back to the address in its own list; ignores votes for unknown ids (ZOOKEEPER-2988).
 * - `3.5.4`: dials back to whoever called (ZOOKEEPER-107); only members' acknowledgements count.
 */
export type ZooKeeperFamily = '3.4.6' | '3.4.13' | '3.5.4';

/** The family of a version such as `3.4.8` or `3.8`, or undefined when the version is unreadable or outside what was studied. */
export function familyOf(version: string): ZooKeeperFamily | undefined {
  const match = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(version);
  if (!match) return undefined;
  const [major, minor, patch] = [Number(match[1]), Number(match[2]), Number(match[3] ?? '99')];
  if (major !== 3 || minor < 4) return undefined;
  if (minor === 4) return patch < 6 ? undefined : patch < 13 ? '3.4.6' : '3.4.13';
  if (minor === 5 && patch < 4) return undefined;
  return '3.5.4';
}

/**
 * Whether a rolling change of a static list can leave a leader that cannot commit: 3.5.0–3.5.8 and 3.6.0–3.6.1
 * (ZOOKEEPER-3829, fixed in 3.5.9, 3.6.2 and 3.7.0).
 */
export function hasRollingChangeBug(version: string): boolean {
  const match = /^3\.([56])\.(\d+)/.exec(version);
  if (!match) return false;
  return match[1] === '5' ? Number(match[2]) <= 8 : Number(match[2]) <= 1;
}
