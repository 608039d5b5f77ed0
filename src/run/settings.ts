// How patient a run is: every limit in one place.

/** All times in ms. */
export interface RunSettings {
  /** ZooKeeper's own tick, from the cluster. */
  readonly tickMs: number;
  /** Between two samples of a gate. */
  readonly pollMs: number;
  /** How long a gate must hold before a server is taken down. */
  readonly holdMs: number;
  /** How long a gate may take before the run stops. */
  readonly gateLimitMs: number;
  /** How long two leaders, or an intruder, may be seen before the run freezes. */
  readonly toleranceMs: number;
  /** How long a member that nobody touches may refuse connections before the run stops. */
  readonly downMs: number;
  /** Time without an acknowledged write after which the run stops before its next step. */
  readonly unavailableBudgetMs: number;
  /** How long the run stays quiet after a changed member, once everything on the members is up; absent: not at all. */
  readonly settleMs?: number | undefined;
}

/**
 * For a cluster whose servers Exhibitor supervises: it looks every 30 s, starts ZooKeeper at the first look after its own
 * start, says so at the second, and starts a server again that does not serve for 40 s (`MonitorRunningInstance` in
 * dcos/exhibitor). So a member that nobody touches may be down for a minute and a half, each restart without a quorum
 * costs as much, and Mesos answers two questions a second.
 */
export function supervisedSettings(tickMs: number, expectedUnavailableMs: number): RunSettings {
  return {
    ...settingsFor(tickMs, expectedUnavailableMs),
    pollMs: 1000,
    holdMs: Math.max(5 * tickMs, 10_000),
    gateLimitMs: 10 * NOTIFICATION_BACK_OFF_MS,
    downMs: 2 * NOTIFICATION_BACK_OFF_MS,
    unavailableBudgetMs: 180_000 + 30 * expectedUnavailableMs,
  };
}

/**
 * How long servers whose ports are open get for an election and their sync before it is asked who of them can join at
 * all. Where a supervisor keeps a process away for longer than that (`downMs`), its port shows it.
 */
export function latecomerMs({ downMs, tickMs }: RunSettings): number {
  return Math.min(downMs, Math.max(10 * tickMs, 3000));
}

/** Silent servers ask again only every 60 s at the latest (`FastLeaderElection.maxNotificationInterval`). */
const NOTIFICATION_BACK_OFF_MS = 60_000;

/**
 * The defaults for a cluster of this tick: a gate holds for three ticks (a follower that went silent is dropped by
 * then in most cases, and an election shows), and waits past the notification back-off.
 */
export function settingsFor(tickMs: number, expectedUnavailableMs: number): RunSettings {
  return {
    tickMs,
    pollMs: Math.max(50, Math.min(250, Math.round(tickMs / 8))),
    holdMs: 3 * tickMs,
    gateLimitMs: NOTIFICATION_BACK_OFF_MS + 60_000,
    toleranceMs: 2 * tickMs,
    downMs: Math.max(5 * tickMs, 3000),
    unavailableBudgetMs: 30_000 + 5 * expectedUnavailableMs,
  };
}
